"""Words and phrases that preferred responses contain more often than rejected ones, or less."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.clustered_shares import sign_tests
from quality.metrics.estimates import Estimate
from quality.metrics.false_discovery import benjamini_hochberg
from quality.metrics.paired_logit import paired_logit
from quality.metrics.phrases import Phrases

# A phrase is tested where so many pairs have it in one of their two responses only.
MIN_PAIRS = 10
# And where so many of the responses have it: one in two thousand.
MIN_SHARE = 1 / 2_000
MAX_FALSE = 0.05
# Smaller odds are not worth a look, however certain they are: 60 of 100 pairs.
MIN_ODDS = 1.5
# Phrases with the smallest q-values that are listed, and looked at beside length.
MAX_LISTED = 200
NOT_LOOKED_AT = Estimate.undefined("not a finding")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PhraseEffect:
    """How a phrase goes along with being preferred.

    Attributes:
        phrase: Its words, casefolded, one space between them.
        in_preferred: Preferred responses that contain it.
        in_rejected: Rejected ones.
        only_preferred: Pairs where only the preferred response contains it.
        only_rejected: Pairs where only the rejected one does.
        log_odds: log(only_preferred / only_rejected), half a pair added to each.
        q: False-discovery rate at which it is a finding.
        adjusted: The log-odds beside the difference in length, undefined where that cannot be
            told apart.
        is_flagged: q of at most MAX_FALSE, odds of at least MIN_ODDS either way, and not
            explained by length.
        by_length: It would be flagged, but not beside the difference in length.
    """

    phrase: str
    in_preferred: int
    in_rejected: int
    only_preferred: int
    only_rejected: int
    log_odds: Estimate
    q: float
    adjusted: Estimate
    is_flagged: bool
    by_length: bool


@dataclass(frozen=True, slots=True)
class PhraseBias:
    """All phrases that were tested, those with the smallest q-values listed.

    Attributes:
        effects: At most MAX_LISTED, by q-value.
        n_pairs: Pairs of a preferred and a rejected response.
        n_found: Phrases that enough responses contain.
        n_tested: Of these, with enough pairs and not absorbed by a longer phrase.
    """

    effects: list[PhraseEffect]
    n_pairs: int
    n_found: int
    n_tested: int

    @property
    def n_flagged(self) -> int:
        return sum(effect.is_flagged for effect in self.effects)


def least_texts(n_texts: int) -> int:
    """In how many texts a phrase must occur to be looked at."""
    return max(MIN_PAIRS, ceil(n_texts * MIN_SHARE))


def phrase_bias(
    phrases: Phrases,
    *,
    longer: Floats,
    cluster: NDArray[np.int64],
    step: Callable[[str], None],
) -> PhraseBias:
    """Test each phrase on the pairs that contain it in one response only.

    Args:
        phrases: Of the texts; text 2i is the preferred response of pair i, 2i + 1 the
            rejected one.
        longer: Difference in length of each pair, preferred minus rejected, shape (n_pairs,).
        cluster: The prompt of each pair, any integers, same shape.

    A pair with the phrase in both responses or in none says nothing about it. Of the others,
    preferred and rejected would have it equally often by chance: an exact sign test, on as many
    pairs as they are worth where prompts repeat. Absorbed phrases are not tested: that follows
    from the texts alone, so the q-values hold for those that are left. Benjamini and Hochberg's
    procedure is used rather than Benjamini and Yekutieli's, which allows for any dependence and
    would cost a factor of ten here: tests of phrases that share texts depend positively, which
    the former allows for, and simulations confirm its rate on nested phrases.
    """
    preferred, rejected, both = _counts(phrases)
    wins, losses = preferred - both, rejected - both
    tested = np.flatnonzero(~phrases.is_absorbed & (wins + losses >= MIN_PAIRS))
    step(f"Testing {tested.size:,} phrases")
    worth = 1 / _design_effects(phrases, tested, cluster)
    p, low, high = sign_tests(wins[tested] * worth, losses[tested] * worth)
    q = benjamini_hochberg(p)
    listed = np.lexsort((-(wins + losses)[tested], p))[:MAX_LISTED]
    effects: list[PhraseEffect] = []
    for place in listed.tolist():
        if len(effects) % 20 == 0:
            step("Looking at phrases beside length")
        phrase = int(tested[place])
        value = log((wins[phrase] + 0.5) / (losses[phrase] + 0.5))
        is_finding = bool(q[place] <= MAX_FALSE and abs(value) >= log(MIN_ODDS))
        adjusted = NOT_LOOKED_AT
        if is_finding:
            adjusted = _beside_length(phrases.texts_of(phrase), longer, cluster)
        by_length = is_finding and _is_explained(adjusted, value)
        effects.append(
            PhraseEffect(
                phrase=phrases.name(phrase),
                in_preferred=int(preferred[phrase]),
                in_rejected=int(rejected[phrase]),
                only_preferred=int(wins[phrase]),
                only_rejected=int(losses[phrase]),
                log_odds=_log_odds(value, low[place], high[place], wins[phrase] + losses[phrase]),
                q=float(q[place]),
                adjusted=adjusted,
                is_flagged=is_finding and not by_length,
                by_length=by_length,
            )
        )
    return PhraseBias(effects, int(longer.size), len(phrases), int(tested.size))


def _log_odds(value: float, low: float, high: float, n: int) -> Estimate:
    """With ends that hold the value, which half a pair may move beyond a short interval."""
    return Estimate(value, min(float(low), value), max(float(high), value), int(n))


def _counts(phrases: Phrases) -> tuple[NDArray[np.int64], ...]:
    """Preferred and rejected responses with each phrase, and pairs with it in both."""
    if not len(phrases):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing
    starts = phrases.starts[:-1]
    rejected = np.add.reduceat(phrases.text & 1, starts, dtype=np.int64)
    both = np.add.reduceat(_is_second_of_pair(phrases), starts, dtype=np.int64)
    return phrases.n_texts - rejected, rejected, both


def _is_second_of_pair(phrases: Phrases) -> NDArray[np.bool_]:
    """Where the preferred response of the same pair has the same phrase, one place before."""
    second = np.zeros(phrases.text.size, dtype=bool)
    second[1:] = (phrases.text[1:] & 1 == 1) & (phrases.text[1:] - phrases.text[:-1] == 1)
    second[phrases.starts[:-1]] = False
    return second


def _design_effects(
    phrases: Phrases, tested: NDArray[np.int64], cluster: NDArray[np.int64]
) -> Floats:
    """How much more the sums over prompts vary than single pairs would; at least 1."""
    known, group = np.unique(cluster, return_inverse=True)
    if known.size == cluster.size or not tested.size:
        return np.ones(tested.size)
    second = _is_second_of_pair(phrases)
    sign = (1 - 2 * (phrases.text & 1)).astype(np.float32)
    sign[second] = 0
    sign[np.flatnonzero(second) - 1] = 0
    shape = (len(phrases), known.size)
    sums = sparse.csr_array((sign, group[phrases.text >> 1], phrases.starts), shape=shape)[tested]
    n_pairs = np.bincount(
        np.repeat(np.arange(tested.size), np.diff(sums.indptr)), np.abs(sums.data), tested.size
    )
    sums.sum_duplicates()
    squares = np.asarray(sums.power(2).sum(axis=1)).ravel()
    return np.maximum(squares / n_pairs, 1.0)


def _signs(texts: NDArray[np.int32], n_pairs: int) -> NDArray[np.int8]:
    """1 where only the preferred response is among the texts, -1 where only the rejected is."""
    sign = np.zeros(n_pairs, dtype=np.int8)
    is_rejected = (texts & 1).astype(bool)
    sign[texts[~is_rejected] >> 1] += 1
    sign[texts[is_rejected] >> 1] -= 1
    return sign


def _beside_length(
    texts: NDArray[np.int32], longer: Floats, cluster: NDArray[np.int64]
) -> Estimate:
    sign = _signs(texts, longer.size).astype(np.float64)
    # The sign as well: people may prefer what is longer, however little longer it is.
    return paired_logit(np.stack([sign, longer, np.sign(longer)], axis=1), cluster).effects[0]


def _is_explained(adjusted: Estimate, value: float) -> bool:
    """Whether nothing in the same direction is left beside length."""
    if adjusted.value is None:
        return False
    if adjusted.low is None or adjusted.high is None:
        return adjusted.value * value <= 0
    return adjusted.low <= 0 if value > 0 else adjusted.high >= 0
