"""Which comparisons the majority filter keeps, and why it drops the others."""

from fractions import Fraction

import numpy as np
import pytest

from quality.curation.judgments import A, B
from quality.curation.majority import DROP_REASONS, decide


def reason_of(*, a=0, tie=0, b=0, both_bad=0, cannot_judge=0, held_out=(0, 0, 0, 0, 0), **limits):
    """The reason for one comparison, "" where it is kept."""
    training = np.array([[a, tie, b, both_bad, cannot_judge]], dtype=np.int64)
    decisions = decide(
        training_counts=training,
        all_counts=training + np.array(held_out),
        min_judgments=limits.get("min_judgments", 3),
        min_votes=limits.get("min_votes", 3),
        min_confidence=Fraction(limits.get("min_confidence", "0.6")),
    )
    (index,) = decisions.reason
    return DROP_REASONS[index] if index >= 0 else ""


@pytest.mark.parametrize(
    ("votes", "reason"),
    [
        ({"a": 3}, ""),
        ({"b": 3, "a": 2}, ""),
        ({"a": 3, "tie": 2}, ""),
        ({"both_bad": 2, "a": 1}, "both_bad_wins"),
        ({"cannot_judge": 2, "b": 1}, "cannot_judge_wins"),
        ({"both_bad": 2, "cannot_judge": 2, "a": 1}, "both_bad_wins"),
        ({"both_bad": 2, "cannot_judge": 3, "a": 2}, "cannot_judge_wins"),
        # As many as the most frequent direction: the usable judgments decide.
        ({"both_bad": 3, "a": 3}, ""),
        ({"both_bad": 2, "a": 2}, "too_few_judgments"),
        ({}, "too_few_judgments"),
        ({"a": 2}, "too_few_judgments"),
        # Missing values are no judgments: two usable ones are too few.
        ({"a": 2, "cannot_judge": 1}, "too_few_judgments"),
        ({"a": 2, "held_out": (1, 0, 0, 0, 0)}, "too_few_after_holdout"),
        ({"a": 2, "held_out": (0, 0, 0, 1, 0)}, "too_few_judgments"),
        ({"a": 2, "b": 2, "tie": 1}, "no_single_winner"),
        ({"a": 1, "b": 1, "tie": 1}, "no_single_winner"),
        ({"tie": 3, "a": 1}, "tie_wins"),
        ({"a": 2, "b": 1}, "too_few_votes"),
        ({"a": 4, "b": 3}, "low_confidence"),
    ],
)
def test_the_first_failed_check_is_the_reason(votes, reason):
    assert reason_of(**votes) == reason


@pytest.mark.parametrize("times", [1, 2, 7, 100])
def test_three_of_five_reach_six_tenths_exactly(times):
    assert reason_of(a=3 * times, b=2 * times) == ""
    assert reason_of(a=3 * times, b=2 * times, min_confidence="0.600001") == "low_confidence"


def test_figures_of_a_kept_comparison():
    counts = np.array([[1, 2, 4, 1, 1]], dtype=np.int64)

    decisions = decide(
        training_counts=counts,
        all_counts=counts,
        min_judgments=3,
        min_votes=3,
        min_confidence=Fraction("0.5"),
    )

    assert decisions.chosen.tolist() == [B]
    assert decisions.usable.tolist() == [7]
    assert decisions.agreement.tolist() == [4 / 7]
    assert decisions.probability.tolist() == [(4 + 2 / 2) / 7]


def test_dropped_counts_follow_the_order_of_the_checks():
    counts = np.array(
        [[3, 0, 0, 0, 0], [4, 0, 3, 0, 0], [0, 3, 0, 0, 0], [0, 4, 0, 0, 0]], dtype=np.int64
    )

    decisions = decide(
        training_counts=counts,
        all_counts=counts,
        min_judgments=3,
        min_votes=3,
        min_confidence=Fraction("0.6"),
    )

    assert decisions.chosen[0] == A
    assert list(decisions.dropped().items()) == [("tie_wins", 2), ("low_confidence", 1)]
