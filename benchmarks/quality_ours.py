"""One measure of ours on the arrays in a folder: ``quality_ours.py CELL FOLDER``, JSON out."""

import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from quality_timing import timed

from quality.metrics.agreement import krippendorff_alpha
from quality.metrics.alpha import Level
from quality.metrics.dawid_skene import dawid_skene
from quality.metrics.mace import mace
from quality.metrics.majority import majority
from quality.metrics.reliability import Reliability
from quality.metrics.votes import Votes

Arrays = dict[str, np.ndarray]


def main(cell: str, folder: Path) -> None:
    arrays = {name: np.load(folder / f"{name}.npy") for name in ("unit", "coder", "value", "truth")}
    timed(lambda: CELLS[cell](arrays))


def alpha(arrays: Arrays) -> dict[str, Any]:
    """Alpha with 1,000 draws of units."""
    data = _reliability(arrays)
    prompt = np.arange(data.n_units)
    found = krippendorff_alpha(
        data.counts(), prompt, level=Level.NOMINAL, rng=np.random.default_rng(0)
    )
    return {**found.estimate.as_dict()}


def vote(arrays: Arrays) -> dict[str, Any]:
    """Majority vote with three votes of three judgments and a confidence of 0.6."""
    found = majority(
        _reliability(arrays).counts(),
        min_judgments=3,
        min_votes=3,
        min_confidence=Fraction(3, 5),
    )
    return {"kept": float((found.value >= 0).mean()), **_accuracy(arrays, found.value)}


def errors(arrays: Arrays) -> dict[str, Any]:
    """Dawid-Skene with default settings."""
    n_units = arrays["truth"].size
    found = dawid_skene(
        arrays["unit"],
        arrays["coder"],
        arrays["value"],
        n_units=n_units,
        n_coders=int(arrays["coder"].max()) + 1,
        n_values=3,
    )
    assert found.log_likelihood is not None
    return {
        "converged": found.converged,
        "n_iter": found.n_iter,
        "log_likelihood_per_unit": found.log_likelihood / n_units,
        **_accuracy(arrays, found.posteriors.argmax(axis=1)),
    }


def competence(arrays: Arrays) -> dict[str, Any]:
    """MACE from one start; reading the votes is part of it."""
    data = _reliability(arrays)
    votes = Votes(
        data.unit,
        data.coder,
        data.value,
        n_units=data.n_units,
        n_coders=data.n_coders,
        n_values=data.n_values,
    )
    found = mace(votes, rng=np.random.default_rng(0), n_restarts=1)
    return {
        "converged": found.converged,
        "n_iter": found.n_iter,
        **_accuracy(arrays, found.posteriors.argmax(axis=1)),
    }


CELLS: dict[str, Callable[[Arrays], dict[str, Any]]] = {
    "alpha": alpha,
    "majority": vote,
    "dawid_skene": errors,
    "mace": competence,
}


def _reliability(arrays: Arrays) -> Reliability:
    return Reliability(
        unit=arrays["unit"],
        coder=arrays["coder"],
        value=arrays["value"],
        n_units=arrays["truth"].size,
        n_coders=int(arrays["coder"].max()) + 1,
        n_values=3,
    )


def _accuracy(arrays: Arrays, value: np.ndarray) -> dict[str, float]:
    decided = value >= 0
    return {"accuracy": float((value == arrays["truth"])[decided].mean())}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
