"""The judgments of a project as parallel arrays, and what a judgment counts as."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# What a judgment says, in own order. The first three are usable values.
A, TIE, B, BOTH_BAD, CANNOT_JUDGE = range(5)
N_VOTES = 5

OUTCOMES = ("preference", "both_good", "both_bad", "cannot_judge")
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Judgments:
    """Current judgments (not superseded, not excluded) of one project, one element each.

    Attributes:
        comparison: Index of the comparison, shape (n_judgments,).
        annotator: Index of the annotator, same shape.
        occasion: 1 for an annotator's first judgment of a comparison, then 2, 3, ...
        vote: A, TIE, B, BOTH_BAD or CANNOT_JUDGE.
        preference: Signed -3..3 in own order; 0 where the vote is not A or B.
    """

    comparison: NDArray[np.int32]
    annotator: NDArray[np.int32]
    occasion: NDArray[np.int16]
    vote: NDArray[np.int8]
    preference: NDArray[np.int8]

    def __post_init__(self) -> None:
        shapes = {
            self.comparison.shape,
            self.annotator.shape,
            self.occasion.shape,
            self.vote.shape,
            self.preference.shape,
        }
        if len(shapes) != 1 or self.comparison.ndim != 1:
            raise ValueError(f"expected five equal 1-d shapes, got {sorted(shapes)}")
        if self.vote.size and (self.vote.min() < 0 or self.vote.max() >= N_VOTES):
            raise ValueError(f"votes must be 0..{N_VOTES - 1}")
        sign = np.select([self.vote == A, self.vote == B], [-1, 1], default=0)
        if not np.array_equal(np.sign(self.preference), sign):
            raise ValueError("a preference must point where its vote points")

    @property
    def is_counted(self) -> NDArray[np.bool_]:
        """Which judgments curation uses: the first of each annotator on a comparison."""
        return np.asarray(self.occasion == 1)

    @property
    def is_usable(self) -> NDArray[np.bool_]:
        """Which judgments have a value; both_bad and cannot_judge are missing."""
        return self.vote <= B


@dataclass(frozen=True, slots=True)
class StoredJudgments:
    """Current judgments by comparison, pseudonym and occasion, with what only the export shows.

    Attributes:
        coded: What curation reads.
        outcome: Index into OUTCOMES, shape (n_judgments,).
        raw_strength: As given; NaN where there was none.
        swapped: 0 or 1; UNKNOWN where the shown side is unknown.
        active_ms: UNKNOWN where it is unknown.
    """

    coded: Judgments
    outcome: NDArray[np.int8]
    raw_strength: NDArray[np.float64]
    swapped: NDArray[np.int8]
    active_ms: NDArray[np.int64]


def vote_of(outcome: str, preference: int | None) -> int:
    """What a stored judgment counts as; both_good is a tie.

    Raises:
        ValueError: an outcome nobody defined, or a preference without its number.
    """
    match outcome:
        case "preference" if preference is not None:
            return TIE if preference == 0 else B if preference > 0 else A
        case "both_good":
            return TIE
        case "both_bad":
            return BOTH_BAD
        case "cannot_judge":
            return CANNOT_JUDGE
    raise ValueError(f"no vote for outcome {outcome!r} with preference {preference!r}")


def vote_counts(
    comparison: NDArray[np.integer], vote: NDArray[np.integer], *, n_comparisons: int
) -> NDArray[np.int64]:
    """How often each vote was given, shape (n_comparisons, 5), columns as the codes."""
    cell = comparison.astype(np.int64) * N_VOTES + vote
    counts = np.bincount(cell, minlength=n_comparisons * N_VOTES)
    return counts.reshape(n_comparisons, N_VOTES)
