"""Whether a phrase goes along with being preferred beyond what length explains."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from quality.metrics.clustered_shares import at_least
from quality.metrics.paired_logit import paired_logit
from quality.metrics.phrase_pairs import is_alone
from quality.metrics.phrases import Phrases

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


def length_of(longer: Floats) -> Floats:
    """Features of length, shape (n_pairs, 2).

    The sign as well: people may prefer what is longer, however little longer it is.
    """
    return np.stack([longer, np.sign(longer)], axis=1)


def p_beside_length(
    phrases: Phrases, tested: Codes, wins: Codes, losses: Codes, *, longer: Floats, worth: Floats
) -> Floats:
    """P-values of "it wins as often as the lengths of its responses would", shape (n_tested,).

    Args:
        phrases: Of the texts of all pairs.
        tested: Which of them are tested, shape (n_tested,).
        wins: Pairs where only the preferred response has the phrase, same shape.
        losses: Pairs where only the rejected one has it, same shape.
        longer: Difference in length of each pair, preferred minus rejected, shape (n_pairs,).
        worth: What one pair counts where prompts repeat, at most 1, shape (n_tested,).

    The score test of the phrase beside length in a logistic regression of pairs, with half a win
    taken off. Unlike an interval it needs one fit for all phrases and holds for those that decide
    all of their few pairs. Where the wins lean to the side that was found (few pairs, which
    length all but decides) its tail is too light: there it is at least the binomial one of the
    mean, which is at least that of unequal chances (Hoeffding 1956, Annals of Mathematical
    Statistics 27, 713-721). All are 1 where length decides (nearly) every pair.

    Source: Rao (1948), Mathematical Proceedings of the Cambridge Philosophical Society 44, 50-57.
    """
    if not tested.size:
        return np.zeros(0)
    features = length_of(longer)
    likely = np.full(longer.size, 0.5)
    if longer.any():
        fit = paired_logit(features, np.arange(longer.size))
        if any(effect.value is None for effect in fit.effects):
            return np.ones(tested.size)
        likely = special.expit(features @ fit.coefficients)
    mean, skew, variance = _expected(phrases, tested, likely, features)
    up, share = wins > losses, np.clip(mean / (wins + losses), 0, 1)
    beyond = np.where(up, wins - mean, mean - wins) * worth - 0.5
    p = special.ndtr(-beyond / np.sqrt(np.maximum(variance * worth, 1e-12)))
    won, lost = wins * worth, losses * worth
    bound = np.where(up, at_least(won, lost, share), at_least(lost, won, 1 - share))
    leans = np.where(up, skew, -skew) > 0
    return np.asarray(np.minimum(2 * np.where(leans, np.maximum(p, bound), p), 1.0))


def _expected(
    phrases: Phrases, tested: Codes, of_preferred: Floats, features: Floats
) -> tuple[Floats, Floats, Floats]:
    """Mean and third moment of the wins that length alone lets each phrase have, and the variance.

    The variance is that of what is left once the effect of length has been estimated.
    """
    pair, is_rejected = phrases.text >> 1, phrases.text & 1 == 1
    alone = is_alone(phrases)

    def summed(values: Floats) -> Floats:
        return np.add.reduceat(values, phrases.starts[:-1])[tested]

    # A pair with the phrase in both responses is neither a win nor a loss.
    likely = np.where(is_rejected, 1 - of_preferred[pair], of_preferred[pair]) * alone
    spread = likely * (1 - likely)
    weight = of_preferred * (1 - of_preferred)
    with_length = np.stack(
        [summed(np.where(is_rejected, -spread, spread) * column[pair]) for column in features.T],
        axis=1,
    )
    inverse = np.linalg.pinv((features * weight[:, None]).T @ features)
    explained = ((with_length @ inverse) * with_length).sum(axis=1)
    return summed(likely), summed(spread * (1 - 2 * likely)), summed(spread) - explained
