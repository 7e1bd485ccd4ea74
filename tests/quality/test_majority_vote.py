"""The majority's value of each unit, its thresholds and its ties."""

from fractions import Fraction

import numpy as np
import pytest

from quality.curation.majority import DROP_REASONS, decide
from quality.metrics.majority import UNDECIDED, majority, top_values


def decided(*votes, **limits):
    """Value and reason of one unit with these votes for each value."""
    found = majority(np.array([votes]), **limits)
    reason = int(found.reason[0])
    return int(found.value[0]), UNDECIDED[reason] if reason >= 0 else ""


@pytest.mark.parametrize(
    ("votes", "limits", "expected"),
    [
        ((3, 1, 1), {}, (0, "")),
        ((0, 0, 1), {}, (2, "")),
        ((0, 0, 0), {}, (-1, "no_votes")),
        # A tie has no winner, whichever value comes first.
        ((1, 0, 1), {}, (-1, "tied")),
        ((2, 2, 1), {}, (-1, "tied")),
        ((1, 1, 2), {}, (2, "")),
        ((2, 0, 0), {"min_judgments": 3}, (-1, "too_few_judgments")),
        # 2 of 3 reach 0.6 and fail "at least 3"; 4 of 7 the other way round.
        ((2, 1, 0), {"min_votes": 3, "min_confidence": Fraction(3, 5)}, (-1, "too_few_votes")),
        ((4, 3, 0), {"min_votes": 3, "min_confidence": Fraction(3, 5)}, (-1, "low_confidence")),
        ((3, 2, 0), {"min_votes": 3, "min_confidence": Fraction(3, 5)}, (0, "")),
    ],
)
def test_who_wins_and_why_not(votes, limits, expected):
    assert decided(*votes, **limits) == expected


@pytest.mark.parametrize("times", [1, 3, 11])
def test_three_of_five_reach_six_tenths_however_many_there_are(times):
    assert decided(3 * times, 2 * times, min_confidence=Fraction("0.6")) == (0, "")
    assert decided(3 * times, 2 * times, min_confidence=Fraction("0.6001"))[0] == -1


@pytest.mark.parametrize("seed", range(5))
def test_many_units_are_decided_as_one_by_one(seed):
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(5, [0.5, 0.2, 0.3], size=1_000) * rng.integers(0, 2, (1_000, 1))
    limits = {"min_judgments": 3, "min_votes": 3, "min_confidence": Fraction(3, 5)}

    together = majority(counts, **limits)

    for votes, value, reason in zip(counts, together.value, together.reason, strict=True):
        name = UNDECIDED[reason] if reason >= 0 else ""
        assert decided(*votes, **limits) == (value, name)
    assert sum(together.undecided().values()) == (together.value < 0).sum()


def test_confidence_is_the_share_of_the_most_frequent_value():
    found = majority(np.array([[3, 2], [0, 0], [1, 1]]))

    assert found.confidence.tolist() == [0.6, 0, 0.5]
    assert found.votes.tolist() == [3, 0, 1]
    assert found.usable.tolist() == [5, 0, 2]


def test_renamed_values_win_under_their_new_name():
    counts = np.random.default_rng(3).integers(0, 4, (200, 3))

    found, renamed = majority(counts), majority(counts[:, [2, 0, 1]])

    np.testing.assert_array_equal(renamed.value, np.array([1, 2, 0, -1])[found.value])


def test_the_top_of_nothing_is_no_single_winner():
    top = top_values(np.zeros((1, 3), dtype=np.int64))

    assert not top.is_single[0]
    assert (top.votes[0], top.usable[0]) == (0, 0)


def test_datasets_and_the_methods_compared_follow_the_same_rule():
    rng = np.random.default_rng(0)
    counts = np.zeros((500, 5), dtype=np.int64)
    counts[:, :3] = rng.integers(0, 5, (500, 3))
    limits = {"min_judgments": 3, "min_votes": 3, "min_confidence": Fraction(3, 5)}

    of_dataset = decide(training_counts=counts, all_counts=counts, **limits)
    found = majority(counts[:, :3], **limits)

    # A dataset has no rows for ties.
    tie_wins = DROP_REASONS.index("tie_wins")
    kept = (found.value >= 0) & (of_dataset.reason != tie_wins)
    np.testing.assert_array_equal(of_dataset.is_kept, kept)
    np.testing.assert_array_equal(of_dataset.chosen[kept], found.value[kept])
