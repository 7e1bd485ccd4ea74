"""Pairs of annotators who agree far more than with the rest: copying, or one person twice."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import log_ndtr

from quality.metrics.em import Floats
from quality.metrics.reliability import Reliability
from quality.metrics.speed import NORMAL_MAD

# Fewer shared comparisons tell nothing about a pair; fewer pairs nothing about what is usual.
FEWEST_SHARED, FEWEST_PAIRS = 30, 6
FEWEST_MARK = "fewer than six pairs of annotators share 30 comparisons"


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Every pair that shares enough, the most surprising first.

    Attributes:
        first: Code of one annotator, shape (n_pairs,).
        second: Code of the other, higher than the first's.
        n: Comparisons both judged with a direction.
        agreement: Share of these with the same direction.
        expected: What both annotators' agreement with everybody suggests.
        log_p: Log of the probability of so much agreement, among pairs spread as widely as these.
        undefined_because: Why there is no pair, or empty.
    """

    first: Floats
    second: Floats
    n: Floats
    agreement: Floats
    expected: Floats
    log_p: Floats
    undefined_because: str = ""


def look_alikes(data: Reliability) -> LookAlikes:
    """Compare each pair's agreement with what its two annotators' levels explain.

    The levels are the row and column effects of an additive model over all pairs, fitted by least
    squares with pairs weighted by shared comparisons. The distance from it is measured in
    standard errors, and these in the robust spread of all pairs where that is wider: annotators who
    share a taste, or easy comparisons, widen it, and only pairs beyond are surprising.
    """
    shared, same = _pairs(data.usable())
    first, second = np.nonzero(np.triu(shared >= FEWEST_SHARED, k=1))
    if first.size < FEWEST_PAIRS:
        nothing = np.zeros(0)
        return LookAlikes(nothing, nothing, nothing, nothing, nothing, nothing, FEWEST_MARK)
    n, agreement = shared[first, second], same[first, second] / shared[first, second]
    expected = np.clip(_additive(shared, same, first, second), 0.01, 0.99)
    distance = (agreement - expected) * np.sqrt(n / (expected * (1 - expected)))
    middle = float(np.median(distance))
    spread = max(1.0, float(np.median(np.abs(distance - middle))) * NORMAL_MAD)
    log_p = log_ndtr(-(distance - middle) / spread)
    order = np.lexsort((second, first, log_p))
    return LookAlikes(
        *(one[order] for one in (first, second, n, agreement, expected, log_p)),
    )


def _pairs(usable: Reliability) -> tuple[Floats, Floats]:
    """Shared units, and those with the same value, of each two coders."""
    shape = (usable.n_units, usable.n_coders)
    ones = np.ones(usable.unit.size, dtype=np.float32)

    def products(where: slice | np.ndarray) -> Floats:
        matrix = sparse.csr_array((ones[where], (usable.unit[where], usable.coder[where])), shape)
        return np.asarray((matrix.T @ matrix).toarray(), dtype=np.float64)

    same = sum(
        (products(usable.value == value) for value in range(usable.n_values)),
        start=np.zeros((usable.n_coders, usable.n_coders)),
    )
    return products(slice(None)), same


def _additive(shared: Floats, same: Floats, first: Floats, second: Floats) -> Floats:
    """Expected agreement of the pairs: a level for each of the two, fitted in a few rounds."""
    weight = np.where(shared >= FEWEST_SHARED, shared, 0.0)
    np.fill_diagonal(weight, 0.0)
    hits = np.where(weight > 0, same, 0.0)
    total = weight.sum(axis=1)
    level = np.full(total.size, hits.sum() / weight.sum() / 2)
    for _ in range(50):
        wanted = (hits.sum(axis=1) - weight @ level) / np.maximum(total, 1)
        level = np.where(total > 0, (level + wanted) / 2, level)
    return np.asarray(level[first] + level[second])
