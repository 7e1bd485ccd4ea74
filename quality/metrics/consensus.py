"""What several methods decide on the same units, and where they part."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.reliability import MISSING

# Probabilities closer than this are a tie: votes add up in another order elsewhere.
TIED = 1e-9


@dataclass(frozen=True, slots=True)
class Consensus:
    """One method's decisions, arrays of one element per unit.

    Attributes:
        value: The most probable value, MISSING (-1) where there is no vote or a tie on top.
        certainty: Its probability; 0 where there is no vote.
        posteriors: Probability of each value, shape (n_units, n_values).
        is_judged: Whether the unit has a vote.
        n_iter: Steps of an iterative method, else None.
        converged: Whether it had stopped, None for a method without iterations.
        note: What the reader must know of this run, or empty.
    """

    value: NDArray[np.int8]
    certainty: NDArray[np.float32]
    posteriors: NDArray[np.float32]
    is_judged: NDArray[np.bool_]
    n_iter: int | None = None
    converged: bool | None = None
    note: str = ""

    @property
    def is_decided(self) -> NDArray[np.bool_]:
        decided: NDArray[np.bool_] = self.value != MISSING
        return decided

    @property
    def expected_error(self) -> float | None:
        """Mean probability that a decision is wrong, over decided units; None without any."""
        decided = self.is_decided
        if not decided.any():
            return None
        return float(1 - self.certainty[decided].mean(dtype=np.float64))

    @property
    def mean_entropy(self) -> float | None:
        """Mean entropy of the posteriors in bits, over judged units; None without any."""
        if not self.is_judged.any():
            return None
        return float(entropy(self.posteriors[self.is_judged]).mean(dtype=np.float64))


def consensus_of(
    posteriors: NDArray[np.floating],
    *,
    is_judged: NDArray[np.bool_],
    n_iter: int | None = None,
    converged: bool | None = None,
    note: str = "",
) -> Consensus:
    """Decide by the most probable value; two equally probable ones are no decision."""
    n_units, n_values = posteriors.shape
    value = np.zeros(n_units, dtype=np.int8)
    best = np.full(n_units, -1.0)
    second = np.full(n_units, -1.0)
    for code in range(n_values):
        of_code = posteriors[:, code]
        is_more = of_code > best
        np.maximum(second, np.where(is_more, best, of_code), out=second)
        np.copyto(value, code, where=is_more)
        np.maximum(best, of_code, out=best)
    value[~is_judged | (best - second <= TIED)] = MISSING
    return Consensus(
        value=value,
        certainty=np.where(is_judged, best, 0.0).astype(np.float32),
        posteriors=posteriors.astype(np.float32, copy=False),
        is_judged=is_judged,
        n_iter=n_iter,
        converged=converged,
        note=note,
    )


def entropy(posteriors: NDArray[np.floating]) -> NDArray[np.floating]:
    """Entropy of each row in bits: 0 is certainty, log2(n_values) knows nothing."""
    total = np.zeros(posteriors.shape[0], dtype=posteriors.dtype)
    for code in range(posteriors.shape[1]):
        p = posteriors[:, code]
        total -= p * np.log2(np.maximum(p, np.finfo(p.dtype).tiny))
    return np.maximum(total, 0)


def equal_decisions(first: Consensus, second: Consensus) -> tuple[int, int]:
    """Units on which two methods decide the same, and units that both decide."""
    both = first.is_decided & second.is_decided
    equal = both & (first.value == second.value)
    return int(np.count_nonzero(equal)), int(np.count_nonzero(both))


def disagreement(methods: list[Consensus]) -> NDArray[np.floating]:
    """How far the methods' posteriors lie apart on each unit: 0 equal, 1 nothing in common.

    One minus the sum over values of the smallest probability that any method gives it; for two
    methods that is their total variation distance. 0 where a unit has no vote.
    """
    smallest = methods[0].posteriors.copy()
    for method in methods[1:]:
        np.minimum(smallest, method.posteriors, out=smallest)
    apart: NDArray[np.floating] = np.clip(1 - smallest.sum(axis=1), 0, 1)
    apart[~methods[0].is_judged] = 0
    return apart


def kept_at(
    certainty: NDArray[np.floating], is_kept: NDArray[np.bool_], thresholds: tuple[float, ...]
) -> list[int]:
    """Units whose certainty reaches each threshold."""
    reached = certainty[is_kept]
    # Certainties are single precision: 0.95 must be reached by 0.95.
    return [int(np.count_nonzero(reached >= np.float32(at))) for at in thresholds]
