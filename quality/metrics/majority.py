"""The majority's value of each unit, and why some have none."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from quality.metrics.reliability import MISSING

# Why a unit has no value, in the order in which it is checked.
UNDECIDED = ("no_votes", "too_few_judgments", "tied", "too_few_votes", "low_confidence")
DECIDED = -1


@dataclass(frozen=True, slots=True)
class Top:
    """The most frequent value of each unit, arrays of shape (n_units,).

    Attributes:
        value: The first of the most frequent values, also where another was given as often.
        votes: How often it was given.
        usable: Values of the unit.
        is_single: Whether no other value was given as often; False where there is none at all.
    """

    value: NDArray[np.int64]
    votes: NDArray[np.int64]
    usable: NDArray[np.int64]
    is_single: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Majority:
    """What the majority rule decides, arrays of shape (n_units,).

    Attributes:
        value: The winner, MISSING (-1) where there is none.
        reason: Index into UNDECIDED, DECIDED (-1) where there is a winner.
        votes: Votes for the most frequent value.
        usable: Votes in all.
    """

    value: NDArray[np.int64]
    reason: NDArray[np.int8]
    votes: NDArray[np.int64]
    usable: NDArray[np.int64]

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Votes for the most frequent value / all votes; 0 where there are none."""
        return self.votes / np.maximum(self.usable, 1)

    def undecided(self) -> dict[str, int]:
        """How many units each reason left without a value, in the order of the checks."""
        counts = np.bincount(self.reason[self.reason != DECIDED], minlength=len(UNDECIDED))
        return dict(zip(UNDECIDED, counts.tolist(), strict=True))


def top_values(counts: NDArray[np.integer]) -> Top:
    """The most frequent value of each unit.

    Args:
        counts: How often each value was given to each unit, shape (n_units, n_values).
    """
    n_units = counts.shape[0]
    # Column by column: numpy is slow along short rows, and there are a million of them.
    value = np.zeros(n_units, dtype=np.int64)
    votes = np.zeros(n_units, dtype=np.int64)
    usable = np.zeros(n_units, dtype=np.int64)
    is_single = np.zeros(n_units, dtype=np.bool_)
    for code in range(counts.shape[1]):
        of_code = counts[:, code]
        usable += of_code
        is_more = of_code > votes
        is_single &= of_code != votes
        is_single |= is_more
        np.copyto(value, code, where=is_more)
        np.maximum(votes, of_code, out=votes)
    return Top(value, votes, usable, is_single)


def is_confident(
    votes: NDArray[np.integer], usable: NDArray[np.integer], *, at_least: Fraction
) -> NDArray[np.bool_]:
    """Whether votes / usable reaches a share, compared as integers: 3 of 5 is 60 % exactly."""
    reached: NDArray[np.bool_] = votes * at_least.denominator >= usable * at_least.numerator
    return reached


def majority(
    counts: NDArray[np.integer],
    *,
    min_judgments: int = 1,
    min_votes: int = 1,
    min_confidence: Fraction = Fraction(0),
) -> Majority:
    """The single most frequent value of each unit, where enough votes and a share of them back it.

    Args:
        counts: How often each value was given to each unit, shape (n_units, n_values).
        min_judgments: Values needed.
        min_votes: Votes for the winner needed.
        min_confidence: Least votes / values. 2 of 3 reaches 0.6 and fails "at least 3"; 4 of 7 the
            other way round: both must hold.

    A tie has no winner, whichever value comes first.
    """
    distinct, row = _distinct(counts)
    top = top_values(distinct)
    failures = [
        top.usable == 0,
        top.usable < min_judgments,
        ~top.is_single,
        top.votes < min_votes,
        ~is_confident(top.votes, top.usable, at_least=min_confidence),
    ]
    reason = np.full(top.value.shape, DECIDED, dtype=np.int8)
    for place in reversed(range(len(failures))):
        np.copyto(reason, place, where=failures[place])
    value = np.where(reason == DECIDED, top.value, MISSING)
    if row is None:
        return Majority(value, reason, top.votes, top.usable)
    return Majority(value[row], reason[row], top.votes[row], top.usable[row])


def _distinct(
    counts: NDArray[np.integer],
) -> tuple[NDArray[np.integer], NDArray[np.int64] | None]:
    """Every possible row of counts and the place of each unit's; the counts where that is more.

    A million units with five votes have 21 different rows: deciding those takes no time.
    """
    n_units, n_values = counts.shape
    base = int(counts.max(initial=0)) + 1
    if base**n_values * 4 > n_units:
        return counts, None
    row = np.zeros(n_units, dtype=np.int64)
    for code in range(n_values):
        row *= base
        row += counts[:, code]
    every = np.stack(np.unravel_index(np.arange(base**n_values), (base,) * n_values), axis=1)
    return every, row
