"""What further votes do to a comparison, under the one-coin model of `posteriors`.

With one accuracy for everybody only leads matter: 5 votes for A and 4 for B say what 1 and 0 say.
A state is the votes, sorted, less the fewest: (lead, ..., 0). There are a few hundred of them,
however many comparisons there are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.posteriors import posteriors

Floats = NDArray[np.float64]

# A lead of so many votes is as good as any longer one.
MAX_LEAD = 30
# Further votes that are looked at together.
MAX_AHEAD = 12


@dataclass(frozen=True, slots=True)
class Leads:
    """The states of a comparison, and where a vote takes each of them.

    Attributes:
        votes: The state's votes, sorted downwards, shape (n_states, n_values).
        right: Probability that the most probable direction is the true one, shape (n_states,).
        chance: Probability that the next vote is for each of the directions, in the order of
            ``votes``, shape (n_states, n_values).
        after: The state after that vote, same shape.
        gain: Most that further votes add to ``right`` for each vote spent, looking up to
            MAX_AHEAD votes ahead, shape (n_states,).
        ahead: For how many votes that holds, same shape; 0 where there is nothing to gain.
    """

    votes: NDArray[np.int64]
    right: Floats
    chance: Floats
    after: NDArray[np.int64]
    gain: Floats
    ahead: NDArray[np.int64]

    def states_of(self, votes: NDArray[np.integer]) -> NDArray[np.int64]:
        """The state of each comparison; votes by offered direction, shape (n_units, n_values)."""
        return _code(_reduced(votes.astype(np.int64)))

    def after_votes(self, mass: Floats) -> Floats:
        """How comparisons are spread over the states after one more vote on each of them."""
        moved = np.bincount(
            self.after.ravel(), weights=(mass[:, None] * self.chance).ravel(), minlength=mass.size
        )
        return np.asarray(moved, dtype=np.float64)


def leads_of(accuracy: float, *, n_values: int) -> Leads:
    """All states of comparisons between 2 or 3 directions.

    One vote alone often gains nothing: whatever it says, the same direction stays ahead or
    draws level. Votes are therefore looked at in runs of one to MAX_AHEAD, and a state counts by
    its best run.

    Source: Frazier and Powell (2010), Decision Analysis 7(4), 378-403, on runs of samples.

    Raises:
        ValueError: other numbers of directions, or an accuracy outside 1/n_values..1.
    """
    if n_values not in (2, 3):
        raise ValueError(f"expected 2 or 3 directions, got {n_values}")
    votes = _states(n_values)
    offered = np.ones(n_values, dtype=np.bool_)
    true = posteriors(votes, accuracy=accuracy, offered=offered)
    wrong = (1 - accuracy) / (n_values - 1)
    chance = true * accuracy + (1 - true) * wrong
    more = np.eye(n_values, dtype=np.int64)
    after = np.stack([_code(_reduced(votes + one)) for one in more], axis=1)
    right = true.max(axis=1)
    gain, ahead = np.zeros(right.size), np.zeros(right.size, dtype=np.int64)
    expected = right
    for n in range(1, MAX_AHEAD + 1):
        expected = (chance * expected[after]).sum(axis=1)
        # The states end at the longest lead, where nothing is left to gain.
        rate = (expected - right) / n
        better = rate > gain + 1e-12
        gain, ahead = np.where(better, rate, gain), np.where(better, n, ahead)
    return Leads(votes, right, chance, after, gain, ahead)


def _states(n_values: int) -> NDArray[np.int64]:
    """All sorted leads up to MAX_LEAD, in the order of their codes."""
    if n_values == 2:
        return np.array([[lead, 0] for lead in range(MAX_LEAD + 1)], dtype=np.int64)
    return np.array(
        [[first, second, 0] for first in range(MAX_LEAD + 1) for second in range(first + 1)],
        dtype=np.int64,
    )


def _reduced(votes: NDArray[np.int64]) -> NDArray[np.int64]:
    ordered = np.sort(votes, axis=1)[:, ::-1]
    return np.asarray(np.minimum(ordered - ordered[:, -1:], MAX_LEAD))


def _code(reduced: NDArray[np.int64]) -> NDArray[np.int64]:
    first: NDArray[np.int64] = reduced[:, 0]
    if reduced.shape[1] == 2:
        return first
    return np.asarray(first * (first + 1) // 2 + reduced[:, 1])
