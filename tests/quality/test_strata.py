"""Agreement within parts of the data."""

import numpy as np
import pytest

from quality.metrics.alpha import Level
from quality.metrics.coefficients import PERCENT, coefficients
from quality.metrics.reliability import MISSING, Reliability
from quality.metrics.strata import MAX_STRATA, MIN_COMPARISONS, OTHER, strata
from quality.reporting.strata import length_gaps, weeks_of


def simulated(n_units, n_ratings=3, seed=0):
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(n_units), n_ratings)
    coder = np.tile(np.arange(n_ratings), n_units)
    return Reliability(unit, coder, rng.integers(0, 2, unit.size), n_units, n_ratings, 2)


def parts_of(data, label, names, **options):
    return strata(
        data,
        np.arange(data.n_units),
        label,
        names,
        level=Level.NOMINAL,
        rng=lambda: np.random.default_rng(0),
        **options,
    )


def test_each_part_is_measured_as_if_it_were_alone():
    data = simulated(60)
    label = np.arange(60)[data.unit] % 3

    found = parts_of(data, label, ("x", "y", "z"))

    for code, part in enumerate(found):
        mine = label == code
        alone = Reliability(data.unit[mine] // 3, data.coder[mine], data.value[mine], 20, 3, 2)
        expected = coefficients(
            alone, np.arange(20), level=Level.NOMINAL, rng=lambda: np.random.default_rng(0)
        )
        assert (part.name, part.n_judgments, part.n_pooled) == ("xyz"[code], 60, 0)
        assert part.percent == expected[PERCENT]
        assert part.alpha == expected["krippendorff_alpha"]


def test_judgments_of_different_weeks_are_not_compared():
    # Both judgments of a unit say the same, but only units 0 to 9 got them in one week.
    unit = np.repeat(np.arange(20), 2)
    data = Reliability(unit, np.tile([0, 1], 20), unit % 2, 20, 2, 2)
    week = np.where((unit < 10) | (np.arange(40) % 2 == 0), 0, 1)

    first, second = parts_of(data, week, ("2026-11-16", "2026-11-23"))

    assert (first.n_judgments, first.percent.measured.estimate.n) == (30, 10)
    assert second.percent.measured.estimate.value is None


def test_small_parts_are_taken_together_and_counted():
    data = simulated(100)
    # One label of 60 units, and eight of five.
    label = np.maximum(0, np.arange(100) - 55) // 5
    names = tuple(f"topic {code}" for code in range(9))

    found = parts_of(data, label[data.unit], names)

    assert [part.name for part in found] == ["topic 0", OTHER]
    assert (found[1].n_pooled, found[1].percent.measured.estimate.n) == (8, 40)


def test_one_small_part_keeps_its_name():
    data = simulated(15)
    label = (np.arange(15) >= 12).astype(np.int64)

    assert [part.name for part in parts_of(data, label[data.unit], ("a", "b"))] == ["a", "b"]


@pytest.mark.parametrize(("keep_last", "first_kept"), [(False, "00"), (True, "11")])
def test_of_too_many_parts_the_largest_or_the_last_are_kept(keep_last, first_kept):
    # The earlier the label, the more units it has.
    sizes = MIN_COMPARISONS + np.arange(60)[::-1] // 20
    label = np.repeat(np.arange(60), sizes)
    data = simulated(label.size, n_ratings=2)
    names = tuple(f"{code:02}" for code in range(60))

    found = parts_of(data, label[data.unit], names, keep_last=keep_last)

    assert len(found) == MAX_STRATA
    assert found[0].name == first_kept
    assert (found[-1].name, found[-1].n_pooled) == (OTHER, 11)


def test_what_has_no_label_or_no_value_is_in_no_part():
    data = simulated(30)
    value = np.where(data.unit < 5, MISSING, data.value)
    holed = Reliability(data.unit, data.coder, value, 30, 3, 2)
    label = np.where(data.unit < 10, -1, 0)

    (part,) = parts_of(holed, label, ("all",))

    assert (part.n_judgments, part.percent.measured.estimate.n) == (60, 20)


def test_weeks_begin_on_monday():
    # Sunday 22 November 2026, 23:59:59 and a second later.
    split = weeks_of(np.array([1_795_391_999, 1_795_392_000]))

    assert [split.names[code] for code in split.label] == ["2026-11-16", "2026-11-23"]


def test_length_gaps_are_fifths_that_leave_nothing_out():
    length_b = np.arange(100)

    gaps = length_gaps(np.zeros(100, dtype=np.int64), length_b)

    assert np.bincount(gaps.code).tolist() == [20, 20, 20, 20, 20]
    assert (gaps.names[0], gaps.names[-1]) == ("0 to 19", "80 to 99")


def test_equal_lengths_throughout_are_one_part():
    gaps = length_gaps(np.full(9, 4), np.full(9, 4))

    assert gaps.names == ("0 to 0",)
