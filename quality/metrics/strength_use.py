"""How annotators use the scale of strengths."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.judged import MAX_STRENGTH, TIE, Judged
from quality.metrics.reliability import MISSING


@dataclass(frozen=True, slots=True)
class StrengthUse:
    """Of every annotator.

    Attributes:
        counts: Judgments by absolute preference 0 (tie) to 3, shape (n_coders, 4); of those that
            are ties or have a strength.
        entropy: Of these, in bits, 0 (one value only) to 2 (all alike), shape (n_coders,).
        mean_size: Mean absolute preference, 0..3, same shape; 0 without a judgment.
    """

    counts: NDArray[np.int64]
    entropy: NDArray[np.float64]
    mean_size: NDArray[np.float64]


def strength_use(judged: Judged) -> StrengthUse:
    """Counts, entropy and mean of absolute preferences."""
    direction = judged.direction
    is_tie = direction == TIE
    used = is_tie | (judged.strength_known & (direction != MISSING))
    size = np.where(is_tie, 0, np.abs(judged.preference))[used]
    n_sizes = MAX_STRENGTH + 1
    cells = np.bincount(judged.coder[used] * n_sizes + size, minlength=judged.n_coders * n_sizes)
    counts = cells.reshape(judged.n_coders, n_sizes)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    return StrengthUse(
        counts=counts,
        entropy=np.maximum(-(shares * logs).sum(axis=1), 0.0),
        mean_size=shares @ np.arange(n_sizes),
    )
