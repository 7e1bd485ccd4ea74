"""Units whose values are the same, whatever their order, counted once: the short table behind
every measure of agreement."""

from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.reliability import Reliability

# Up to so many cells a table of units by values is counted directly instead of sorted.
DENSE_CELLS = 20_000_000
# Whole numbers up to here are exact in floating point.
EXACT_BITS = 53


@dataclass(frozen=True, slots=True)
class Patterns:
    """The different rows of a table of value counts, and which of them each unit has.

    Attributes:
        counts: How often each value occurs in each pattern, shape (n_patterns, n_values), sorted.
        row: The pattern of each unit, shape (n_units,).
    """

    counts: sparse.csr_array
    row: NDArray[np.int64]

    @property
    def n_ratings(self) -> NDArray[np.int64]:
        """Values in each pattern, shape (n_patterns,)."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)

    @property
    def n_of(self) -> NDArray[np.int64]:
        """Units with each pattern, shape (n_patterns,)."""
        return np.bincount(self.row, minlength=self.counts.shape[0])

    def only(self, units: NDArray[np.bool_] | NDArray[np.int64]) -> "Patterns":
        """The patterns of some of the units; those that no longer occur are dropped."""
        rows = self.row[units]
        occurs = np.bincount(rows, minlength=self.counts.shape[0]) > 0
        return Patterns(self.counts[occurs], (np.cumsum(occurs) - 1)[rows])

    def with_ratings(self, least: int) -> NDArray[np.bool_]:
        """Which units have at least so many values, shape (n_units,)."""
        return (self.n_ratings >= least)[self.row]


def patterns_of(data: Reliability) -> Patterns:
    """The patterns of reliability data; missing values are left out."""
    usable = data.usable()
    keys = usable.unit * usable.n_values + usable.value
    n_cells = data.n_units * data.n_values
    if n_cells <= DENSE_CELLS:
        table = np.bincount(keys, minlength=n_cells)
        cells = np.flatnonzero(table)
        counts = table[cells]
    else:
        cells, counts = np.unique(keys, return_counts=True)
    unit, value = np.divmod(cells, data.n_values) if data.n_values else (cells, cells)
    return _patterns(unit, value, counts, shape=(data.n_units, data.n_values))


def patterns_of_counts(counts: NDArray[np.int64]) -> Patterns:
    """The patterns of a table of value counts, shape (n_units, n_values)."""
    unit, value = np.nonzero(counts)
    shape = (counts.shape[0], counts.shape[1])
    return _patterns(unit, value, counts[unit, value].astype(np.int64), shape=shape)


def _patterns(
    unit: NDArray[np.int64],
    value: NDArray[np.int64],
    counts: NDArray[np.int64],
    *,
    shape: tuple[int, int],
) -> Patterns:
    """Rows of a sparse table, each cell once and ordered by unit, read as whole numbers.

    A row is the number whose digits are its counts, in a base above the largest count; where
    that exceeds what is exact, in several numbers. Comparing whole rows is 30 times slower.
    """
    n_units, n_values = shape
    base = int(counts.max(initial=1)) + 1
    digits = max(1, int(EXACT_BITS / log2(base)))
    row = np.zeros(n_units, dtype=np.int64)
    n_rows = min(1, n_units)
    block_of = value // digits
    for block in np.unique(block_of):
        here = block_of == block if n_values > digits else slice(None)
        weights = counts[here] * np.power(float(base), value[here] - block * digits)
        codes = np.bincount(unit[here], weights=weights, minlength=n_units).astype(np.int64)
        other, n_other = _ranked(codes)
        row, n_rows = _ranked(row * n_other + other) if n_rows > 1 else (other, n_other)
    first = np.zeros(n_rows, dtype=np.int64)
    first[row[::-1]] = np.arange(n_units)[::-1]
    start = np.concatenate([[0], np.cumsum(np.bincount(unit, minlength=n_units))])
    table = sparse.csr_array((counts, value, start), shape=shape)
    return Patterns(table[first], row)


def _ranked(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Numbers 0..n-1 in the order of the codes, equal for equal codes, and n."""
    highest = int(codes.max(initial=0))
    if highest <= 4 * codes.shape[0] + 1_000:
        occurs = np.bincount(codes, minlength=1) > 0
        return (np.cumsum(occurs) - 1)[codes], int(occurs.sum())
    known, ranks = np.unique(codes, return_inverse=True)
    return ranks.astype(np.int64), known.shape[0]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Each two different values that occur together in a pattern, the lower code first.

    Attributes:
        pattern: The pattern, shape (n_pairs,).
        first: Code of the lower value.
        second: Code of the higher value.
        product: Count of the first times count of the second.
    """

    pattern: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    product: NDArray[np.float64]


def pairs_within(counts: sparse.csr_array) -> Pairs:
    """All pairs of different values of each pattern; nothing for patterns of one value."""
    n_cells = np.diff(counts.indptr)
    pattern = np.repeat(np.arange(counts.shape[0]), n_cells)
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for distance in range(1, int(n_cells.max(initial=0))):
        left = np.flatnonzero(pattern[:-distance] == pattern[distance:])
        parts.append((left, left + distance))
    first = np.concatenate([left for left, _ in parts] or [np.empty(0, dtype=np.int64)])
    second = np.concatenate([right for _, right in parts] or [np.empty(0, dtype=np.int64)])
    values = counts.indices.astype(np.int64)
    product = counts.data[first].astype(np.float64) * counts.data[second]
    return Pairs(pattern[first], values[first], values[second], product)
