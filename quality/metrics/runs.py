"""Runs of one and the same answer: judging without looking leaves them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

ORDER_UNKNOWN = "the order of the judgments is unknown"


@dataclass(frozen=True, slots=True)
class LongestRuns:
    """The longest run of each coder that chance explains least.

    Attributes:
        length: Judgments in it, shape (n_coders,); 0 where there is no judgment.
        value: What was repeated, -1 where there is no judgment, same shape.
        n: Judgments in the sequence, same shape.
        p: Bound on the probability that values given independently, as often as expected, hold
            so long a run of any of them; 1 where there is no judgment.
        expected: Length that the longest run reaches or exceeds every other time.
    """

    length: Codes
    value: Codes
    n: Codes
    p: Floats
    expected: Codes


def in_order(coder: Codes, at: Codes) -> Codes:
    """Places of the judgments by coder, then time; judgments of one second keep their order."""
    if not coder.size:
        return np.zeros(0, dtype=np.int64)
    span = int(at.max() - at.min()) + 1
    return np.argsort(coder * span + (at - at.min()), kind="stable")


def shares_of(coder: Codes, value: Codes, *, n_coders: int, n_values: int) -> Floats:
    """How often each coder gives each value, shape (n_coders, n_values)."""
    counts = np.bincount(coder * n_values + value, minlength=n_coders * n_values)
    table = counts.reshape(n_coders, n_values)
    return np.asarray(table / np.maximum(table.sum(axis=1, keepdims=True), 1))


def longest_runs(coder: Codes, value: Codes, shares: Floats) -> LongestRuns:
    """The longest run of one value in each coder's sequence.

    With n answers, a run of r or more of a value given with the share s begins at the first place
    with probability s^r and at each of the n - r later ones with (1 - s) s^r. The sum over places
    and values bounds the probability of any such run (Boole); for runs that are rare it is close.

    Args:
        coder: Coder of each judgment, ascending; judgments of one coder in the order of time.
        value: Codes 0..n_values-1, same shape.
        shares: Of each value by chance, shape (n_coders, n_values); :func:`shares_of` for the
            coder's own.
    """
    n_coders = shares.shape[0]
    n = np.bincount(coder, minlength=n_coders)
    length, repeated = np.zeros(n_coders, dtype=np.int64), np.full(n_coders, -1, dtype=np.int64)
    if coder.size:
        changes = (np.diff(coder) != 0) | (np.diff(value) != 0)
        start = np.concatenate([[0], np.flatnonzero(changes) + 1])
        size = np.diff(np.append(start, coder.size))
        # The last of equal keys wins: the longest run of each coder.
        order = np.argsort(size, kind="stable")
        length[coder[start[order]]] = size[order]
        repeated[coder[start[order]]] = value[start[order]]
    return LongestRuns(
        length=length,
        value=repeated,
        n=n,
        p=_bound(shares, n, length),
        expected=_median_length(shares, n),
    )


def _bound(shares: Floats, n: Codes, length: Codes) -> Floats:
    longer = length[:, None]
    starts = 1 + np.maximum(n[:, None] - longer, 0) * (1 - shares)
    bound = (np.power(shares, longer) * starts).sum(axis=1)
    return np.where(n > 0, np.minimum(bound, 1.0), 1.0)


def _median_length(shares: Floats, n: Codes) -> Codes:
    """The longest length whose bound is still one half, found by halving."""
    low, high = np.ones_like(n), np.maximum(n, 1)
    while (low < high).any():
        middle = (low + high + 1) // 2
        likely = _bound(shares, n, middle) >= 0.5
        low, high = np.where(likely, middle, low), np.where(likely, high, middle - 1)
    return np.where(n > 0, low, 0)
