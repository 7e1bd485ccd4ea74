"""How many judgments a comparison should get, given those it has."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# The overlap that was asked for holds.
AS_ASKED = -1


@dataclass(frozen=True, slots=True)
class OverlapRule:
    """When to stop early and when to ask one more annotator.

    Attributes:
        minimum: Usable votes before anything is changed.
        cap: The most judgments that are asked for because of doubt.
        certain_at: Posterior from which on no more votes are needed.
        doubtful_below: Confidence under which one more vote is asked for.
    """

    minimum: int
    cap: int
    certain_at: float
    doubtful_below: float


def wanted_overlap(
    votes: NDArray[np.integer],
    *,
    n_judged: NDArray[np.integer],
    asked: NDArray[np.integer],
    certainty: NDArray[np.floating],
    rule: OverlapRule,
) -> NDArray[np.int64]:
    """The overlap each comparison should have now.

    Certain comparisons keep the judgments they have. Doubtful ones that have all they were to get
    get one more, up to the cap; whoever holds that seat counts as that one. Deciding again
    on the same votes gives the same answer.

    Args:
        votes: Usable votes by direction, shape (n, 3).
        n_judged: Judgments, unusable ones included, shape (n,).
        asked: The overlap that people asked for, shape (n,).
        certainty: Posterior of the most probable direction, shape (n,).
        rule: What counts as certain and as doubtful.

    Returns:
        Shape (n,): a number of judgments, or AS_ASKED.
    """
    n_usable = votes.sum(axis=1)
    confidence = votes.max(axis=1, initial=0) / np.maximum(n_usable, 1)
    is_ready = n_usable >= rule.minimum
    is_certain = is_ready & (certainty >= rule.certain_at) & (n_judged < asked)
    is_doubtful = is_ready & (confidence < rule.doubtful_below) & (n_judged >= asked)
    # A cap below what was asked for takes nothing away.
    one_more = np.minimum(n_judged + 1, np.maximum(rule.cap, n_judged))
    wanted = np.select([is_certain, is_doubtful], [n_judged, one_more], default=AS_ASKED)
    return np.asarray(wanted, dtype=np.int64)
