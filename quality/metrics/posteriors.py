"""What a comparison's votes say about its direction, with one accuracy for all annotators.

The one-coin model: an annotator gives the true direction with probability ``accuracy`` and each
of the others equally often otherwise, whoever they are and whatever the comparison. It is the
model of Dawid and Skene (1979), Applied Statistics 28(1), 20-28, with a single parameter.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Before anything was measured annotators count as this accurate; it weighs as much as so many
# comparisons.
PRIOR_ACCURACY = 0.7
PRIOR_COMPARISONS = 20
# Nobody is taken for better, so that a handful of votes is never certainty.
HIGHEST_ACCURACY = 0.95


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often an annotator is right.

    Attributes:
        value: 1/n_values (guessing) to HIGHEST_ACCURACY.
        n_comparisons: Comparisons with two usable votes, on which it rests.
    """

    value: float
    n_comparisons: int


def agreement_of(accuracy: float, *, n_values: int) -> float:
    """How often two annotators of this accuracy agree: a^2 + (1 - a)^2 / (n_values - 1)."""
    return accuracy**2 + (1 - accuracy) ** 2 / (n_values - 1)


def accuracy_from(*, mean_agreement: float, n_comparisons: int, n_values: int) -> Accuracy:
    """The accuracy that explains how often annotators agree, drawn towards PRIOR_ACCURACY.

    The agreement is shrunk, P = (n m + n0 P0) / (n + n0), with m the mean over n comparisons,
    n0 = PRIOR_COMPARISONS and P0 the agreement of PRIOR_ACCURACY. Solving
    P = a^2 + (1 - a)^2 / (k - 1) for the larger a, with k directions, gives

        a = (1 + sqrt((k - 1) (k P - 1))) / k.

    Args:
        mean_agreement: Mean over comparisons of the share of agreeing pairs of votes, 0..1.
            Each comparison counts once: contested ones get more votes and would count
            quadratically among the pairs. Ignored when ``n_comparisons`` is 0.
        n_comparisons: Comparisons with two usable votes.
        n_values: Directions that the project offers, 2 or 3.

    Returns:
        Agreement below chance counts as guessing, agreement above that of HIGHEST_ACCURACY as that.

    Raises:
        ValueError: a share outside 0..1, or fewer than two directions.
    """
    if not 0 <= mean_agreement <= 1 or n_values < 2 or n_comparisons < 0:
        raise ValueError(
            f"expected a share and two directions or more, got {mean_agreement}, {n_values}"
        )
    prior = PRIOR_COMPARISONS * agreement_of(PRIOR_ACCURACY, n_values=n_values)
    agreement = (n_comparisons * mean_agreement + prior) / (n_comparisons + PRIOR_COMPARISONS)
    above_chance = max(0.0, (n_values - 1) * (n_values * agreement - 1))
    value = (1 + above_chance**0.5) / n_values
    return Accuracy(min(value, HIGHEST_ACCURACY), n_comparisons)


def posteriors(
    votes: NDArray[np.integer], *, accuracy: float, offered: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Probability of each direction of each comparison, all directions being equally likely before.

    Each vote multiplies the odds of its direction by a (k - 1) / (1 - a), with k directions.

    Args:
        votes: Counts, shape (n_comparisons, 3): A, tie, B.
        accuracy: Of an annotator, 1/k..1, 1 excluded.
        offered: Which directions the project offers, shape (3,). Votes for others are passed over.

    Returns:
        Shape (n_comparisons, 3); rows sum to 1, 0 where a direction is not offered. Without votes
        every offered direction has 1/k.

    Raises:
        ValueError: another shape, or an accuracy outside its range.
    """
    n_values = int(offered.sum())
    if votes.ndim != 2 or votes.shape[1:] != offered.shape:
        raise ValueError(f"expected shape (n, {offered.size}), got {votes.shape}")
    if n_values < 2 or not 1 / n_values <= accuracy < 1:
        raise ValueError(f"expected an accuracy from 1/{n_values} to below 1, got {accuracy}")
    weight = np.log(accuracy * (n_values - 1) / (1 - accuracy))
    logs = np.where(offered, votes * weight, -np.inf)
    odds = np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
