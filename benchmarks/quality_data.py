"""Synthetic judgments: three values, five annotators per comparison, 500 who differ in activity."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

N_ANNOTATORS, PER_COMPARISON, N_VALUES = 500, 5, 3
SHARES = (0.45, 0.10, 0.45)
CHUNK = 20_000


def write_judgments(folder: Path, n_comparisons: int) -> None:
    """Arrays ``unit``, ``coder``, ``value`` of the judgments and ``truth`` of the comparisons.

    Activity is Zipf's (weights 1/rank), five different annotators judge each comparison, accuracy
    is Beta(8, 3), and 5 % of the annotators guess.
    """
    rng = np.random.default_rng(20_261_123)
    truth = rng.choice(N_VALUES, n_comparisons, p=SHARES)
    coder = _five_each(n_comparisons, rng)
    accuracy = rng.beta(8, 3, N_ANNOTATORS)
    accuracy[rng.random(N_ANNOTATORS) < 0.05] = 1 / N_VALUES
    is_right = rng.random(coder.shape) < accuracy[coder]
    wrong = (truth[:, None] + rng.integers(1, N_VALUES, coder.shape)) % N_VALUES
    value = np.where(is_right, truth[:, None], wrong)
    np.save(folder / "unit.npy", np.repeat(np.arange(n_comparisons), PER_COMPARISON))
    np.save(folder / "coder.npy", coder.ravel().astype(np.int64))
    np.save(folder / "value.npy", value.ravel().astype(np.int64))
    np.save(folder / "truth.npy", truth)


def _five_each(n_comparisons: int, rng: np.random.Generator) -> NDArray[np.int16]:
    """Draws without replacement, by the largest of noisy log weights."""
    weights = -np.log(np.arange(1, N_ANNOTATORS + 1)).astype(np.float32)
    found = np.empty((n_comparisons, PER_COMPARISON), dtype=np.int16)
    for start in range(0, n_comparisons, CHUNK):
        size = min(CHUNK, n_comparisons - start)
        waits = rng.standard_exponential((size, N_ANNOTATORS), dtype=np.float32)
        noisy = weights - np.log(np.maximum(waits, 1e-30))
        found[start : start + size] = np.argpartition(-noisy, PER_COMPARISON, axis=1)[
            :, :PER_COMPARISON
        ]
    return found
