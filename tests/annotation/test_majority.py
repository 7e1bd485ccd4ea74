"""What most judgments of a comparison say."""

import pytest

from annotation.majority import Decision, majority

BAD, UNKNOWN, GOOD = Decision("both_bad"), Decision("cannot_judge"), Decision("both_good")


def preferences(*values: int) -> list[Decision]:
    return [Decision("preference", value) for value in values]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], None),
        (preferences(-1, -1, 2), Decision("preference", -1)),
        # Directions are counted, and the strength is the median of those that win.
        (preferences(1, 3, 2, -3, -3), Decision("preference", 2)),
        (preferences(1, 3, -2), Decision("preference", 1)),
        (preferences(1, -1), None),
        (preferences(0, 0, 1), Decision("preference", 0)),
        ([*preferences(0, 1), GOOD], Decision("preference", 0)),
        ([*preferences(0, 1), GOOD, GOOD], GOOD),
        ([BAD, BAD, *preferences(1)], BAD),
        ([BAD, UNKNOWN], None),
        ([UNKNOWN, UNKNOWN, BAD, *preferences(-1)], UNKNOWN),
    ],
)
def test_the_most_frequent_answer_wins(answers: list[Decision], expected: Decision | None) -> None:
    assert majority(answers) == expected


def test_the_order_of_the_judgments_does_not_matter() -> None:
    answers = [*preferences(3, 1, -2, 2, 0), GOOD, BAD]

    assert majority(answers) == majority(answers[::-1])
