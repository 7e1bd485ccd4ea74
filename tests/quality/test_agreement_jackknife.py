"""Intervals for annotators like these: leave-one-out by hand, and how often they are right."""

import numpy as np
import pytest

from quality.metrics.alpha import Level
from quality.metrics.ceiling import human_ceiling
from quality.metrics.coefficients import NAMES, coefficients
from quality.metrics.jackknife import (
    FEW_ANNOTATORS,
    HANGS_ON_ONE,
    NO_DIFFERENCE,
    jackknife,
)
from quality.metrics.reliability import Reliability


def simulated(rng, *, n_coders, n_units=300, n_ratings=3, is_uneven=False):
    """Coders of skill Beta(4, 2) on two values; activity equal, or 1/rank."""
    weights = 1 / np.arange(1, n_coders + 1) if is_uneven else np.ones(n_coders)
    keys = np.log(weights) + rng.gumbel(size=(n_units, n_coders))
    coder = np.argsort(-keys, axis=1)[:, :n_ratings].ravel()
    unit = np.repeat(np.arange(n_units), n_ratings)
    truth = unit % 2
    is_right = rng.random(unit.size) < rng.beta(4, 2, n_coders)[coder]
    return Reliability(unit, coder, np.where(is_right, truth, 1 - truth), n_units, n_coders, 2)


def measured(data, level=Level.NOMINAL, n_draws=2):
    prompt = np.arange(data.n_units)
    rng = np.random.default_rng(0)
    return coefficients(data, prompt, level=level, rng=lambda: rng, n_draws=n_draws)


def without(data, coder):
    keep = data.coder != coder
    return Reliability(
        data.unit[keep],
        data.coder[keep],
        data.value[keep],
        data.n_units,
        data.n_coders,
        data.n_values,
    )


def by_hand(value, others):
    """The textbook formula; 2.776 is Student's 97.5 % point with four degrees of freedom."""
    m = len(others)
    error = np.sqrt((m - 1) / m * ((others - np.mean(others)) ** 2).sum())
    return value - 2.7764451 * error, value + 2.7764451 * error


@pytest.mark.parametrize("level", list(Level))
def test_leaving_out_by_sums_equals_measuring_again(level):
    rng = np.random.default_rng(1)
    data = simulated(rng, n_coders=5, n_units=60)
    wider = Reliability(
        data.unit, data.coder, data.value + rng.integers(0, 2, data.value.size), 60, 5, 3
    )
    again = [measured(without(wider, coder), level) for coder in range(5)]

    for name in NAMES:
        found = measured(wider, level)[name].others
        others = np.array([one[name].measured.estimate.value for one in again])
        low, high = by_hand(found.value, others)
        assert (found.low, found.high) == (pytest.approx(low), pytest.approx(min(high, 1.0)))


def test_the_ceiling_leaves_out_annotators_the_same_way():
    data = simulated(np.random.default_rng(2), n_coders=5, n_units=80)
    prompt, rng = np.arange(80), np.random.default_rng(0)
    again = [
        human_ceiling(without(data, coder), prompt, rng=rng, n_draws=2).measured.estimate.value
        for coder in range(5)
    ]

    found = human_ceiling(data, prompt, rng=rng, n_draws=2).others

    assert (found.low, found.high) == pytest.approx(by_hand(found.value, np.array(again)))


def test_two_annotators_say_nothing_about_others():
    data = simulated(np.random.default_rng(3), n_coders=2, n_ratings=2)

    assert measured(data)["krippendorff_alpha"].others.undefined_because == FEW_ANNOTATORS


def test_a_measure_that_hangs_on_one_annotator_has_no_interval():
    # Without coder 0 nobody shares a unit with another.
    unit = np.array([0, 0, 1, 1, 2, 2])
    data = Reliability(unit, np.array([0, 1, 0, 2, 0, 3]), unit % 2, 3, 4, 2)

    assert measured(data)["percent_agreement"].others.undefined_because == HANGS_ON_ONE


def test_annotators_without_any_difference_claim_no_certainty():
    found = jackknife(1.0, np.ones(4), np.ones(4, dtype=bool), n=9, lowest=0.0)

    assert (found.low, found.undefined_because) == (None, NO_DIFFERENCE)


def test_ends_stay_within_the_range_of_the_measure():
    found = jackknife(0.95, np.array([0.3, 0.99, 0.99]), np.ones(3, dtype=bool), n=9, lowest=0.0)

    assert (found.low, found.high) == (0.0, 1.0)


def test_people_of_uneven_skill_are_a_wider_interval_than_comparisons():
    # 400 comparisons and 15 annotators: which people judged matters more than which texts.
    data = simulated(np.random.default_rng(4), n_coders=15, n_units=400, is_uneven=True)

    alpha = measured(data, n_draws=300)["krippendorff_alpha"]

    own = alpha.measured.estimate
    assert alpha.others.high - alpha.others.low > 2 * (own.high - own.low)


@pytest.mark.parametrize(
    ("n_coders", "is_uneven", "seed"), [(5, False, 5), (15, True, 6), (40, True, 7)]
)
def test_the_interval_holds_the_truth_of_the_people_behind_it(n_coders, is_uneven, seed):
    # Skills have mean 2/3, so two people agree in 4/9 + 1/9 of cases: alpha 1/9.
    rng = np.random.default_rng(seed)
    covered = 0
    for _ in range(60):
        data = simulated(rng, n_coders=n_coders, is_uneven=is_uneven)
        found = measured(data)["percent_agreement"].others
        covered += found.low <= 5 / 9 <= found.high

    # 57 of 60, and two standard errors down: the interval errs on the wide side, if at all.
    assert covered >= 53
