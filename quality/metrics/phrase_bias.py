"""Words and phrases that preferred responses contain more often than rejected ones, or less."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.beside_length import ByLength, by_length, p_beside_length
from quality.metrics.clustered_shares import sign_tests
from quality.metrics.estimates import Estimate
from quality.metrics.false_discovery import benjamini_hochberg
from quality.metrics.paired_logit import paired_logit
from quality.metrics.phrase_pairs import is_alone, is_second_of_pair
from quality.metrics.phrases import Phrases

# A phrase is tested where so many pairs have it in one of their two responses only.
MIN_PAIRS = 10
# And where so many of the responses have it: one in two thousand.
MIN_SHARE = 1 / 2_000
MAX_FALSE = 0.05
# Smaller odds are not worth a look, however certain they are: 60 of 100 pairs.
MIN_ODDS = 1.5
# Phrases that are listed; all are tested, alone and beside length.
MAX_LISTED = 200
NOT_LOOKED_AT = Estimate.undefined("not a finding")
NOTHING = np.zeros(0, dtype=np.int64)

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
        q: False-discovery rate at which it is a finding both alone and beside the difference in
            length. This decides.
        q_alone: The same of the phrase alone, never larger.
        adjusted: The log-odds beside the difference in length, undefined where that cannot be
            told apart.
        is_flagged: q of at most MAX_FALSE, odds of at least MIN_ODDS either way.
        by_length: q_alone would have it flagged and q does not: it is not certain beside length,
            which is not to say that length explains it.
    """

    phrase: str
    in_preferred: int
    in_rejected: int
    only_preferred: int
    only_rejected: int
    log_odds: Estimate
    q: float
    q_alone: float
    adjusted: Estimate
    is_flagged: bool
    by_length: bool


