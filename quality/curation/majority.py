"""The majority filter: which comparisons become rows, and why the others do not."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

from quality.curation.judgments import BOTH_BAD, CANNOT_JUDGE, TIE, A, B
from quality.metrics.majority import is_confident, top_values

# In the order in which they are checked; the first that holds is the reason.
DROP_REASONS = (
    "both_bad_wins",
    "cannot_judge_wins",
    "too_few_judgments",
    "too_few_after_holdout",
    "no_single_winner",
    "tie_wins",
    "too_few_votes",
    "low_confidence",
    # No check: a reviewer said so.
    "ambiguous_prompt",
)
KEPT = -1


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the filter decided, one element per comparison.

    Attributes:
        reason: Index into DROP_REASONS, KEPT where the comparison becomes a row.
        chosen: A or B where kept, otherwise whatever came first; read it on kept ones only.
        votes: Votes of training annotators for the most frequent usable value.
        ties: Their ties, both_good included.
        usable: Their usable judgments.
    """

    reason: NDArray[np.int8]
    chosen: NDArray[np.int8]
    votes: NDArray[np.int64]
    ties: NDArray[np.int64]
    usable: NDArray[np.int64]

    @property
    def is_kept(self) -> NDArray[np.bool_]:
        """Which comparisons become rows."""
        return np.asarray(self.reason == KEPT)

    @property
    def agreement(self) -> NDArray[np.float64]:
        """Confidence: votes for the winner / usable judgments; 0 where there are none."""
        return self.votes / np.maximum(self.usable, 1)

    @property
    def probability(self) -> NDArray[np.float64]:
        """That chosen is better: (chosen + ties / 2) / usable; 0 where there are none."""
        return (2 * self.votes + self.ties) / np.maximum(2 * self.usable, 1)

    def dropped(self) -> dict[str, int]:
        """How many comparisons each reason dropped, in the order of the checks, zeros left out."""
        counts = np.bincount(self.reason[~self.is_kept], minlength=len(DROP_REASONS))
        return {
            reason: int(count) for reason, count in zip(DROP_REASONS, counts, strict=True) if count
        }


def decide(
    *,
    training_counts: NDArray[np.int64],
    all_counts: NDArray[np.int64],
    min_judgments: int,
    min_votes: int,
    min_confidence: Fraction,
) -> Decisions:
    """Apply the majority filter to vote counts.

    Args:
        training_counts: Votes of the annotators who are not held out, shape (n_comparisons, 5).
        all_counts: The same with the held-out annotators. Used only to tell comparisons
            that never had enough judgments from those that the hold-out took below the limit.
        min_judgments: Usable judgments needed.
        min_votes: Votes for the winner needed.
        min_confidence: Least votes / usable judgments, compared as integers.

    both_bad or cannot_judge wins when it is more frequent than A, than B and than tie; with
    as many votes as one of these it does not, and the usable votes decide. When both are
    equally frequent and on top, the reason is both_bad_wins.
    """
    top = top_values(training_counts[:, : B + 1])
    both_bad, cannot_judge = training_counts[:, BOTH_BAD], training_counts[:, CANNOT_JUDGE]
    failures = [
        (both_bad > top.votes) & (both_bad >= cannot_judge),
        (cannot_judge > top.votes) & (cannot_judge > both_bad),
        all_counts[:, : B + 1].sum(axis=1) < min_judgments,
        top.usable < min_judgments,
        ~top.is_single,
        top.value == TIE,
        top.votes < min_votes,
        ~is_confident(top.votes, top.usable, at_least=min_confidence),
    ]
    reason = np.select(failures, list(range(len(failures))), default=KEPT)
    return Decisions(
        reason=reason.astype(np.int8),
        chosen=np.where(top.value == B, B, A).astype(np.int8),
        votes=top.votes,
        ties=training_counts[:, TIE],
        usable=top.usable,
    )


def votes_needed(n_usable: int, *, min_votes: int, min_confidence: Fraction) -> int | None:
    """The fewest votes that keep a comparison with so many usable judgments; None if none do."""
    needed = max(min_votes, ceil(min_confidence * n_usable))
    return needed if needed <= n_usable else None
