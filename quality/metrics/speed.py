"""How long annotators take, and whether that is enough to read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.estimates import Estimate
from quality.metrics.judged import Judged
from quality.metrics.proportions import share
from quality.metrics.reliability import positions_of_coders

# Silent reading of English runs at 238 words a minute (Brysbaert 2019, Journal of Memory and
# Language 109), 24 octets a second. Four times as fast nobody reads both responses.
READABLE_OCTETS = 100
# The median absolute deviation of a normal distribution is its standard deviation over this.
NORMAL_MAD = 1.4826
UNTIMED = "no time was recorded"
# Doublings of a second: under 1 s, 1-2 s, ... 256-512 s, longer.
BINS = 11


@dataclass(frozen=True, slots=True)
class Speed:
    """One annotator's times.

    Attributes:
        median_ms: Median of the active time; None where there is none.
        spread: Robust standard deviation of the log time (from the median absolute deviation).
        deviation: Distance of the log median from that of the annotators' medians, in robust
            standard deviations between annotators; None with fewer than three timed annotators.
        too_fast: Share of judgments that took less than both responses at READABLE_OCTETS a
            second; short texts, whose limit is under a second, count as readable.
        histogram: Judgments by doublings of a second, shape (BINS,).
        n: Timed judgments.
    """

    median_ms: float | None
    spread: float | None
    deviation: float | None
    too_fast: Estimate
    histogram: list[int]
    n: int


def speeds(judged: Judged, octets: NDArray[np.int64]) -> list[Speed]:
    """The times of every annotator.

    Args:
        judged: The judgments.
        octets: Of both responses of each comparison together, shape (n_units,).
    """
    own = positions_of_coders(judged.coder, judged.n_coders)
    timed = [places[judged.active_ms[places] >= 0] for places in own]
    logs = [np.log(np.maximum(judged.active_ms[places], 1)) for places in timed]
    medians = np.array([np.median(one) if one.size else np.nan for one in logs])
    known = medians[np.isfinite(medians)]
    typical, between = _robust(known)
    return [
        Speed(
            median_ms=float(np.median(judged.active_ms[places])) if places.size else None,
            spread=_robust(log)[1] if places.size else None,
            deviation=_deviation(float(median), typical, between, n_timed=known.size),
            too_fast=_too_fast(judged.active_ms[places], octets[judged.unit[places]]),
            histogram=_histogram(judged.active_ms[places]),
            n=int(places.size),
        )
        for places, log, median in zip(timed, logs, medians, strict=True)
    ]


def _robust(values: NDArray[np.float64]) -> tuple[float, float]:
    """The median, and the robust standard deviation around it."""
    if not values.size:
        return 0.0, 0.0
    middle = float(np.median(values))
    return middle, float(np.median(np.abs(values - middle))) * NORMAL_MAD


def _deviation(median: float, typical: float, between: float, *, n_timed: int) -> float | None:
    if not np.isfinite(median) or n_timed < 3:
        return None
    # Annotators whose medians are equal to the millisecond are a few who were simulated.
    return (median - typical) / max(between, 0.05)


def _too_fast(active_ms: NDArray[np.int64], octets: NDArray[np.int64]) -> Estimate:
    needed = octets * 1000 / READABLE_OCTETS
    hits = (needed >= 1000) & (active_ms < needed)
    return share(int(hits.sum()), int(hits.size), undefined_because=UNTIMED)


def _histogram(active_ms: NDArray[np.int64]) -> list[int]:
    seconds = np.maximum(active_ms, 1) / 1000
    places = np.clip(np.floor(np.log2(seconds)) + 1, 0, BINS - 1).astype(np.int64)
    return [int(count) for count in np.bincount(places, minlength=BINS)]