@dataclass(frozen=True, slots=True)
class PhraseBias:
    """All phrases that were tested, the most telling ones listed.

    Attributes:
        effects: At most MAX_LISTED: those flagged, by q; those not certain beside length, then
            others, by their p-value alone.
        n_pairs: Pairs of a preferred and a rejected response.
        n_found: Phrases that enough responses contain.
        n_tested: Of these, with enough pairs and not absorbed by a longer phrase.
        n_flagged: Of these, flagged, listed or not.
        n_by_length: Of these, not certain beside length, listed or not.
    """

    effects: list[PhraseEffect]
    n_pairs: int
    n_found: int
    n_tested: int
    n_flagged: int
    n_by_length: int


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
    pairs as they are worth where prompts repeat. Each is tested against length as well, and the
    larger of both p-values enters Benjamini and Hochberg's procedure over all tested phrases. A
    flag is false where either hypothesis is true: it goes along with nothing, or with nothing
    beside length. The larger p-value holds for that (Berger 1982, Technometrics 24, 295-300), so
    the rate is bounded by MAX_FALSE; as far as the tests depend positively, as those of phrases
    that share texts do, and the effect of length has the form that was fitted, by its logarithm
    and its sign. The score test holds in large samples. Simulations confirm the rate, on nested
    phrases and where length explains everything; Benjamini and Yekutieli's procedure would allow
    for any dependence, at a factor of ten here. To test against length only what was found
    alone does not bound it: few of thousands are found alone, mostly those that chance favours.

    Absorbed phrases are not tested: that follows from the texts alone, so the q-values hold for
    those that are left.
    """
    length = by_length(longer)
    tests = _tests(phrases, length, cluster, step)
    # Flagged ones by q. The others by p alone: behind the last one listed none is surer alone.
    p = np.where(tests.is_flagged, tests.larger_p, tests.p)
    keys = (-(tests.wins + tests.losses), p, ~tests.is_finding, ~tests.is_flagged)
    effects: list[PhraseEffect] = []
    for place in np.lexsort(keys)[:MAX_LISTED].tolist():
        if len(effects) % 20 == 0:
            step("Looking at phrases beside length")
        adjusted = NOT_LOOKED_AT
        if tests.is_finding[place]:
            texts = phrases.texts_of(tests.phrase[place])
            adjusted = _adjusted(texts, length, cluster)
        effects.append(_effect(phrases, tests, place, adjusted))
    n_flagged = int(np.count_nonzero(tests.is_flagged))
    n_found = int(np.count_nonzero(tests.is_finding))
    return PhraseBias(
        effects, longer.size, len(phrases), tests.phrase.size, n_flagged, n_found - n_flagged
    )


@dataclass(frozen=True, slots=True)
class _Tests:
    """What was found of each tested phrase, all of shape (n_tested,)."""

    phrase: NDArray[np.int64]
    both: NDArray[np.int64]
    wins: NDArray[np.int64]
    losses: NDArray[np.int64]
    value: Floats
    low: Floats
    high: Floats
    p: Floats
    larger_p: Floats
    q_alone: Floats
    q: Floats
    is_finding: NDArray[np.bool_]
    is_flagged: NDArray[np.bool_]


def _tests(
    phrases: Phrases, length: ByLength, cluster: NDArray[np.int64], step: Callable[[str], None]
) -> _Tests:
    """Each phrase alone and beside length; a finding alone, and flagged by the larger p-value."""
    preferred, rejected, both = _counts(phrases)
    is_enough = preferred + rejected - 2 * both >= MIN_PAIRS
    tested = np.flatnonzero(~phrases.is_absorbed & is_enough)
    step(f"Testing {tested.size:,} phrases")
    wins, losses = (preferred - both)[tested], (rejected - both)[tested]
    worth = 1 / _design_effects(phrases, tested, cluster)
    p, low, high = sign_tests(wins * worth, losses * worth)
    beside = p_beside_length(phrases, tested, up=wins > losses, length=length, worth=worth)
    larger = np.maximum(p, beside)
    q_alone, q = benjamini_hochberg(p), benjamini_hochberg(larger)
    value = np.log((wins + 0.5) / (losses + 0.5))
    is_notable = np.abs(value) >= log(MIN_ODDS)
    return _Tests(
        phrase=tested,
        both=both[tested],
        wins=wins,
        losses=losses,
        value=value,
        low=low,
        high=high,
        p=p,
        larger_p=larger,
        q_alone=q_alone,
        q=q,
        is_finding=is_notable & (q_alone <= MAX_FALSE),
        is_flagged=is_notable & (q <= MAX_FALSE),
    )


def _effect(phrases: Phrases, tests: _Tests, place: int, adjusted: Estimate) -> PhraseEffect:
    wins, losses, both = (int(each[place]) for each in (tests.wins, tests.losses, tests.both))
    value, low, high = (float(each[place]) for each in (tests.value, tests.low, tests.high))
    is_flagged = bool(tests.is_flagged[place])
    return PhraseEffect(
        phrase=phrases.name(int(tests.phrase[place])),
        in_preferred=wins + both,
        in_rejected=losses + both,
        only_preferred=wins,
        only_rejected=losses,
        # Ends that hold the value, which half a pair may move beyond a short interval.
        log_odds=Estimate(value, min(low, value), max(high, value), wins + losses),
        q=float(tests.q[place]),
        q_alone=float(tests.q_alone[place]),
        adjusted=adjusted,
        is_flagged=is_flagged,
        by_length=bool(tests.is_finding[place]) and not is_flagged,
    )


def _counts(phrases: Phrases) -> tuple[NDArray[np.int64], ...]:
    """Preferred and rejected responses with each phrase, and pairs with it in both."""
    if not len(phrases):
        return NOTHING, NOTHING, NOTHING
    rejected, both = np.concatenate(
        [
            [
                np.add.reduceat(values, part.starts[:-1], dtype=np.int64)
                for values in (part.text & 1, is_second_of_pair(part))
            ]
            for part in phrases.parts(np.arange(len(phrases)))
        ],
        axis=1,
    )
    return phrases.n_texts - rejected, rejected, both


def _design_effects(
    phrases: Phrases, tested: NDArray[np.int64], cluster: NDArray[np.int64]
) -> Floats:
    """How much more the sums over prompts vary than single pairs would; at least 1."""
    known, group = np.unique(cluster, return_inverse=True)
    if known.size == cluster.size or not tested.size:
        return np.ones(tested.size)
    return np.concatenate(
        [_design_effects_of(part, group, known.size) for part in phrases.parts(tested)]
    )


def _design_effects_of(part: Phrases, group: NDArray[np.int64], n_groups: int) -> Floats:
    alone = is_alone(part)
    sign = ((1 - 2 * (part.text & 1)) * alone).astype(np.float64)
    n_pairs = np.add.reduceat(alone, part.starts[:-1], dtype=np.int64)
    shape = (len(part), n_groups)
    sums = sparse.csr_array((sign, group[part.text >> 1], part.starts), shape=shape)
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


def _adjusted(texts: NDArray[np.int32], length: ByLength, cluster: NDArray[np.int64]) -> Estimate:
    sign = _signs(texts, cluster.size).astype(np.float64)
    features = np.column_stack([sign, length.features])[length.tells]
    return paired_logit(features, cluster[length.tells]).effects[0]
