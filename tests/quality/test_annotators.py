"""Measures of one annotator: agreement with the others and the share of the left side."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from annotation.intervals import wilson_interval
from quality.metrics.annotators import (
    ALONE,
    NO_LENGTH_PREFERRED,
    NO_SIDE_PREFERRED,
    SAME_LENGTH,
    SIDE_UNKNOWN,
    agreement_with_others,
    left_share,
    longer_share,
)
from quality.metrics.reliability import MISSING, Reliability

A, TIE, B = 0, 1, 2
ALICE, BOB, CAROL = 0, 1, 2


def reliability(rows, *, n_coders=3):
    unit, coder, value = np.array(rows).T
    n_units = int(unit.max()) + 1
    return Reliability(unit, coder, value, n_units=n_units, n_coders=n_coders, n_values=3)


def with_others(data, prompts=None):
    prompts = np.arange(data.n_units) if prompts is None else prompts
    return list(agreement_with_others(data, prompts, rng=np.random.default_rng(0)))


def test_agreement_with_others_counts_every_pair_of_the_annotator():
    # Unit 0: A A B. Unit 1: alice and bob say B. Unit 2: alice A, carol tie. Unit 3: alice alone.
    data = reliability(
        [
            (0, ALICE, A),
            (0, BOB, A),
            (0, CAROL, B),
            (1, ALICE, B),
            (1, BOB, B),
            (2, ALICE, A),
            (2, CAROL, TIE),
            (3, ALICE, A),
        ]
    )

    alice, bob, carol = with_others(data)

    # alice: unit 0 one of two, unit 1 one of one, unit 2 none of one.
    assert (alice.measured.estimate.value, alice.n_pairs) == (2 / 4, 4)
    assert alice.measured.estimate.n == 3
    assert (bob.measured.estimate.value, bob.n_pairs) == (2 / 3, 3)
    assert (carol.measured.estimate.value, carol.n_pairs) == (0.0, 3)


def test_an_annotator_nobody_else_meets_is_undefined_with_the_reason():
    data = reliability([(0, ALICE, A), (1, BOB, A), (1, CAROL, A)])

    alice = with_others(data)[ALICE].measured.estimate

    assert (alice.value, alice.n, alice.undefined_because) == (None, 0, ALONE)


def test_missing_values_pair_with_nobody():
    data = reliability([(0, ALICE, A), (0, BOB, MISSING), (1, ALICE, B), (1, CAROL, B)])

    alice, bob, _ = with_others(data)

    assert (alice.measured.estimate.value, alice.n_pairs) == (1.0, 1)
    assert bob.measured.estimate.undefined_because == ALONE


def test_pooled_over_annotators_it_is_the_agreement_of_pairs():
    rng = np.random.default_rng(1)
    rows = [(u, c, rng.integers(0, 3)) for u in range(60) for c in rng.permutation(9)[:4]]
    data = reliability(rows, n_coders=9)
    counts = data.counts()
    agreeing = (counts * (counts - 1)).sum()
    pairs = (counts.sum(axis=1) * (counts.sum(axis=1) - 1)).sum()

    results = with_others(data)

    pooled = sum(each.measured.estimate.value * each.n_pairs for each in results)
    assert pooled / pairs == pytest.approx(agreeing / pairs)


def test_renaming_annotators_and_shuffling_rows_changes_no_value():
    rng = np.random.default_rng(2)
    rows = np.array([(u, c, rng.integers(0, 3)) for u in range(40) for c in range(3)])
    shuffled = rng.permutation(rows)
    shuffled[:, 1] = 2 - shuffled[:, 1]

    values = [each.measured.estimate.value for each in with_others(reliability(rows))]
    renamed = [each.measured.estimate.value for each in with_others(reliability(shuffled))]

    assert values == renamed[::-1]


def test_a_careless_annotators_interval_lies_below_the_others():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, size=300) * 2
    skills = {ALICE: 0.9, BOB: 0.9, CAROL: 0.5}
    rows = [
        (unit, coder, side if rng.random() < skill else 2 - side)
        for unit, side in enumerate(truth)
        for coder, skill in skills.items()
    ]

    alice, _, carol = (each.measured.estimate for each in with_others(reliability(rows)))

    assert carol.high < alice.low


def test_left_share_follows_the_screen():
    # Response A preferred and shown left; B preferred and shown left (swapped); B, shown right.
    direction = np.array([-1, 1, 1, 0])
    swapped = np.array([0, 1, 0, 1])

    estimate = left_share(direction, swapped)

    assert estimate.value == pytest.approx(2 / 3)
    assert estimate.n == 3


def test_left_share_does_not_change_when_both_responses_change_places():
    rng = np.random.default_rng(4)
    direction, swapped = rng.integers(-1, 2, size=200), rng.integers(0, 2, size=200)

    assert left_share(direction, swapped) == left_share(-direction, 1 - swapped)


def test_left_share_is_undefined_where_the_shown_side_is_unknown():
    estimate = left_share(np.array([-1, 1]), np.array([-1, -1]))

    assert (estimate.value, estimate.undefined_because) == (None, SIDE_UNKNOWN)


def test_left_share_is_undefined_where_all_judgments_are_ties():
    estimate = left_share(np.array([0, 0]), np.array([0, 1]))

    assert (estimate.value, estimate.undefined_because) == (None, NO_SIDE_PREFERRED)


def test_left_share_of_no_judgments_is_undefined():
    assert left_share(np.array([], dtype=int), np.array([], dtype=int)).value is None


def test_longer_share_counts_decided_judgments_of_different_lengths():
    # A preferred and longer; B preferred, A longer; B preferred and longer; a tie; equal lengths.
    direction = np.array([-1, 1, 1, 0, 1])
    longer = np.array([-1, -1, 1, 1, 0])

    estimate = longer_share(direction, longer)

    assert estimate.value == pytest.approx(2 / 3)
    assert estimate.n == 3


@pytest.mark.parametrize(
    ("direction", "longer", "reason"),
    [([1, -1], [0, 0], SAME_LENGTH), ([0, 1], [1, 0], NO_LENGTH_PREFERRED)],
)
def test_longer_share_is_undefined_with_its_reason(direction, longer, reason):
    estimate = longer_share(np.array(direction), np.array(longer))

    assert (estimate.value, estimate.undefined_because) == (None, reason)


@pytest.mark.parametrize("measure", [left_share, longer_share])
def test_shares_refuse_arrays_of_different_shape(measure):
    with pytest.raises(ValueError, match="equal shapes"):
        measure(np.array([1, -1]), np.array([1]))


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (5, 5), (1, 3), (48, 120), (0, 40)])
def test_wilson_interval_matches_statsmodels(successes, n):
    expected = proportion_confint(successes, n, alpha=0.05, method="wilson")

    assert wilson_interval(successes, n) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 4)])
def test_wilson_interval_refuses_impossible_counts(successes, n):
    with pytest.raises(ValueError, match="expected"):
        wilson_interval(successes, n)
