"""Disagreement that the annotators' noise does not explain: contested, told apart from few votes.

If each comparison had one true direction, and every vote gave it with the same probability (the
model of `posteriors`), then the number of differing pairs of votes would follow a known
distribution, given how many votes there are. A p-value is its upper tail.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from quality.metrics.compositions import (
    compositions,
    multinomial_probabilities,
    shares_given_first,
)
from quality.metrics.patterns import patterns_of
from quality.metrics.reliability import Reliability

# The share of false alarms among the groups that are called contested.
FALSE_DISCOVERIES = 0.05
# Sums of more differing pairs than this follow the normal distribution closely enough.
MAX_EXACT = 20_000
# Lengths of all exact distributions together.
MAX_TOTAL = 20_000_000
# Where exact distributions end: Fourier transforms leave errors of this size.
SMALLEST = 1e-14


@dataclass(frozen=True, slots=True)
class Contested:
    """Disagreement by group of comparisons, such as a prompt.

    Attributes:
        n_units: Comparisons with two usable votes or more, shape (n_groups,).
        n_pairs: Pairs of votes on the same comparison, same shape.
        n_differing: Those that differ, same shape.
        expected: How many would differ by noise alone, same shape.
        p_value: Probability of as many or more by noise alone; 1 without pairs. Same shape.
        q_value: The same with false discoveries controlled over all groups with pairs.
        can_tell: Whether the votes are enough to call the group contested if they differed as
            much as they can. Same shape.
    """

    n_units: NDArray[np.int64]
    n_pairs: NDArray[np.int64]
    n_differing: NDArray[np.int64]
    expected: NDArray[np.float64]
    p_value: NDArray[np.float64]
    q_value: NDArray[np.float64]
    can_tell: NDArray[np.bool_]

    @property
    def is_contested(self) -> NDArray[np.bool_]:
        return (self.q_value <= FALSE_DISCOVERIES) & (self.n_pairs > 0)


@dataclass(frozen=True, slots=True)
class _Null:
    """Differing pairs by noise alone, of one comparison with some number of votes."""

    probability: NDArray[np.float64]
    mean: float
    variance: float


def contested(
    votes: NDArray[np.integer],
    group: NDArray[np.integer],
    *,
    n_groups: int,
    accuracy: float,
) -> Contested:
    """Test each group's disagreement against the annotators' noise.

    Args:
        votes: Usable votes by direction that is offered, shape (n_units, n_values).
        group: Group of each unit, codes 0..n_groups-1, shape (n_units,).
        n_groups: Groups in the frame.
        accuracy: How often a vote gives the true direction, 1/n_values..1, 1 excluded. Estimated
            from all comparisons, contested ones included, it errs towards noise, and the test
            towards silence.

    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.
    """
    n_values = votes.shape[1]
    if n_values < 2 or not 1 / n_values <= accuracy < 1:
        raise ValueError(f"expected an accuracy from 1/{n_values} to below 1, got {accuracy}")
    n_votes = votes.sum(axis=1)
    paired = n_votes >= 2
    votes, group, n_votes = votes[paired], group[paired], n_votes[paired]
    pairs = n_votes * (n_votes - 1) // 2
    differing = (n_votes**2 - (votes.astype(np.int64) ** 2).sum(axis=1)) // 2
    n_differing = _sums(group, differing, n_groups)
    sizes, size = np.unique(n_votes, return_inverse=True)
    nulls = [_null(int(one), accuracy, n_values) for one in sizes]
    means = np.array([one.mean for one in nulls])
    p_value, smallest = _tails(group, size, nulls, n_differing)
    tested = np.bincount(group, minlength=n_groups) > 0
    q_value, cut = _false_discovery(p_value, tested)
    return Contested(
        n_units=np.bincount(group, minlength=n_groups),
        n_pairs=_sums(group, pairs, n_groups),
        n_differing=n_differing,
        expected=np.asarray(
            np.bincount(group, weights=means[size], minlength=n_groups), dtype=np.float64
        ),
        p_value=p_value,
        q_value=q_value,
        can_tell=tested & (smallest <= cut),
    )


def _sums(group: NDArray[np.integer], values: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    return np.bincount(group, weights=values, minlength=n).astype(np.int64)


def _null(n_votes: int, accuracy: float, n_values: int) -> _Null:
    rows = compositions(n_votes, n_values)
    weights = multinomial_probabilities(rows, shares_given_first(accuracy, n_values))
    differing = (n_votes**2 - (rows**2).sum(axis=1)) // 2
    probability = np.asarray(np.bincount(differing, weights=weights), dtype=np.float64)
    values = np.arange(probability.size)
    mean = float(probability @ values)
    return _Null(probability, mean, float(probability @ (values - mean) ** 2))


def _tails(
    group: NDArray[np.integer],
    size: NDArray[np.integer],
    nulls: list[_Null],
    n_differing: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Upper tail of each group's differing pairs, and that of as many as there can be.

    Groups with as many comparisons of each number of votes share their distribution.
    """
    n_groups = n_differing.size
    found = patterns_of(
        Reliability(
            unit=group.astype(np.int64),
            coder=np.zeros(group.size, dtype=np.int64),
            value=size.astype(np.int64),
            n_units=n_groups,
            n_coders=1,
            n_values=len(nulls),
        )
    )
    counts = found.counts
    longest = np.array([one.probability.size - 1 for one in nulls], dtype=np.int64)
    most = np.asarray(counts @ longest, dtype=np.int64)
    is_exact = (most <= MAX_EXACT) & (
        np.cumsum(np.sort(most))[most.argsort().argsort()] < MAX_TOTAL
    )
    p_value, smallest = np.ones(n_groups), np.ones(n_groups)
    if not n_groups:
        return p_value, smallest
    order = np.argsort(found.row, kind="stable")
    members = np.split(order, np.cumsum(found.n_of)[:-1])
    for place, mine in enumerate(members):
        cells = slice(counts.indptr[place], counts.indptr[place + 1])
        parts = list(zip(counts.indices[cells], counts.data[cells], strict=True))
        if not parts:
            continue
        tail = _exact_tail if is_exact[place] else _normal_tail
        values = np.append(n_differing[mine], most[place])
        beyond = tail([(nulls[at], int(n)) for at, n in parts], values)
        p_value[mine], smallest[mine] = beyond[:-1], beyond[-1]
    return p_value, smallest


