"""Decisions of reviewers in the place of the majority filter."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quality.curation.judgments import BOTH_BAD, CANNOT_JUDGE, TIE, A, B
from quality.curation.majority import DROP_REASONS, KEPT, Decisions

# What a reviewer decided, beside the votes of ``quality.curation.judgments``.
AMBIGUOUS = 5
UNDECIDED = -1
REASONS = {
    TIE: "tie_wins",
    BOTH_BAD: "both_bad_wins",
    CANNOT_JUDGE: "cannot_judge_wins",
    AMBIGUOUS: "ambiguous_prompt",
}


def follow(
    decisions: Decisions, adjudicated: NDArray[np.int8], *, training_counts: NDArray[np.int64]
) -> Decisions:
    """The filter's decisions, with those of reviewers in their place.

    Args:
        decisions: What the filter made of the judgments.
        adjudicated: A vote, AMBIGUOUS, or UNDECIDED; one per comparison.
        training_counts: Votes of the annotators who are not held out, as for the filter.

    A response that a reviewer chose is kept and chosen whatever the thresholds say; votes,
    probability and agreement stay those of the judgments, for this response. Without any usable
    judgment of training annotators there are no such figures, and the filter's reason stands.
    """
    reason, chosen, votes = (
        decisions.reason.copy(),
        decisions.chosen.copy(),
        decisions.votes.copy(),
    )
    is_choice = np.isin(adjudicated, (A, B)) & is_followed(decisions, adjudicated)
    rows = np.flatnonzero(is_choice)
    reason[rows] = KEPT
    chosen[rows] = adjudicated[rows]
    votes[rows] = training_counts[rows, adjudicated[rows]]
    for decision, name in REASONS.items():
        reason[adjudicated == decision] = DROP_REASONS.index(name)
    return replace(decisions, reason=reason, chosen=chosen, votes=votes)


def is_followed(decisions: Decisions, adjudicated: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Where a reviewer's decision took the place of the filter's."""
    is_choice = np.isin(adjudicated, (A, B))
    return np.asarray((adjudicated != UNDECIDED) & ~(is_choice & (decisions.usable == 0)))
