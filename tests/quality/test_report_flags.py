"""Flags: differences that are both certain and large enough to be worth a look."""

import pytest

from quality.reporting.flags import flags_of


def estimate(value, low=None, high=None, n=100):
    return {"value": value, "low": low, "high": high, "n": n, "undefined_because": ""}


def annotator(name="alice", **measures):
    return {
        "annotator": name,
        "agreement_with_others": estimate(0.7, 0.65, 0.75),
        "left_share": estimate(0.5, 0.4, 0.6),
        "longer_share": estimate(0.6, 0.5, 0.7),
        "median_active_ms": 20_000.0,
        "n_timed": 50,
        **measures,
    }


def kinds(*annotators, overall=0.7):
    document = {
        "agreement": {"percent_direction": estimate(overall, 0.6, 0.8)},
        "longer_share": estimate(0.6, 0.55, 0.65),
        "annotators": list(annotators),
    }
    return [(flag["annotator"], flag["kind"]) for flag in flags_of(document)]


def test_nobody_is_flagged_who_is_like_the_others():
    assert kinds(annotator("alice"), annotator("bob"), annotator("dave")) == []


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
    found = kinds(annotator(agreement_with_others=own))

    assert found == ([("alice", "low_agreement")] if flagged else [])


@pytest.mark.parametrize(
    ("own", "flagged"),
    [
        (estimate(0.7, 0.6, 0.8), True),
        (estimate(0.3, 0.2, 0.4), True),
        (estimate(0.53, 0.51, 0.55), False),
        (estimate(None), False),
    ],
)
def test_either_side_can_be_favoured(own, flagged):
    assert kinds(annotator(left_share=own)) == ([("alice", "one_sided")] if flagged else [])


@pytest.mark.parametrize(
    ("own", "flagged"),
    [
        (estimate(0.9, 0.8, 0.95), True),
        (estimate(0.3, 0.2, 0.4), True),
        # Tossing coins is below all the others, but no habit of preferring short responses.
        (estimate(0.48, 0.4, 0.56), False),
        (estimate(0.66, 0.62, 0.70), False),
    ],
)
def test_a_habit_of_length_stands_out_from_the_others(own, flagged):
    assert kinds(annotator(longer_share=own)) == ([("alice", "by_length")] if flagged else [])


def test_very_fast_is_relative_to_the_typical_annotator():
    fast = annotator("mallory", median_active_ms=2_000.0)

    assert kinds(annotator("alice"), annotator("bob"), fast) == [("mallory", "fast")]


def test_few_timed_judgments_or_annotators_are_no_ground_for_a_flag():
    fast = annotator("mallory", median_active_ms=2_000.0)
    hasty_start = annotator("mallory", median_active_ms=2_000.0, n_timed=9)
    untimed = annotator("dave", median_active_ms=None, n_timed=0)

    assert kinds(annotator("alice"), fast) == []
    assert kinds(annotator("alice"), annotator("bob"), annotator("erin"), hasty_start) == []
    assert kinds(annotator("alice"), annotator("bob"), annotator("erin"), untimed) == []


def test_undefined_agreement_of_all_flags_nobody():
    low = annotator(agreement_with_others=estimate(0.2, 0.1, 0.3))

    assert kinds(low, overall=None) == []
