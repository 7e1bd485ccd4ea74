"""Cohen's kappa of every two coders who share units, from sparse products."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.agreement import with_draws
from quality.metrics.bootstrap import N_DRAWS, DrawnOver, Frame, drawn_sums, frame_of
from quality.metrics.estimates import Estimate
from quality.metrics.reliability import Reliability

NO_SHARED_UNIT = "no unit was judged by both"
BOTH_THE_SAME = "both gave one and the same value throughout, so chance explains everything"


@dataclass(frozen=True, slots=True)
class PairwiseKappa:
    """Two coders at a time, on the units both judged; symmetric.

    Attributes:
        n_shared: Units both judged, shape (n_coders, n_coders).
        n_same: Units they gave the same value, same shape.
        by_chance: Sum over values of the product of how often each gave it on the shared
            units, same shape; divided by n_shared squared, the agreement expected by chance.
    """

    n_shared: NDArray[np.int64]
    n_same: NDArray[np.int64]
    by_chance: NDArray[np.int64]

    @property
    def is_defined(self) -> NDArray[np.bool_]:
        """Where there is a shared unit, and not one and the same value throughout."""
        # Whole numbers, so this test is exact.
        return (self.n_shared > 0) & (self.by_chance < self.n_shared**2)

    @property
    def kappa(self) -> NDArray[np.float64]:
        """Kappa, -1..1; 0 where it is undefined."""
        squared = self.n_shared**2
        room = np.where(self.is_defined, squared - self.by_chance, 1)
        above = self.n_same * self.n_shared - self.by_chance
        return np.where(self.is_defined, above / room, 0.0)


def pairwise_kappa(data: Reliability) -> PairwiseKappa:
    """Cohen's kappa of every two coders, nominal; a diagonal cell is a coder with themselves.

    One sparse product per value tells how often each coder gave it on the units shared with
    each other one: the sum of squared numbers of ratings is what it costs, not coders by units.

    Source: Cohen (1960), Educational and Psychological Measurement 20(1), 37-46.
    """
    usable = data.usable()
    ones = np.ones(usable.unit.shape[0], dtype=np.int64)
    shape = (data.n_coders, data.n_units)
    judged = sparse.csr_array((ones, (usable.coder, usable.unit)), shape=shape)
    cells = (data.n_coders, data.n_coders)
    n_same, by_chance = np.zeros(cells, dtype=np.int64), np.zeros(cells, dtype=np.int64)
    n_shared = np.zeros(cells, dtype=np.int64)
    for value in np.unique(usable.value):
        here = usable.value == value
        place = (usable.coder[here], usable.unit[here])
        gave = sparse.csr_array((ones[here], place), shape=shape)
        given = (gave @ judged.T).toarray()
        n_shared += given
        n_same += (gave @ gave.T).toarray()
        by_chance += given * given.T
    return PairwiseKappa(n_shared, n_same, by_chance)


def kappa_estimates(
    data: Reliability,
    prompt: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    n_draws: int = N_DRAWS,
) -> Iterator[tuple[int, int, Estimate]]:
    """Kappa of each two coders that share a unit, with an interval drawn over those units.

    Yields the lower code, the higher one and the estimate, in the order of the codes. Meant
    for tens of coders: of 50 there are 1,225 pairs.

    Args:
        data: Judgments; missing values are left out.
        prompt: Code of each unit's prompt, shape (n_units,).
        rng: Source of the draws.
        n_draws: Number of draws per pair.

    Undefined where both gave one and the same value throughout (0/0).
    """
    usable = data.usable()
    order = np.lexsort((usable.unit, usable.coder))
    bounds = np.cumsum(np.bincount(usable.coder, minlength=data.n_coders))[:-1]
    units = np.split(usable.unit[order], bounds)
    values = np.split(usable.value[order], bounds)
    for first in range(data.n_coders):
        for second in range(first + 1, data.n_coders):
            shared, mine, theirs = np.intersect1d(
                units[first], units[second], assume_unique=True, return_indices=True
            )
            if shared.size:
                cells = values[first][mine] * data.n_values + values[second][theirs]
                frame = frame_of(prompt[shared])
                estimate = _kappa(cells, data.n_values, frame, rng=rng, n_draws=n_draws)
                yield first, second, estimate


def _kappa(
    cells: NDArray[np.int64],
    n_values: int,
    frame: Frame,
    *,
    rng: np.random.Generator,
    n_draws: int,
) -> Estimate:
    known, rows = np.unique(cells, return_inverse=True)
    one, other = np.divmod(known, n_values)
    # Values that neither gave only cost time.
    used, places = np.unique(np.concatenate([one, other]), return_inverse=True)
    first, second = places[: known.size], places[known.size :]
    table = np.zeros((known.size, 1 + 2 * used.size))
    cell = np.arange(known.size)
    table[cell, 0] = first == second
    table[cell, 1 + first] = 1
    table[cell, 1 + used.size + second] = 1
    whole = np.bincount(rows) @ table
    n = cells.shape[0]
    value, defined = _kappa_of_sums(whole[None, :])
    if not defined[0]:
        return Estimate.undefined(BOTH_THE_SAME, n)
    sums = whole[None, :]
    if frame.over is not DrawnOver.NOTHING:
        sums = drawn_sums(rows, table, frame, rng=rng, n_draws=n_draws)
    return with_draws(float(value[0]), *_kappa_of_sums(sums), frame=frame, n=n).estimate


def _kappa_of_sums(sums: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    half = (sums.shape[1] - 1) // 2
    first, second = sums[:, 1 : 1 + half], sums[:, 1 + half :]
    n = first.sum(axis=1)
    by_chance = (first * second).sum(axis=1)
    defined = by_chance < n**2
    room = np.where(defined, n**2 - by_chance, 1.0)
    return np.where(defined, (sums[:, 0] * n - by_chance) / room, 0.0), defined
