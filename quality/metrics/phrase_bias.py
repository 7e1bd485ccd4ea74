"""Words and phrases that preferred responses contain more often than rejected ones, or less."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.beside_length import length_of, p_beside_length
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
# Phrases that are listed; all are tested, and all that are found are looked at beside length.
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
        is_flagged: q of at most MAX_FALSE, odds of at least MIN_ODDS either way, and more than
            length explains, at the same false-discovery rate.
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
    """All phrases that were tested, the most telling ones listed.

    Attributes:
        effects: At most MAX_LISTED: those flagged, those that length explains, others; each by
            p-value.
        n_pairs: Pairs of a preferred and a rejected response.
        n_found: Phrases that enough responses contain.
        n_tested: Of these, with enough pairs and not absorbed by a longer phrase.
        n_flagged: Of these, flagged, listed or not.
    """

    effects: list[PhraseEffect]
    n_pairs: int
    n_found: int
    n_tested: int
    n_flagged: int


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

    What is found is tested again against length, at the same rate among all with q of at most
    MAX_FALSE. An interval per phrase would not do: where length explains thousands of them, one
    in forty would seem to be left beside it.
    """
    tests = _tests(phrases, longer, cluster, step)
    # What was flagged first, then what length explains, and so on by p-value.
    keys = (-(tests.wins + tests.losses), tests.p, ~tests.is_finding, ~tests.is_flagged)
    effects: list[PhraseEffect] = []
    for place in np.lexsort(keys)[:MAX_LISTED].tolist():
        if len(effects) % 20 == 0:
            step("Looking at phrases beside length")
        adjusted = NOT_LOOKED_AT
        if tests.is_finding[place]:
            texts = phrases.texts_of(tests.phrase[place])
            adjusted = _adjusted(texts, longer, cluster)
        effects.append(_effect(phrases, tests, place, adjusted))
    n_flagged = int(np.count_nonzero(tests.is_flagged))
    return PhraseBias(effects, int(longer.size), len(phrases), tests.phrase.size, n_flagged)


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
    q: Floats
    is_finding: NDArray[np.bool_]
    is_flagged: NDArray[np.bool_]


def _tests(
    phrases: Phrases, longer: Floats, cluster: NDArray[np.int64], step: Callable[[str], None]
) -> _Tests:
    preferred, rejected, both = _counts(phrases)
    is_enough = preferred + rejected - 2 * both >= MIN_PAIRS
    tested = np.flatnonzero(~phrases.is_absorbed & is_enough)
    step(f"Testing {tested.size:,} phrases")
    wins, losses = (preferred - both)[tested], (rejected - both)[tested]
    worth = 1 / _design_effects(phrases, tested, cluster)
    p, low, high = sign_tests(wins * worth, losses * worth)
    q = benjamini_hochberg(p)
    value = np.log((wins + 0.5) / (losses + 0.5))
    is_sure = q <= MAX_FALSE
    is_finding = is_sure & (np.abs(value) >= log(MIN_ODDS))
    beside = p_beside_length(phrases, tested, wins, losses, longer=longer, worth=worth)
    is_left = np.zeros(q.size, dtype=bool)
    is_left[is_sure] = benjamini_hochberg(beside[is_sure]) <= MAX_FALSE
    is_flagged = is_finding & is_left
    return _Tests(
        tested, both[tested], wins, losses, value, low, high, p, q, is_finding, is_flagged
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
        adjusted=adjusted,
        is_flagged=is_flagged,
        by_length=bool(tests.is_finding[place]) and not is_flagged,
    )


def _counts(phrases: Phrases) -> tuple[NDArray[np.int64], ...]:
    """Preferred and rejected responses with each phrase, and pairs with it in both."""
    if not len(phrases):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing
    starts = phrases.starts[:-1]
    rejected = np.add.reduceat(phrases.text & 1, starts, dtype=np.int64)
    both = np.add.reduceat(is_second_of_pair(phrases), starts, dtype=np.int64)
    return phrases.n_texts - rejected, rejected, both


def _design_effects(
    phrases: Phrases, tested: NDArray[np.int64], cluster: NDArray[np.int64]
) -> Floats:
    """How much more the sums over prompts vary than single pairs would; at least 1."""
    known, group = np.unique(cluster, return_inverse=True)
    if known.size == cluster.size or not tested.size:
        return np.ones(tested.size)
    sign = ((1 - 2 * (phrases.text & 1)) * is_alone(phrases)).astype(np.float32)
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


def _adjusted(texts: NDArray[np.int32], longer: Floats, cluster: NDArray[np.int64]) -> Estimate:
    sign = _signs(texts, longer.size).astype(np.float64)
    return paired_logit(np.column_stack([sign, length_of(longer)]), cluster).effects[0]
