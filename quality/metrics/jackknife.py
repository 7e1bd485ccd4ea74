"""Intervals for annotators like these: everything again without each annotator in turn."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import stdtrit

from quality.metrics.estimates import Estimate
from quality.metrics.patterns import Patterns
from quality.metrics.reliability import Reliability

# With two annotators nothing is left to compare without either of them.
MIN_ANNOTATORS = 3
FEW_ANNOTATORS = f"fewer than {MIN_ANNOTATORS} annotators: no interval for others like them"
HANGS_ON_ONE = "undefined without one of the annotators: no interval for others like them"
NO_DIFFERENCE = "the same without any one annotator: no interval for others like them"
# Cells of a table of statistics that are worked on at a time.
BLOCK_ROWS = 100_000

Statistics = Callable[[sparse.csr_array], sparse.csr_array]


def sums_without_each(
    data: Reliability, patterns: Patterns, statistics: Statistics
) -> NDArray[np.float64]:
    """Sums of the units' statistics, without each annotator in turn.

    What taking a value away changes depends only on the unit's pattern and on the value, so
    it is worked out once for each of these; an annotator is how often each of them occurs.

    Args:
        data: Judgments without missing values, at most one per unit and annotator.
        patterns: Their patterns.
        statistics: Additive statistics of rows of value counts.

    Returns:
        Shape (n_annotators with a judgment, n_statistics), in the order of their codes.
    """
    counts = patterns.counts
    whole = statistics(counts)
    pattern_of = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    cells = pattern_of * data.n_values + counts.indices
    taken = np.searchsorted(cells, patterns.row[data.unit] * data.n_values + data.value)
    is_present = np.bincount(data.coder, minlength=data.n_coders) > 0
    coder = (np.cumsum(is_present) - 1)[data.coder]
    n_present = int(is_present.sum())
    shape = (n_present, cells.shape[0])
    how_often = _table_of(coder, taken, shape)

    sums = np.tile(patterns.n_of.astype(np.float64) @ whole, (n_present, 1))
    for start in range(0, cells.shape[0], BLOCK_ROWS):
        block = np.arange(start, min(start + BLOCK_ROWS, cells.shape[0]))
        change = statistics(_one_less(counts, pattern_of, block)) - whole[pattern_of[block]]
        sums += (how_often[:, block] @ change).toarray()
    return sums


def _table_of(
    coder: NDArray[np.int64], taken: NDArray[np.int64], shape: tuple[int, int]
) -> sparse.csc_array:
    keys = coder * shape[1] + taken
    if shape[0] * shape[1] <= 4 * keys.shape[0]:
        table = np.bincount(keys, minlength=shape[0] * shape[1]).reshape(shape)
        return sparse.csc_array(table.astype(np.float64))
    ones = np.ones(keys.shape[0])
    return sparse.csc_array(sparse.coo_array((ones, (coder, taken)), shape=shape))


def _one_less(
    counts: sparse.csr_array, pattern_of: NDArray[np.int64], block: NDArray[np.int64]
) -> sparse.csr_array:
    """For each cell of the block its pattern with one value of that cell taken away."""
    rows = counts[pattern_of[block]]
    ones = np.ones(block.shape[0], dtype=counts.dtype)
    place = (np.arange(block.shape[0]), counts.indices[block])
    less = sparse.csr_array(rows - sparse.csr_array((ones, place), shape=rows.shape))
    less.eliminate_zeros()
    less.sort_indices()
    return less


def jackknife(
    value: float,
    without_each: NDArray[np.float64],
    defined: NDArray[np.bool_],
    *,
    n: int,
    lowest: float,
    highest: float = 1.0,
) -> Estimate:
    """The delete-one interval of a measure: how it would vary with other annotators like these.

    Value +- t standard errors, t the 97.5 % point of Student's distribution with one degree of
    freedom less than annotators; ends beyond the measure's range are cut to it. The units are
    taken as they are.

    Args:
        value: The measure on everything.
        without_each: The measure without each annotator, shape (n_annotators,).
        defined: Where that is defined.
        n: Units behind the value.
        lowest: Lowest value the measure can take.
        highest: Highest value the measure can take.

    Returns:
        The value with its interval; no interval with fewer than three annotators, where the
        measure hangs on one of them, and where none of them makes a difference.

    Source: Tukey (1958), Annals of Mathematical Statistics 29, 614; Efron and Stein (1981),
    Annals of Statistics 9, 586-596, show that the variance errs on the large side.
    """
    m = without_each.shape[0]
    reason = ""
    if m < MIN_ANNOTATORS:
        reason = FEW_ANNOTATORS
    elif not defined.all():
        reason = HANGS_ON_ONE
    elif np.ptp(without_each) < 1e-12:
        reason = NO_DIFFERENCE
    if reason:
        return Estimate(value, None, None, n, reason)
    spread = ((without_each - without_each.mean()) ** 2).sum() * (m - 1) / m
    half = float(stdtrit(m - 1, 0.975) * np.sqrt(spread))
    return Estimate(value, max(lowest, value - half), min(highest, value + half), n)
