"""A majority in which reliable coders count for more, weighed without looking at the outcome."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.em import Floats, normalised
from quality.metrics.posteriors import (
    HIGHEST_ACCURACY,
    PRIOR_COMPARISONS,
    accuracy_from,
)
from quality.metrics.reliability import Reliability

NO_WEIGHTS = "coders agree no more than by chance, so none can be trusted more than another"


@dataclass(frozen=True, slots=True)
class Weighted:
    """Weights and what the weighted votes say.

    Attributes:
        posteriors: Probability of each value of each unit, all values being equally likely
            before, shape (n_units, n_values).
        accuracy: How often each coder is right, as their agreement with the others implies, from
            guessing to HIGHEST_ACCURACY, shape (n_coders,).
        weights: Logarithm of the odds that a vote multiplies, 0 for guessing, same shape.
        n_shared: Units that each coder shares with others, on which the accuracy rests.
        undefined_because: Why all weights are equal, or empty.
    """

    posteriors: Floats
    accuracy: Floats
    weights: Floats
    n_shared: NDArray[np.int64]
    undefined_because: str = ""


def weighted_majority(data: Reliability) -> Weighted:
    """Weigh each coder by the agreement with the others, never with a consensus that holds them.

    A coder's agreement is the mean over shared units of the share of the *other* votes that say
    the same, shrunk to that of all by PRIOR_COMPARISONS units. With one accuracy a for the others
    (from how often any two agree), P = p a + (1 - p) (1 - a) / (k - 1) gives the coder's p, and a
    vote multiplies the odds of its value by p (k - 1) / (1 - p). Who agrees less than a guesser
    counts for nothing, not against: two people alone cannot tell who is right.

    Args:
        data: Judgments; missing values are left out. At least two values in the domain.

    Source: the weights are those of Nitzan and Paroush (1982), International Economic Review
    23(2), 289-297.
    """
    usable = data.usable()
    counts = usable.counts()
    k = data.n_values
    others = counts.sum(axis=1)[usable.unit] - 1
    shared = others > 0
    coder, same = usable.coder[shared], counts[usable.unit, usable.value][shared] - 1
    share = same / others[shared]
    n_shared = np.bincount(coder, minlength=data.n_coders)
    agreement = np.bincount(coder, weights=share, minlength=data.n_coders)
    of_others = accuracy_of_all(counts, n_values=k)
    mean = float(share.mean()) if share.size else 0.0
    shrunk = (agreement + PRIOR_COMPARISONS * mean) / (n_shared + PRIOR_COMPARISONS)
    by_chance = (1 - of_others) / (k - 1)
    if of_others <= by_chance + 1e-9 or not share.size:
        accuracy = np.full(data.n_coders, of_others)
        weights, reason = np.ones(data.n_coders), NO_WEIGHTS
    else:
        accuracy = (shrunk - by_chance) / (of_others - by_chance)
        accuracy = np.clip(accuracy, 1 / k, HIGHEST_ACCURACY)
        weights, reason = np.log(accuracy * (k - 1) / (1 - accuracy)), ""
    logs = np.bincount(
        usable.unit * k + usable.value, weights=weights[usable.coder], minlength=data.n_units * k
    ).reshape(data.n_units, k)
    posteriors = normalised(np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf)))
    return Weighted(posteriors, accuracy, weights, n_shared, reason)


def accuracy_of_all(counts: NDArray[np.int64], *, n_values: int) -> float:
    """One accuracy for all coders, from the mean over units of the share of agreeing pairs."""
    of_unit = counts.sum(axis=1)
    pairable = of_unit >= 2
    agreeing = (counts * (counts - 1)).sum(axis=1)[pairable]
    pairs = (of_unit * (of_unit - 1))[pairable]
    mean = float((agreeing / pairs).mean()) if pairs.size else 0.0
    found = accuracy_from(mean_agreement=mean, n_comparisons=int(pairs.size), n_values=n_values)
    return found.value
