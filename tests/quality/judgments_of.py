"""Simulated judgments of annotators whose competence is known."""

import numpy as np

from quality.metrics.reliability import Reliability


def simulated(
    competence: np.ndarray,
    *,
    n_of: np.ndarray,
    n_values: int,
    per_unit: int,
    rng: np.random.Generator,
    marginals: list[float] | None = None,
) -> Reliability:
    """Annotators who judge about ``n_of`` comparisons each, drawn at random, by the one-coin model.

    Somebody drawn twice for a comparison judges it once.
    """
    coder = np.repeat(np.arange(competence.size), n_of)
    rng.shuffle(coder)
    n_units = coder.size // per_unit
    unit = np.repeat(np.arange(n_units), per_unit)
    cells = np.unique(unit * competence.size + coder[: unit.size])
    unit, coder = np.divmod(cells, competence.size)
    truth = rng.choice(n_values, size=n_units, p=marginals)[unit]
    other = (truth + rng.integers(1, n_values, unit.size)) % n_values
    value = np.where(rng.random(unit.size) < competence[coder], truth, other)
    return Reliability(
        unit, coder, value, n_units=n_units, n_coders=competence.size, n_values=n_values
    )
