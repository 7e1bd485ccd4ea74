"""Pairs of annotators who agree far more than with the rest: copying, or one person twice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import log_ndtr

from quality.metrics.em import Floats
from quality.metrics.reliability import Reliability
from quality.metrics.speed import NORMAL_MAD

Codes = NDArray[np.int64]

# Fewer shared comparisons tell nothing about a pair; fewer pairs nothing about what is usual.
FEWEST_SHARED, FEWEST_PAIRS = 30, 6
# Of the fit of levels, far more than it takes.
ROUNDS = 60
FEW_PAIRS = "fewer than six pairs of annotators share 30 comparisons"


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

    first: Codes
    second: Codes
    n: Floats
    agreement: Floats
    expected: Floats
    log_p: Floats
    undefined_because: str = ""


def look_alikes(data: Reliability) -> LookAlikes:
    """Compare each pair's agreement with what its two annotators' levels explain.

    Two annotators who know the truth with levels a and b agree in c + a b, with c what chance
    gives (Scott's sum of squared shares): so it is in the one-coin model. The levels are fitted by
    least squares with pairs weighted by shared comparisons. The distance is measured in
    standard errors, and these in the robust spread of all pairs where that is wider: annotators who
    share a taste, or easy comparisons, widen it, and only pairs beyond are surprising.
    """
    usable = data.usable()
    shared, same = _pairs(usable)
    first, second = np.nonzero(np.triu(shared >= FEWEST_SHARED, k=1))
    if first.size < FEWEST_PAIRS:
        nobody, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
        return LookAlikes(nobody, nobody, nothing, nothing, nothing, nothing, FEW_PAIRS)
    n, agreement = shared[first, second], same[first, second] / shared[first, second]
    shares = np.bincount(usable.value) / usable.value.size
    expected = np.clip(_expected(shared, same, float(shares @ shares))[first, second], 0.01, 0.99)
    distance = (agreement - expected) * np.sqrt(n / (expected * (1 - expected)))
    middle = float(np.median(distance))
    spread = max(1.0, float(np.median(np.abs(distance - middle))) * NORMAL_MAD)
    log_p = log_ndtr(-(distance - middle) / spread)
    order = np.lexsort((second, first, log_p))
    return LookAlikes(
        first=first[order],
        second=second[order],
        n=n[order],
        agreement=agreement[order],
        expected=expected[order],
        log_p=np.asarray(log_p)[order],
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


def _expected(shared: Floats, same: Floats, chance: float) -> Floats:
    """Agreement of each two coders from a level for each of them, fitted in turns."""
    weight = np.where(shared >= FEWEST_SHARED, shared, 0.0)
    np.fill_diagonal(weight, 0.0)
    excess = np.where(weight > 0, same - chance * shared, 0.0)
    level = np.full(weight.shape[0], max(float(excess.sum() / weight.sum()), 0.01) ** 0.5)
    for _ in range(ROUNDS):
        total = weight @ level**2
        wanted = np.divide(excess @ level, total, out=np.zeros_like(level), where=total > 0)
        level = (level + wanted) / 2
    return np.asarray(chance + np.outer(level, level))
