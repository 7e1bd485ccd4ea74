"""Whether a phrase goes along with being preferred beyond what length explains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from quality.metrics.clustered_shares import at_least
from quality.metrics.paired_logit import paired_logit
from quality.metrics.phrase_pairs import is_alone
from quality.metrics.phrases import Phrases

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ByLength:
    """What the lengths of two responses alone say of which one is preferred.

    Attributes:
        features: Difference in length of each pair and its sign, shape (n_pairs, 2): people may
            prefer what is longer, however little longer it is.
        likely: The probability that the preferred one is, shape (n_pairs,).
        tells: Pairs that can tell a phrase from length, same shape: all, but where length decides
            every pair in which it differs only those of equal length.
    """

    features: Floats
    likely: Floats
    tells: Flags


def by_length(longer: Floats) -> ByLength:
    """Fit on the difference in length of each pair, preferred minus rejected, (n_pairs,)."""
    features = np.stack([longer, np.sign(longer)], axis=1)
    likely, is_equal = np.full(longer.size, 0.5), longer == 0
    if is_equal.all():
        return ByLength(features, likely, is_equal)
    fit = paired_logit(features, np.arange(longer.size))
    if any(effect.value is None for effect in fit.effects):
        return ByLength(features, likely, is_equal)
    return ByLength(features, special.expit(features @ fit.coefficients), np.ones_like(is_equal))


def p_beside_length(
    phrases: Phrases, tested: Codes, *, up: Flags, length: ByLength, worth: Floats
) -> Floats:
    """P-values of "it wins as often as the lengths of its responses would", shape (n_tested,).

    Args:
        phrases: Of the texts of all pairs.
        tested: Which of them are tested, ascending, shape (n_tested,).
        up: Whether a phrase goes along with being preferred, same shape. What it does beside
            length has to point the same way.
        length: What length says of each pair.
        worth: What one pair counts where prompts repeat, at most 1, shape (n_tested,).

    The score test of the phrase beside length in a logistic regression of pairs, with half a win
    taken off. Unlike an interval it needs one fit for all phrases and holds for those that decide
    all of their few pairs. Where the wins lean to the side that was found (few pairs, which
    length all but decides) its tail is too light: there it is at least the binomial one of the
    mean, which is at least that of unequal chances (Hoeffding 1956, Annals of Mathematical
    Statistics 27, 713-721). Pairs that tell nothing are left out; 1 where none is left.

    Source: Rao (1948), Mathematical Proceedings of the Cambridge Philosophical Society 44, 50-57.
    """
    if not tested.size:
        return np.zeros(0)
    sums = np.concatenate([_sums(part, length) for part in phrases.parts(tested)], axis=1)
    wins, losses, mean, skew, variance = sums
    share = np.clip(mean / np.maximum(wins + losses, 1), 0, 1)
    beyond = np.where(up, wins - mean, mean - wins) * worth - 0.5
    p = special.ndtr(-beyond / np.sqrt(np.maximum(variance * worth, 1e-12)))
    won, lost = wins * worth, losses * worth
    bound = np.where(up, at_least(won, lost, share), at_least(lost, won, 1 - share))
    leans = np.where(up, skew, -skew) > 0
    return np.asarray(np.minimum(2 * np.where(leans, np.maximum(p, bound), p), 1.0))


def _sums(part: Phrases, length: ByLength) -> Floats:
    """Wins and losses of each phrase; mean, third moment and variance of the wins by length.

    The variance is that of what is left once the effect of length has been estimated. Shape
    (5, n_phrases).
    """
    pair, is_rejected = part.text >> 1, part.text & 1 == 1
    # A pair with the phrase in both responses is neither a win nor a loss.
    alone = is_alone(part) & length.tells[pair]

    def summed(values: NDArray[np.generic]) -> Floats:
        return np.add.reduceat(values, part.starts[:-1], dtype=np.float64)

    of_preferred = length.likely[pair]
    likely = np.where(is_rejected, 1 - of_preferred, of_preferred) * alone
    spread = likely * (1 - likely)
    signed = np.where(is_rejected, -spread, spread)
    with_length = np.stack([summed(signed * column[pair]) for column in length.features.T], axis=1)
    explained = ((with_length @ _inverse(length)) * with_length).sum(axis=1)
    wins, losses = summed(alone & ~is_rejected), summed(alone & is_rejected)
    third = summed(spread * (1 - 2 * likely))
    return np.stack([wins, losses, summed(likely), third, summed(spread) - explained])


def _inverse(length: ByLength) -> Floats:
    weight = length.likely * (1 - length.likely) * length.tells
    curvature = (length.features * weight[:, None]).T @ length.features
    return np.asarray(np.linalg.pinv(curvature), dtype=np.float64)