def _exact_tail(parts: list[tuple[_Null, int]], values: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probability of each value or more, of the sum of independent comparisons."""
    size = int(values[-1]) + 1
    spectrum = np.ones(size // 2 + 1, dtype=np.complex128)
    for null, n in parts:
        spectrum *= np.fft.rfft(null.probability, size) ** n
    probability = np.fft.irfft(spectrum, size) if size > 1 else np.ones(1)
    tail = np.cumsum(probability[::-1])[::-1]
    return np.asarray(np.clip(tail, SMALLEST, 1.0)[values])


def _normal_tail(parts: list[tuple[_Null, int]], values: NDArray[np.int64]) -> NDArray[np.float64]:
    mean = sum(n * null.mean for null, n in parts)
    deviation = sum(n * null.variance for null, n in parts) ** 0.5
    return np.asarray(np.maximum(ndtr((mean - values + 0.5) / deviation), SMALLEST))


def _false_discovery(
    p_value: NDArray[np.float64], tested: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Benjamini and Hochberg's q-values of the tested groups, and the largest p that counts."""
    q_value = np.ones(p_value.size)
    n = int(tested.sum())
    if not n:
        return q_value, 0.0
    of_tested = p_value[tested]
    order = np.argsort(of_tested, kind="stable")
    raw = of_tested[order] * n / np.arange(1, n + 1)
    smoothed = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0)
    mine = np.empty(n)
    mine[order] = smoothed
    q_value[tested] = mine
    n_found = int((smoothed <= FALSE_DISCOVERIES).sum())
    return q_value, FALSE_DISCOVERIES * max(n_found, 1) / n
