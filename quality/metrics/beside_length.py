"""Whether a phrase goes along with being preferred beyond what length explains."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from quality.metrics.clustered_shares import at_least
from quality.metrics.phrase_pairs import is_alone
from quality.metrics.phrases import Phrases

# Classes of pairs by how much they differ in length, and pairs in each.
MAX_CLASSES = 20
LEAST_ALIKE = 50

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


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

    A sign test in the direction that was found. Pairs differ in length, so the wins are a sum of
    unequal chances. Its tail is at most the binomial one of their mean (Hoeffding 1956, Annals of
    Mathematical Statistics 27, 713-721), and on the side that it does not lean to about the normal
    one with half a win taken off; the smaller of both is used.
    """
    if not tested.size:
        return np.zeros(0)
    mean, variance, skew = _likely_wins(phrases, tested, _longer_wins(longer))
    up, share = wins > losses, np.clip(mean / (wins + losses), 0, 1)
    won, lost = wins * worth, losses * worth
    p = np.where(up, at_least(won, lost, share), at_least(lost, won, 1 - share))
    beyond = np.where(up, wins - mean, mean - wins) * worth - 0.5
    normal = special.ndtr(-beyond / np.sqrt(np.maximum(variance * worth, 1e-12)))
    leans_away = np.where(up, skew, -skew) <= 0
    p = np.where(leans_away, np.minimum(p, normal), p)
    return np.asarray(np.minimum(2 * p, 1.0))


def _longer_wins(longer: Floats) -> Floats:
    """How likely the preferred response of each pair was to win, for its length alone.

    From how often the longer one wins among pairs that differ as much: a curve would be steep
    without bound where length decides nearly all.
    """
    apart, side = np.abs(longer), np.sign(longer)
    differs = apart > 0
    if not differs.any():
        return np.full(longer.size, 0.5)
    n_classes = int(np.clip(np.count_nonzero(differs) // LEAST_ALIKE, 1, MAX_CLASSES))
    ends = np.quantile(apart[differs], np.arange(1, n_classes) / n_classes)
    of_class = np.searchsorted(ends, apart, side="right")
    won = np.bincount(of_class[side > 0], minlength=n_classes)
    share = (won + 0.5) / (np.bincount(of_class[differs], minlength=n_classes) + 1)
    return np.asarray(0.5 + side * (share[of_class] - 0.5))


def _likely_wins(
    phrases: Phrases, tested: NDArray[np.int64], of_preferred: Floats
) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and third moment of the wins that length alone lets each phrase have."""
    likely = of_preferred[phrases.text >> 1]
    likely = np.where(phrases.text & 1 == 1, 1 - likely, likely)
    # A pair with the phrase in both responses is neither a win nor a loss.
    likely[~is_alone(phrases)] = 0
    variance = likely * (1 - likely)
    mean, total, skew = (
        np.add.reduceat(each, phrases.starts[:-1])[tested]
        for each in (likely, variance, variance * (1 - 2 * likely))
    )
    return mean, total, skew
