"""Krippendorff's alpha from the counts of values per unit."""

from enum import StrEnum

import krippendorff
import numpy as np
from numpy.typing import NDArray


class Level(StrEnum):
    """Level of measurement: which values count as how far apart."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"


def alpha_point(counts: NDArray[np.int64], *, level: Level) -> float | None:
    """Alpha of the krippendorff package; None where alpha is undefined.

    The package raises where no unit has two values or the domain has only one, and divides
    0 by 0 where every pairable value is the same: all three are None here.

    Args:
        counts: How often each value was given to each unit, shape (n_units, n_values).
        level: Nominal, or ordinal in the order of the columns.
    """
    pairable = counts[counts.sum(axis=1) >= 2]
    if np.count_nonzero(pairable.sum(axis=0)) < 2:
        return None
    return float(krippendorff.alpha(value_counts=pairable, level_of_measurement=level.value))


def alpha_statistics(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """What alpha needs of each unit, in a form that adds up over units.

    Args:
        counts: Shape (n_units, n_values); each unit has at least two values.

    Returns:
        Shape (n_units, n_values + n_values * (n_values - 1) / 2): the counts of the values,
        then the coincidences of each two different values, first < second.
    """
    first, second = np.triu_indices(counts.shape[1], k=1)
    others = counts.sum(axis=1, keepdims=True) - 1
    coincidences = counts[:, first] * counts[:, second] / others
    return np.concatenate([counts.astype(np.float64), coincidences], axis=1)


def alpha_of_sums(
    sums: NDArray[np.float64], *, n_values: int, level: Level
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Alpha from summed statistics, for many samples at once.

    Args:
        sums: Sums of :func:`alpha_statistics`, shape (n_samples, n_statistics).
        n_values: Size of the value domain.
        level: Nominal, or ordinal in the order of the domain.

    Returns:
        Alpha of each sample, shape (n_samples,), and where it is defined; 0 where it is not
        (every value of the sample is the same).

    Source: Krippendorff (2019), Content Analysis, 4th ed., chapter 12. The ordinal distance
    of c < k, (n_c / 2 + n_c+1 + ... + n_k / 2) squared, is the squared difference of mid-ranks.
    """
    first, second = np.triu_indices(n_values, k=1)
    n_of, coincidences = sums[:, :n_values], sums[:, n_values:]
    if level is Level.ORDINAL:
        mid_ranks = np.cumsum(n_of, axis=1) - n_of / 2
        distances = (mid_ranks[:, first] - mid_ranks[:, second]) ** 2
    else:
        distances = np.ones_like(coincidences)
    observed = (coincidences * distances).sum(axis=1)
    expected = (n_of[:, first] * n_of[:, second] * distances).sum(axis=1)
    # Counts are whole numbers, so this test is exact.
    defined = np.count_nonzero(n_of, axis=1) >= 2
    scale = np.divide(observed, expected, out=np.ones_like(observed), where=defined)
    return np.where(defined, 1 - (n_of.sum(axis=1) - 1) * scale, 0.0), defined
