"""When the judging will be done."""

from math import inf, sqrt

import numpy as np
import pytest
from scipy import stats

from quality.forecast import forecast_finish


def test_by_hand() -> None:
    # Mean 100 a day, variance (400 + 400 + 0) / 2 = 400, t(2 degrees) = 4.3027.
    found = forecast_finish([80, 120, 100], n_left=1000)

    assert (found.days, found.per_day, found.n_days) == (10, 100, 3)
    spread = stats.t.ppf(0.975, 2) * sqrt(400)
    assert found.low is not None and found.high is not None
    for k, sign in ((found.low, 1), (found.high, -1)):
        assert k * 100 + sign * spread * sqrt(k + k**2 / 3) == pytest.approx(1000)


def test_without_anything_left_there_is_nothing_to_forecast() -> None:
    assert forecast_finish([5, 5, 5], n_left=0).undefined_because == "nothing is left to judge"


def test_before_the_first_judgment_there_is_no_pace() -> None:
    assert forecast_finish([], n_left=10).undefined_because == "nobody has judged yet"
    assert forecast_finish([0], n_left=10, first_part=0.5).undefined_because


def test_when_nobody_judges_any_more_it_never_ends() -> None:
    found = forecast_finish([0, 0, 0, 0], n_left=10)

    assert found.days is None
    assert found.undefined_because == "nobody judged in the last 4 days"


def test_part_of_a_first_day_is_scaled_up_and_has_no_interval() -> None:
    found = forecast_finish([50], n_left=100, first_part=0.25)

    assert (found.days, found.per_day) == (0.5, 200)
    assert (found.low, found.high) == (None, None)
    assert found.no_interval_because == "less than a day of judging"


def test_minutes_of_judging_are_taken_for_an_hour() -> None:
    assert forecast_finish([10], n_left=240, first_part=0.001).days == pytest.approx(1)


def test_a_broken_first_day_is_left_out_beside_whole_ones() -> None:
    with_part = forecast_finish([3, 80, 120, 100], n_left=1000, first_part=0.1)

    assert with_part == forecast_finish([80, 120, 100], n_left=1000)


def test_two_whole_days_give_a_value_without_interval() -> None:
    found = forecast_finish([10, 30], n_left=100)

    assert (found.days, found.low, found.n_days) == (5, None, 2)
    assert "fewer than 3" in found.no_interval_because


def test_a_pace_that_varies_too_much_has_no_latest_day() -> None:
    found = forecast_finish([0, 0, 300], n_left=1000)

    assert found.days == 10
    assert found.low is not None and 0 < found.low < 10
    assert found.high is None


def test_an_even_pace_still_varies_like_chance() -> None:
    found = forecast_finish([100] * 10, n_left=1000)

    assert found.low is not None and found.high is not None
    assert found.low < 10 < found.high


def test_only_the_last_fourteen_days_count() -> None:
    assert forecast_finish([9999] + [100] * 14, n_left=700) == forecast_finish(
        [100] * 14, n_left=700
    )


def test_more_left_takes_longer_and_a_faster_pace_less_long() -> None:
    base = forecast_finish([80, 120, 100], n_left=1000)
    more = forecast_finish([80, 120, 100], n_left=2000)
    faster = forecast_finish([160, 240, 200], n_left=1000)

    assert base.days and more.days and faster.days
    assert faster.days < base.days < more.days


def test_the_interval_holds_the_true_finish_in_about_95_of_100_cases() -> None:
    rng = np.random.default_rng(5)
    inside = 0
    runs = 400

    for _ in range(runs):
        past = rng.negative_binomial(10, 10 / 110, size=10)
        future = rng.negative_binomial(10, 10 / 110, size=200)
        found = forecast_finish([int(n) for n in past], n_left=1000)
        reached = int(np.searchsorted(np.cumsum(future), 1000)) + 1
        assert found.low is not None
        # Whole days on one side, a continuous k on the other.
        inside += found.low <= reached and reached - 1 <= (found.high or inf)

    assert 0.92 <= inside / runs <= 0.99


@pytest.mark.parametrize(
    ("daily", "n_left", "first_part"), [([1], -1, None), ([-1], 1, None), ([1], 1, 1.5)]
)
def test_impossible_input_is_refused(
    daily: list[int], n_left: int, first_part: float | None
) -> None:
    with pytest.raises(ValueError, match="expected"):
        forecast_finish(daily, n_left=n_left, first_part=first_part)
