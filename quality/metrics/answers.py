"""Answers as the screen showed them, in the order they were given."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.annotators import SIDE_UNKNOWN
from quality.metrics.judged import BOTH_GOOD, MAX_STRENGTH, Judged
from quality.metrics.reliability import MISSING
from quality.metrics.runs import ORDER_UNKNOWN, LongestRuns, longest_runs, shares_of

Codes = NDArray[np.int64]

SIDES = ("the left response", "a tie", "the right response")
# Signed preferences as shown, then the outcomes without one.
ANSWERS = (
    "left, strength 3",
    "left, strength 2",
    "left, strength 1",
    "a tie",
    "right, strength 1",
    "right, strength 2",
    "right, strength 3",
    "both good",
    "both bad",
    "cannot judge",
)
# An answer given more often than this, and more often than by all annotators, counts as this often.
FAVOURITE = 0.75


@dataclass(frozen=True, slots=True)
class Run:
    """The run of one annotator that chance explains least.

    Attributes:
        length: Judgments in it; None where it is undefined.
        value: What was repeated, in words.
        n: Judgments in the sequence.
        expected: Length that every other such sequence reaches by chance.
        p: Bound on its probability, both sequences counted.
        undefined_because: Why there is none, or empty.
    """

    length: int | None
    value: str
    n: int
    expected: int
    p: float
    undefined_because: str = ""


def straight_lines(judged: Judged, at: Codes, order: Codes) -> list[Run]:
    """The less likely one of each annotator's longest runs of one side and of one answer.

    Judgments whose shown side is unknown are left out. Two looks count: p is doubled.

    Args:
        judged: The judgments.
        at: Seconds since 1970 of each judgment.
        order: Places of the judgments by annotator, then time.
    """
    coder, swapped = judged.coder[order], judged.swapped[order]
    direction = judged.direction[order]
    shown = np.where(swapped == 1, -1, 1) * np.clip(judged.preference[order], -3, 3)
    outcome = judged.outcome[order]
    answer = np.where(outcome < BOTH_GOOD, shown + MAX_STRENGTH, outcome + len(ANSWERS) - 6)
    known = swapped >= 0
    decided = known & (direction != MISSING)
    n = judged.n_coders
    sides = _sides(coder[decided], np.sign(shown[decided]) + 1, n)
    answers = _answers(coder[known], answer[known], n)
    times = at[order]
    moves = np.bincount(
        coder[1:], weights=(np.diff(times) > 0) & (np.diff(coder) == 0), minlength=n
    )
    return [_run(one, sides, answers, has_order=bool(moves[one])) for one in range(n)]


def _sides(coder: Codes, value: Codes, n_coders: int) -> LongestRuns:
    """Sides are drawn at random: left and right are equally likely whoever judges."""
    shares = shares_of(coder, value, n_coders=n_coders, n_values=len(SIDES))
    shares[:, [0, 2]] = (1 - shares[:, 1:2]) / 2
    return longest_runs(coder, value, shares)


def _answers(coder: Codes, value: Codes, n_coders: int) -> LongestRuns:
    """Everybody has favourite answers; giving hardly any other one explains no run."""
    shares = shares_of(coder, value, n_coders=n_coders, n_values=len(ANSWERS))
    of_all = np.bincount(value, minlength=len(ANSWERS)) / max(value.size, 1)
    return longest_runs(coder, value, np.minimum(shares, np.maximum(of_all, FAVOURITE)))


def _run(one: int, sides: LongestRuns, answers: LongestRuns, *, has_order: bool) -> Run:
    if not has_order and answers.n[one] > 1:
        return Run(None, "", int(answers.n[one]), 0, 1.0, ORDER_UNKNOWN)
    if not answers.n[one]:
        return Run(None, "", 0, 0, 1.0, SIDE_UNKNOWN)
    by_side = sides.n[one] > 0 and sides.p[one] <= answers.p[one]
    runs, words = (sides, SIDES) if by_side else (answers, ANSWERS)
    return Run(
        length=int(runs.length[one]),
        value=words[int(runs.value[one])],
        n=int(runs.n[one]),
        expected=int(runs.expected[one]),
        p=min(1.0, 2 * float(runs.p[one])),
    )
