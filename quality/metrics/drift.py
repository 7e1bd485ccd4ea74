"""Whether an annotator's judgments change over time: trend, windows, and the point of change."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from annotation.intervals import Z_95
from quality.metrics.estimates import Estimate

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

# Fewer scored judgments show no trend.
FEWEST = 30
# Spans of the project's time whose mean is taken off, so that harder batches are nobody's drift.
N_SPANS = 20
MOST_WINDOWS, FEWEST_IN_WINDOW = 12, 10
TOO_FEW = f"fewer than {FEWEST} judgments that can be compared"
SAME_TIME = "all judgments have one and the same time"
CONSTANT = "every judgment scores the same"


@dataclass(frozen=True, slots=True)
class Drift:
    """How one coder's scores move from the first judgment to the last.

    Attributes:
        change: Least-squares trend over the coder's judgments in the order of time, as the change
            from first to last, in the unit of the score; its interval allows for scores of
            unequal variance. n counts judgments.
        p: Probability without any change of a trend this steep or of cumulative sums (CUSUM) this
            far from even, whichever is less, doubled for two looks; None where the trend is
            undefined.
        before: Mean score before the likeliest point of change, None where undefined.
        after: Mean score after it.
        changed_at: Time of that point, seconds since 1970.
        windows: First second, mean, low, high and n of stretches of equal numbers of judgments.
    """

    change: Estimate
    p: float | None = None
    before: float | None = None
    after: float | None = None
    changed_at: int | None = None
    windows: tuple[tuple[int, float, float, float, int], ...] = ()


def without_project_trend(score: Floats, at: Codes) -> Floats:
    """Scores less what all coders scored in the same span of time, around the mean of all.

    The spans hold equally many judgments each.
    """
    if not score.size:
        return score
    ends = np.quantile(at, np.linspace(0, 1, N_SPANS + 1)[1:-1], method="higher")
    span = np.searchsorted(np.unique(ends), at, side="right")
    mean = np.bincount(span, weights=score) / np.maximum(np.bincount(span), 1)
    return np.asarray(score - mean[span] + score.mean())


def drift(score: Floats, at: Codes) -> Drift:
    """The trend of one coder's scores, given in the order of time.

    Args:
        score: Such as the share of others who gave the same direction, shape (n,).
        at: Seconds since 1970, ascending, same shape.
    """
    n = int(score.size)
    if n < FEWEST:
        return Drift(Estimate.undefined(TOO_FEW, n))
    if at[0] == at[-1]:
        return Drift(Estimate.undefined(SAME_TIME, n))
    centred = score - score.mean()
    spread = float(np.sqrt((centred**2).mean()))
    if spread < 1e-9:
        return Drift(Estimate(0.0, None, None, n, CONSTANT), windows=_windows(score, at))
    # Places and not seconds: pauses of days are no judgments.
    place = (np.arange(n) - (n - 1) / 2) / (n - 1)
    squares = float(place @ place)
    slope = float(place @ centred) / squares
    residual = centred - slope * place
    # White (1980), with the correction for small n.
    error = float(np.sqrt(((place * residual) ** 2).sum() * n / (n - 2))) / squares
    sums = np.cumsum(centred)
    turn = int(np.abs(sums[:-1]).argmax())
    distance = float(np.abs(sums[turn])) / (spread * n**0.5)
    return Drift(
        change=Estimate(slope, slope - Z_95 * error, slope + Z_95 * error, n),
        p=min(1.0, 2 * min(kolmogorov_tail(distance), 2 * float(ndtr(-abs(slope) / error)))),
        before=float(score[: turn + 1].mean()),
        after=float(score[turn + 1 :].mean()),
        changed_at=int(at[turn + 1]),
        windows=_windows(score, at),
    )


def kolmogorov_tail(distance: float) -> float:
    """Probability that a Brownian bridge strays further than this from 0.

    Source: Kolmogorov (1933); for cumulative sums Ploberger and Kraemer (1992), Econometrica 60(2).
    """
    if distance < 0.2:
        return 1.0
    terms = np.arange(1, 101)
    tail = 2 * ((-1.0) ** (terms - 1) * np.exp(-2 * (terms * distance) ** 2)).sum()
    return float(min(max(tail, 0.0), 1.0))


def _windows(score: Floats, at: Codes) -> tuple[tuple[int, float, float, float, int], ...]:
    n_windows = min(MOST_WINDOWS, score.size // FEWEST_IN_WINDOW)
    found = []
    for places in np.array_split(np.arange(score.size), n_windows):
        mean, n = float(score[places].mean()), int(places.size)
        half = Z_95 * float(score[places].std(ddof=1)) / n**0.5
        found.append((int(at[places[0]]), mean, mean - half, mean + half, n))
    return tuple(found)
