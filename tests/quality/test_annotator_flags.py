"""Flags: differences that are both certain and large enough to be worth a look."""

import pytest

from quality.reporting.flags import KINDS, annotator_flags, expected_by_chance
from tests.quality.annotator_rows import annotator, drift, estimate, project, run, slope


def kinds(row, **figures):
    return [flag["kind"] for flag in annotator_flags([row], project(**figures))]


def test_nobody_is_flagged_who_is_like_the_others():
    assert annotator_flags([annotator("alice"), annotator("bob")], project()) == []


def test_a_flag_names_the_annotator_and_says_what_was_seen():
    one_sided = annotator(left_share=estimate(0.7, 0.6, 0.8), left_p=1e-6)

    (flag,) = annotator_flags([one_sided], project())

    assert (flag["annotator"], flag["pseudonym"]) == ("alice", "p-alice")
    assert flag["text"] == "prefers the response on the left in 70 % [60, 80] of 100 judgments"


@pytest.mark.parametrize(
    ("own", "flagged"),
    [
        (estimate(0.5, 0.4, 0.6), True),
        # Certain, but not notable: three points.
        (estimate(0.67, 0.66, 0.68), False),
        # Notable, but not certain: the interval holds the agreement of all.
        (estimate(0.5, 0.2, 0.8), False),
        # Better than the others.
        (estimate(0.9, 0.85, 0.95), False),
        # No interval, no flag.
        (estimate(0.2), False),
        (estimate(None), False),
    ],
)
def test_low_agreement_is_certain_and_notable(own, flagged):
    assert kinds(annotator(agreement_with_others=own)) == (["low_agreement"] if flagged else [])


def test_undefined_agreement_of_all_flags_nobody():
    low = annotator(agreement_with_others=estimate(0.2, 0.1, 0.3))

    assert kinds(low, agreement=None) == []


@pytest.mark.parametrize(
    ("own", "flagged"),
    [
        # Half-way from guessing (0.5) to the typical competence (0.8) is 0.65.
        (estimate(0.55, 0.5, 0.64), True),
        (estimate(0.55, 0.5, 0.66), False),
        (estimate(None), False),
    ],
)
def test_guessing_is_nearer_to_chance_than_to_the_rest(own, flagged):
    assert kinds(annotator(competence=own)) == (["guessing"] if flagged else [])


@pytest.mark.parametrize(
    ("own", "p", "flagged"),
    [
        (estimate(0.7, 0.6, 0.8), 0.001, True),
        (estimate(0.3, 0.2, 0.4), 0.001, True),
        (estimate(0.7, 0.4, 0.9), 0.03, False),
        (estimate(0.53, 0.51, 0.55), 0.001, False),
        (estimate(None), None, False),
    ],
)
def test_either_side_can_be_favoured(own, p, flagged):
    row = annotator(left_share=own, left_p=p)

    assert kinds(row) == (["one_sided"] if flagged else [])


def test_missed_gold_and_changed_answers_are_below_all_annotators():
    missed = annotator(gold=estimate(0.6, 0.4, 0.8), gold_p=0.01)
    changed = annotator(self_consistency={"direction": estimate(0.6, 0.5, 0.7)}, self_p=0.01)

    assert kinds(missed) == ["low_gold"]
    assert kinds(changed) == ["inconsistent"]


@pytest.mark.parametrize(
    ("found", "flagged"),
    [
        (slope(0.8, 0.5, 1.1), True),
        (slope(-0.8, -1.1, -0.5, own=(-0.5, -0.8, -0.2)), True),
        # Tossing coins is flatter than all the others, but no habit of preferring the short.
        (slope(-0.8, -1.1, -0.5, own=(0.0, -0.3, 0.3)), False),
        # Notable, but not certain; certain, but not notable.
        (slope(0.8, -0.1, 1.7), False),
        (slope(0.2, 0.15, 0.25), False),
        (slope(None, None, None, own=(None, None, None)), False),
    ],
)
def test_a_habit_of_length_stands_out_from_the_others(found, flagged):
    assert kinds(annotator(slopes={"length": found})) == (["by_length"] if flagged else [])


def test_a_habit_of_form_is_named():
    row = annotator(slopes={"lists": slope(0.9, 0.6, 1.2), "code": slope()})

    (flag,) = annotator_flags([row], project())

    assert flag["kind"] == "by_form"
    assert "favours lists" in flag["text"] and "code" not in flag["text"]


def test_very_fast_is_far_from_the_typical_annotator():
    fast = {"median_active_ms": 2_000.0, "speed": {"deviation": -4.0}}

    assert kinds(annotator(**fast)) == ["fast"]
    # A hasty start, nobody to compare with, and annotators who differ that much anyway.
    assert kinds(annotator(**fast, n_timed=9)) == []
    assert kinds(annotator(**fast), typical_ms=None) == []
    assert kinds(annotator(median_active_ms=2_000.0, speed={"deviation": -2.0})) == []


def test_a_run_that_chance_does_not_make_is_straight_lining():
    assert kinds(annotator(run=run(p=0.001))) == ["straight_lining"]
    assert kinds(annotator(run=run(p=0.02))) == []
    assert kinds(annotator(run={**run(p=0.001), "length": None})) == []


def test_drift_is_a_fall_of_ten_points():
    assert kinds(annotator(drift=drift(p=0.001, before=0.8, after=0.6))) == ["drifts"]
    assert kinds(annotator(gold_drift=drift(p=0.001, before=0.9, after=0.6))) == ["drifts"]
    # A rise, a small fall, an uncertain one.
    assert kinds(annotator(drift=drift(p=0.001, before=0.6, after=0.8))) == []
    assert kinds(annotator(drift=drift(p=0.001, before=0.75, after=0.7))) == []
    assert kinds(annotator(drift=drift(p=0.04, before=0.8, after=0.6))) == []


def test_look_alikes_are_named():
    pair = {"annotator": "mallory", "n": 80, "agreement": 0.98, "expected": 0.7, "log_p": -20.0}

    (flag,) = annotator_flags([annotator(look_alikes=[pair])], project())

    assert flag["kind"] == "look_alike"
    assert "mallory" in flag["text"]


def test_it_is_said_how_many_chance_may_flag():
    rows = [annotator(str(n)) for n in range(50)]
    rows += [annotator("untested", left_p=None)]

    found = {row["kind"]: row for row in expected_by_chance(rows)}

    assert found["one_sided"] == {"kind": "one_sided", "tested": 50, "by_chance": 1.0}
    assert set(found) == {kind.name for kind in KINDS if kind.by_chance is not None}
