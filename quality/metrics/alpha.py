"""Krippendorff's alpha from the counts of values per unit."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.patterns import pairs_within, patterns_of_counts


class Level(StrEnum):
    """Level of measurement: which values count as how far apart."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def alpha_point(
    counts: NDArray[np.int64], *, level: Level, scale: NDArray[np.float64] | None = None
) -> float | None:
    """Alpha; None where no unit has two values, or every pairable value is the same (0/0).

    Args:
        counts: How often each value was given to each unit, shape (n_units, n_values).
        level: Nominal, ordinal in the order of the columns, or interval.
        scale: The number that each value stands for, shape (n_values,); their codes where it
            is not given. Only the interval level reads it.
    """
    patterns = patterns_of_counts(counts)
    statistics = alpha_statistics(patterns.counts, level=level, scale=scale)
    sums = np.atleast_2d(patterns.n_of @ statistics)
    alpha, defined = alpha_of_sums(sums, n_values=counts.shape[1], level=level, scale=scale)
    return float(alpha[0]) if defined[0] else None


def alpha_statistics(
    counts: sparse.csr_array, *, level: Level, scale: NDArray[np.float64] | None = None
) -> sparse.csr_array:
    """What alpha needs of each unit, in a form that adds up over units.

    Args:
        counts: Shape (n_units, n_values). Units with fewer than two values get zeros.
        level: Level of measurement.
        scale: Numbers of the values, as for :func:`alpha_point`.

    Returns:
        Shape (n_units, n_values + k): the counts of the values, then the coincidences of
        different values. At the ordinal level, where distances depend on the whole sample,
        these are k = n_values * (n_values - 1) / 2 columns, one for each two values; at the
        other levels one column, their sum weighted by the distances.
    """
    n_units, n_values = counts.shape
    n_ratings = np.asarray(counts.sum(axis=1), dtype=np.float64)
    pairable = sparse.diags_array((n_ratings >= 2).astype(np.float64))
    pairs = pairs_within(counts)
    coincidences = pairs.product / (n_ratings[pairs.pattern] - 1)
    parts: sparse.csr_array
    if level is Level.ORDINAL:
        column = _place(pairs.first, pairs.second, n_values)
        shape = (n_units, n_values * (n_values - 1) // 2)
        parts = sparse.csr_array((coincidences, (pairs.pattern, column)), shape=shape)
    else:
        if level is Level.INTERVAL:
            numbers = _numbers(scale, n_values)
            coincidences *= (numbers[pairs.first] - numbers[pairs.second]) ** 2
        total = np.bincount(pairs.pattern, weights=coincidences, minlength=n_units)
        parts = sparse.csr_array(total.reshape(n_units, 1))
    return sparse.csr_array(sparse.hstack([pairable @ counts, parts], format="csr"))


def alpha_of_sums(
    sums: NDArray[np.float64],
    *,
    n_values: int,
    level: Level,
    scale: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Alpha from summed statistics, for many samples at once.

    Args:
        sums: Sums of :func:`alpha_statistics`, shape (n_samples, n_statistics).
        n_values: Size of the value domain.
        level: Level of measurement.
        scale: Numbers of the values, as for :func:`alpha_point`.

    Returns:
        Alpha of each sample, shape (n_samples,), and where it is defined; 0 where it is not
        (every value of the sample is the same).

    Source: Krippendorff (2019), Content Analysis, 4th ed., chapter 12. The ordinal distance
    of c < k, (n_c / 2 + n_c+1 + ... + n_k / 2) squared, is the squared difference of mid-ranks.
    """
    n_of, coincidences = sums[:, :n_values], sums[:, n_values:]
    total = n_of.sum(axis=1)
    if level is Level.NOMINAL:
        observed = coincidences[:, 0]
        expected = (total**2 - (n_of**2).sum(axis=1)) / 2
    elif level is Level.INTERVAL:
        observed = coincidences[:, 0]
        expected = _expected(n_of, _numbers(scale, n_values)[None, :])
    else:
        mid_ranks = np.cumsum(n_of, axis=1) - n_of / 2
        first, second = np.triu_indices(n_values, k=1)
        observed = (coincidences * (mid_ranks[:, first] - mid_ranks[:, second]) ** 2).sum(axis=1)
        expected = _expected(n_of, mid_ranks)
    # Counts are whole numbers, so this test is exact.
    defined = np.count_nonzero(n_of, axis=1) >= 2
    scale_of = np.divide(observed, expected, out=np.ones_like(observed), where=defined)
    return np.where(defined, 1 - (total - 1) * scale_of, 0.0), defined


def _expected(n_of: NDArray[np.float64], numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum over c < k of n_c n_k (x_c - x_k) ** 2, about the mean so that nothing cancels."""
    total = n_of.sum(axis=1, keepdims=True)
    mean = (n_of * numbers).sum(axis=1, keepdims=True) / np.maximum(total, 1)
    squares = (n_of * (numbers - mean) ** 2).sum(axis=1)
    expected: NDArray[np.float64] = total[:, 0] * squares
    return expected


def _numbers(scale: NDArray[np.float64] | None, n_values: int) -> NDArray[np.float64]:
    return np.arange(n_values, dtype=np.float64) if scale is None else scale


def _place(first: NDArray[np.int64], second: NDArray[np.int64], n_values: int) -> NDArray[np.int64]:
    """Where a pair stands in the order of ``np.triu_indices(n_values, k=1)``."""
    return first * (2 * n_values - first - 1) // 2 + second - first - 1
