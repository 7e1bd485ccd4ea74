"""Everything that is measured of a file of values: coefficients, kappas and consensus."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from quality.formats.long_values import LongValues
from quality.metrics.alpha import Level
from quality.metrics.coefficients import NAMES, Coefficient, coefficients
from quality.metrics.cohen import kappa_estimates, pairwise_kappa
from quality.metrics.dawid_skene import DawidSkene, dawid_skene
from quality.metrics.estimates import Estimate
from quality.metrics.reliability import Reliability

SEED = 0
# Of 50 coders there are 1,225 pairs, which is about as many as anybody looks through.
MAX_CODERS = 50
# Numbers in the error rates of all coders together.
MAX_RATES = 1_000_000
HAS_REPEATS = "a coder has several values for one unit; this measure needs --repeats first or last"
MANY_CODERS = f"there are more than {MAX_CODERS} coders"
MANY_RATES = f"coders x values x values are more than {MAX_RATES:,}"


class Repeats(StrEnum):
    """Which of a coder's several values for one unit count."""

    FIRST = "first"
    LAST = "last"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class MeasuredValues:
    """What was measured.

    Attributes:
        values: What was read.
        n_repeats: Values that repeat a coder and unit.
        n_used: Values that were measured.
        coefficients: By name, with both intervals.
        kappas: Coder, coder and Cohen's kappa, or None with more than MAX_CODERS.
        majority: Code of each unit's most frequent value, -1 where there is no single one.
        model: Dawid and Skene's estimates, None where they would fill the memory.
    """

    values: LongValues
    n_repeats: int
    n_used: int
    coefficients: dict[str, Coefficient]
    kappas: list[tuple[str, str, Estimate]] | None
    majority: NDArray[np.int64]
    model: DawidSkene | None


def measured_values(
    values: LongValues, *, level: Level, repeats: Repeats, smoothing: float = 0.0
) -> MeasuredValues:
    """Measure a file's values; every draw comes from a fixed seed.

    Args:
        values: The values.
        level: Of alpha and of Gwet's coefficient.
        repeats: Which of a coder's several values for a unit count.
        smoothing: Of Dawid and Skene's error rates; 0 is their published estimator.
    """
    kept, n_repeats = _kept(values, repeats)
    unit, coder, value = values.unit[kept], values.coder[kept], values.value[kept]
    n_units, n_coders, n_values = len(values.units), len(values.coders), len(values.domain)
    data = Reliability(unit, coder, value, n_units, n_coders, n_values)
    model = None
    if n_coders * n_values**2 <= MAX_RATES:
        model = dawid_skene(
            unit,
            coder,
            value,
            n_units=n_units,
            n_coders=n_coders,
            n_values=n_values,
            smoothing=smoothing,
        )
    repeated = repeats is Repeats.ALL and n_repeats > 0
    return MeasuredValues(
        values=values,
        n_repeats=n_repeats,
        n_used=unit.shape[0],
        coefficients=_coefficients(data, values, level=level, repeated=repeated),
        kappas=_kappas(data, values.coders, repeated=repeated),
        majority=_majority(data),
        model=model,
    )


def _kept(values: LongValues, repeats: Repeats) -> tuple[NDArray[np.int64], int]:
    """Places of the values that count, ascending, and how many repeat a coder and unit."""
    keys = values.unit * len(values.coders) + values.coder
    everything = np.arange(keys.shape[0])
    _, first = np.unique(keys, return_index=True)
    n_repeats = keys.shape[0] - first.shape[0]
    if repeats is Repeats.ALL or not n_repeats:
        return everything, n_repeats
    if repeats is Repeats.LAST:
        _, from_end = np.unique(keys[::-1], return_index=True)
        return np.sort(keys.shape[0] - 1 - from_end), n_repeats
    return np.sort(first), n_repeats


def _coefficients(
    data: Reliability, values: LongValues, *, level: Level, repeated: bool
) -> dict[str, Coefficient]:
    if repeated:
        return {name: Coefficient.undefined(HAS_REPEATS) for name in NAMES}
    return coefficients(
        data,
        np.arange(data.n_units),
        level=level,
        rng=lambda: np.random.default_rng(SEED),
        scale=values.scale if level is Level.INTERVAL else None,
    )


def _kappas(
    data: Reliability, coders: tuple[str, ...], *, repeated: bool
) -> list[tuple[str, str, Estimate]] | None:
    # Coders whose values are all null are no coders here.
    with_value, coder = np.unique(data.coder, return_inverse=True)
    if with_value.size > MAX_CODERS:
        return None
    coders = tuple(coders[code] for code in with_value.tolist())
    data = replace(data, coder=coder, n_coders=len(coders))
    found: Iterator[tuple[int, int, Estimate]]
    if repeated:
        shared = np.argwhere(np.triu(pairwise_kappa(data).n_shared, k=1))
        undefined = Estimate.undefined(HAS_REPEATS)
        found = ((first, second, undefined) for first, second in shared.tolist())
    else:
        rng = np.random.default_rng(SEED)
        found = kappa_estimates(data, np.arange(data.n_units), rng=rng)
    return [(coders[first], coders[second], estimate) for first, second, estimate in found]


def _majority(data: Reliability) -> NDArray[np.int64]:
    """Code of the single most frequent value of each unit, -1 where there is none."""
    keys, counts = np.unique(data.unit * data.n_values + data.value, return_counts=True)
    unit, value = np.divmod(keys, data.n_values)
    most = np.zeros(data.n_units, dtype=np.int64)
    np.maximum.at(most, unit, counts)
    is_most = counts == most[unit]
    is_single = np.bincount(unit[is_most], minlength=data.n_units) == 1
    winner = np.full(data.n_units, -1)
    winner[unit[is_most]] = value[is_most]
    return np.where(is_single, winner, -1)
