"""Fleiss' kappa, Gwet's AC1 and AC2 and Brennan and Prediger's coefficient from value counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.alpha import Level
from quality.metrics.patterns import pairs_within

# A value given once to a unit with a million values still has a greater share.
NO_SHARE = 1e-7

Samples = tuple[NDArray[np.float64], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class RatedSums:
    """Sums over units, for many samples at once.

    Attributes:
        n_rated: Units with a value, shape (n_samples,).
        n_pairable: Units with at least two.
        same: Share of equal values among the pairs of each unit, summed over those.
        weighted: The same with near misses counted in part.
        shares: Share of each value among the values of each unit, summed, shape
            (n_samples, n_values).
    """

    n_rated: NDArray[np.float64]
    n_pairable: NDArray[np.float64]
    same: NDArray[np.float64]
    weighted: NDArray[np.float64]
    shares: NDArray[np.float64]

    @classmethod
    def of(cls, sums: NDArray[np.float64]) -> "RatedSums":
        """Read the columns of :func:`rated_statistics`."""
        return cls(sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3], sums[:, 4:])

    @property
    def categories(self) -> NDArray[np.float64]:
        """Mean share of each value over all rated units, shape (n_samples, n_values)."""
        shares = np.where(self.shares > NO_SHARE, self.shares, 0.0)
        mean: NDArray[np.float64] = shares / np.maximum(self.n_rated, 1)[:, None]
        return mean


def losses(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    *,
    n_values: int,
    level: Level,
    scale: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """What disagreeing on two values costs: 0 nothing, 1 as much as can be.

    Nominal: 1 for any two values. Ordinal: C(d + 1, 2) / C(n_values, 2) for values d places
    apart. Interval: squared distance over the squared range.

    Source: Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., chapter 3.
    """
    if level is Level.ORDINAL:
        apart = np.abs(first - second)
        ordinal: NDArray[np.float64] = apart * (apart + 1) / max(n_values * (n_values - 1), 1)
        return ordinal
    if level is Level.INTERVAL:
        numbers = np.arange(n_values, dtype=np.float64) if scale is None else scale
        squared: NDArray[np.float64] = ((numbers[first] - numbers[second]) / np.ptp(numbers)) ** 2
        return squared
    nominal: NDArray[np.float64] = (first != second).astype(np.float64)
    return nominal


def _all_losses(n_values: int, *, level: Level, scale: NDArray[np.float64] | None) -> float:
    """The losses of all pairs of different values added up, without a table of all pairs."""
    if level is Level.INTERVAL:
        numbers = np.arange(n_values, dtype=np.float64) if scale is None else scale
        apart = ((numbers - numbers.mean()) ** 2).sum() * n_values
        return float(apart / np.ptp(numbers) ** 2)
    distance = np.arange(1, n_values)
    lost = losses(np.zeros_like(distance), distance, n_values=n_values, level=level)
    return float((lost * (n_values - distance)).sum())


def rated_statistics(
    counts: sparse.csr_array, *, level: Level, scale: NDArray[np.float64] | None = None
) -> sparse.csr_array:
    """What the coefficients need of each unit, in a form that adds up over units.

    Args:
        counts: How often each value was given to each unit, shape (n_units, n_values).
        level: What near misses cost in Gwet's AC2.
        scale: The number that each value stands for, shape (n_values,); only for intervals.

    Returns:
        Shape (n_units, 4 + n_values), the columns of :class:`RatedSums`.
    """
    n_units, n_values = counts.shape
    n_ratings = np.asarray(counts.sum(axis=1), dtype=np.float64)
    pairs = pairs_within(counts)
    unequal = 2 * pairs.product / (n_ratings * (n_ratings - 1))[pairs.pattern]
    cost = losses(pairs.first, pairs.second, n_values=n_values, level=level, scale=scale)
    pairable = (n_ratings >= 2).astype(np.float64)
    same = pairable - np.bincount(pairs.pattern, weights=unequal, minlength=n_units)
    weighted = pairable - np.bincount(pairs.pattern, weights=unequal * cost, minlength=n_units)
    left = np.stack([(n_ratings >= 1).astype(np.float64), pairable, same, weighted], axis=1)
    shares = sparse.diags_array(1 / np.maximum(n_ratings, 1)) @ counts
    return sparse.csr_array(sparse.hstack([sparse.csr_array(left), shares], format="csr"))


def fleiss_of_sums(sums: RatedSums) -> Samples:
    """Kappa of any number of annotators: chance agreement from the shares of the values.

    Units may have different numbers of values: shares are means over all rated units, the
    observed agreement is the mean over units rated twice or more. Undefined where there is
    none, and where only one value was given (0/0).

    Source: Fleiss (1971), Psychological Bulletin 76(5), 378-382; for varying numbers Gwet
    (2014), Handbook of Inter-Rater Reliability, 4th ed., chapter 2.
    """
    by_chance = (sums.categories**2).sum(axis=1)
    defined = (sums.n_pairable > 0) & (np.count_nonzero(sums.categories, axis=1) >= 2)
    return _corrected(sums.same, by_chance, sums.n_pairable, defined)


def gwet_of_sums(
    sums: RatedSums, *, level: Level, scale: NDArray[np.float64] | None = None
) -> Samples:
    """AC1 (nominal) or AC2: stays near the raw agreement where one value prevails.

    The value domain counts, values that nobody gave included. Undefined where no unit has two
    values, and for a domain of one value.

    Source: Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48;
    Gwet (2014), chapters 2 to 4.
    """
    n_values = sums.shares.shape[1]
    if n_values < 2:
        return _undefined(sums)
    weights = n_values**2 - 2 * _all_losses(n_values, level=level, scale=scale)
    spread = (sums.categories * (1 - sums.categories)).sum(axis=1)
    by_chance = weights * spread / (n_values * (n_values - 1))
    return _corrected(sums.weighted, by_chance, sums.n_pairable, sums.n_pairable > 0)


def brennan_prediger_of_sums(sums: RatedSums) -> Samples:
    """Agreement corrected for annotators who would give each value of the domain equally often.

    Undefined where no unit has two values, and for a domain of one value.

    Source: Brennan and Prediger (1981), Educational and Psychological Measurement 41, 687-699.
    """
    n_values = sums.shares.shape[1]
    if n_values < 2:
        return _undefined(sums)
    by_chance = np.full(sums.same.shape, 1 / n_values)
    return _corrected(sums.same, by_chance, sums.n_pairable, sums.n_pairable > 0)


def _corrected(
    agreeing: NDArray[np.float64],
    by_chance: NDArray[np.float64],
    n: NDArray[np.float64],
    defined: NDArray[np.bool_],
) -> Samples:
    observed = agreeing / np.maximum(n, 1)
    room = np.where(defined, 1 - by_chance, 1.0)
    return np.where(defined, (observed - by_chance) / room, 0.0), defined


def _undefined(sums: RatedSums) -> Samples:
    return np.zeros_like(sums.same), np.zeros(sums.same.shape, dtype=np.bool_)
