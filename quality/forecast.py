"""When the judging will be done, from how much was judged on the days before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from scipy import special

# Days that an interval needs, and days that are looked at.
MIN_DAYS = 3
MAX_DAYS = 14
CONFIDENCE = 0.95
# A part of a day below this says nothing about a day.
MIN_PART = 1 / 24


@dataclass(frozen=True, slots=True)
class Forecast:
    """Days from now until the last judgment, or the reason why that cannot be said.

    ``low`` and ``high`` bound ``days`` with 95 % confidence. ``no_interval_because`` says why both
    are missing; ``high`` alone is missing where the pace varies so much that there is no latest
    day. ``n_days`` is how many days of judging this rests on, ``per_day`` their mean.
    """

    days: float | None
    low: float | None = None
    high: float | None = None
    per_day: float | None = None
    n_days: int = 0
    undefined_because: str = ""
    no_interval_because: str = ""


def forecast_finish(
    daily: Sequence[int], *, n_left: int, first_part: float | None = None
) -> Forecast:
    """Extrapolate the pace of the last days to the judgments that are left.

    Days are taken as independent draws of one distribution: no weekdays, no trend. The sum of
    k further days then has the mean k*m and, because m itself is estimated from n days, the
    variance s^2 * (k + k^2 / n), with s^2 the variance of the days or m, whichever is larger.
    The finish is the k at which the mean sum reaches what is left; its bounds are the k at which
    the upper and the lower bound of a 95 % prediction interval of the sum (Student's t with
    n - 1 degrees of freedom) reach it. k is continuous.

    Args:
        daily: Judgments of each of the last days, oldest first, at most the last 14 are used; the
            days are stretches of 24 hours that end now, so that all are whole but the first.
        n_left: Judgments still wanted and open to be handed out.
        first_part: Share of the first day since the first judgment ever, 0..1; None where there
            were judgments before. A broken first day is left out where there are others, and
            is scaled up where it is the only one.

    Returns:
        The forecast. Undefined without a judgment, without anything left, and when nobody judged
        on any of the days. No interval from fewer than three days.

    Raises:
        ValueError: a count or the part is out of range.

    Source: prediction of a sum of future draws, as in Hahn and Meeker (1991), Statistical
    Intervals, section 4.7; solved for the number of draws.
    """
    if n_left < 0 or any(count < 0 for count in daily):
        raise ValueError("expected counts of at least 0")
    if first_part is not None and not 0 <= first_part <= 1:
        raise ValueError(f"expected a part of a day from 0 to 1, got {first_part}")
    if n_left == 0:
        return Forecast(None, undefined_because="nothing is left to judge")
    if not daily:
        return Forecast(None, undefined_because="nobody has judged yet")
    if len(daily) == 1 and first_part is not None:
        return _of_part_of_a_day(daily[0], max(first_part, MIN_PART), n_left)
    days = daily[1:] if first_part is not None and len(daily) <= MAX_DAYS else daily
    return _of_days(days[-MAX_DAYS:], n_left)


def _of_part_of_a_day(count: int, part: float, n_left: int) -> Forecast:
    if not count:
        return Forecast(None, n_days=1, undefined_because="nobody has judged yet")
    return Forecast(
        days=n_left * part / count,
        per_day=count / part,
        n_days=1,
        no_interval_because="less than a day of judging",
    )


def _of_days(daily: Sequence[int], n_left: int) -> Forecast:
    n = len(daily)
    mean = sum(daily) / n
    if mean == 0:
        days = f"last {n} days" if n > 1 else "last 24 hours"
        return Forecast(None, per_day=0, n_days=n, undefined_because=f"nobody judged in the {days}")
    if n < MIN_DAYS:
        return Forecast(
            n_left / mean,
            per_day=mean,
            n_days=n,
            no_interval_because=f"fewer than {MIN_DAYS} whole days of judging",
        )
    # Counts vary at least as much as a Poisson process, however even a few days look.
    variance = max(sum((count - mean) ** 2 for count in daily) / (n - 1), mean)
    spread = float(special.stdtrit(n - 1, (1 + CONFIDENCE) / 2)) ** 2 * variance
    low, high = _crossings(n_left, mean, spread, n)
    return Forecast(n_left / mean, low=low, high=high, per_day=mean, n_days=n)


def _crossings(n_left: int, mean: float, spread: float, n: int) -> tuple[float, float | None]:
    """The k with (k*mean - n_left)^2 = spread * (k + k^2/n): both bounds in one equation.

    The smaller root is the early bound. Without slope for the lower bound of the sum
    (mean^2 <= spread / n) it never reaches what is left: there is no late bound.
    """
    square = mean**2 - spread / n
    half = n_left * mean + spread / 2
    root = sqrt(half**2 - square * n_left**2)
    # The stable form of the smaller root; it holds for any sign of the square's factor.
    early = n_left**2 / (half + root)
    late = (half + root) / square if square > 0 else None
    return early, late
