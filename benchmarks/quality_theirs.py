"""One measure of a peer on the arrays in a folder: ``quality_theirs.py CELL FOLDER``, JSON out.

Run by the Python that has benchmarks/requirements-peers.txt. Making the peer's input is not in the
seconds, but in the memory.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from quality_timing import timed

Arrays = dict[str, np.ndarray]


def main(cell: str, folder: Path) -> None:
    arrays = {name: np.load(folder / f"{name}.npy") for name in ("unit", "coder", "value", "truth")}
    timed(CELLS[cell](arrays))


def alpha(arrays: Arrays) -> Callable[[], dict[str, Any]]:
    import krippendorff

    dense = np.full((int(arrays["coder"].max()) + 1, arrays["truth"].size), np.nan)
    dense[arrays["coder"], arrays["unit"]] = arrays["value"]
    return lambda: {
        "value": float(krippendorff.alpha(reliability_data=dense, level_of_measurement="nominal"))
    }


def vote(arrays: Arrays) -> Callable[[], dict[str, Any]]:
    from crowdkit.aggregation import MajorityVote

    frame = _frame(arrays)
    return lambda: _accuracy(arrays, MajorityVote().fit_predict(frame))


def errors(arrays: Arrays) -> Callable[[], dict[str, Any]]:
    from crowdkit.aggregation import DawidSkene

    frame = _frame(arrays)

    def run() -> dict[str, Any]:
        model = DawidSkene(n_iter=100, tol=0)
        return {**_accuracy(arrays, model.fit_predict(frame)), "n_iter": len(model.loss_history_)}

    return run


def competence(arrays: Arrays) -> Callable[[], dict[str, Any]]:
    from crowdkit.aggregation import MACE

    frame = _frame(arrays)
    return lambda: _accuracy(arrays, MACE(n_restarts=1, n_iter=50).fit_predict(frame))


CELLS = {"alpha": alpha, "majority": vote, "dawid_skene": errors, "mace": competence}


def _frame(arrays: Arrays) -> Any:
    import pandas as pd

    return pd.DataFrame(
        {"task": arrays["unit"], "worker": arrays["coder"], "label": arrays["value"]}
    )


def _accuracy(arrays: Arrays, decided: Any) -> dict[str, float]:
    ordered = decided.reindex(np.arange(arrays["truth"].size)).to_numpy()
    return {"accuracy": float((ordered == arrays["truth"]).mean())}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
