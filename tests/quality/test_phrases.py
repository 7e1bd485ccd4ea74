"""Words and phrases: what counts as a word, which texts hold a phrase, and what is flagged."""

import random
from math import log

import numpy as np
import pytest
from scipy.stats import beta, binomtest
from statsmodels.stats.multitest import multipletests

from quality.metrics import phrases as counting
from quality.metrics.clustered_shares import sign_tests
from quality.metrics.false_discovery import benjamini_hochberg
from quality.metrics.phrase_bias import MAX_FALSE, PhraseBias
from quality.metrics.words import MAX_LETTERS, split_words
from tests.quality.bias_cases import random_pairs
from tests.quality.phrase_cases import PLANTED, audited, effect_of, false_rate, found, words


def test_words_are_compared_without_case_marks_or_typography():
    text = "Don\u2019t STOP, it's nai\u0308ve; 'quoted' x_1 3.5"

    assert split_words(text) == ["don't", "stop", "it's", "nai\u0308ve", "quoted", "x_1", "3", "5"]


def test_scripts_without_spaces_are_read_by_character_and_others_by_word():
    assert split_words("今日は OK हिन्दी में مَرحَبًا שָׁלוֹם") == [
        "今",
        "日",
        "は",
        "ok",
        "हिन्दी",
        "में",
        "مَرحَبًا",
        "שָׁלוֹם",
    ]


def test_hostile_texts_are_read_within_their_limits():
    texts = ["x" * 1_000_000, "\0\u202e<script>alert(1)</script>\ud800", "", "a " * 100_000]

    result = found(texts)

    names = {result.name(place) for place in range(len(result))}
    assert max(len(word) for name in names for word in name.split()) <= MAX_LETTERS
    assert "script alert 1 script" in names
    assert words(texts, most=10).word.size < 20


@pytest.mark.parametrize("at_a_time", [3, 50, 4_000_000])
def test_counts_equal_those_of_a_plain_loop(at_a_time, monkeypatch):
    for bound in ("AT_A_TIME", "IN_A_PART"):
        monkeypatch.setattr(counting, bound, at_a_time)
    draw = random.Random(at_a_time)
    for _ in range(25):
        texts = [
            " ".join(draw.choice("abcdef") for _ in range(draw.randrange(12)))
            for _ in range(draw.randrange(1, 30))
        ]
        least = draw.randrange(1, 4)
        wanted: dict[str, set[int]] = {}
        for place, text in enumerate(texts):
            parts = text.split()
            for size in range(1, 5):
                for start in range(len(parts) - size + 1):
                    wanted.setdefault(" ".join(parts[start : start + size]), set()).add(place)

        result = found(texts, least)

        assert {
            result.name(at): set(result.texts_of(at).tolist()) for at in range(len(result))
        } == {name: places for name, places in wanted.items() if len(places) >= least}


def test_a_phrase_stands_for_the_words_that_occur_in_it_only():
    texts = ["well thank you kindly", "now thank you kindly", "you there"]

    result = found(texts)

    alone = {result.name(at) for at in range(len(result)) if not result.is_absorbed[at]}
    assert "thank you kindly" in alone
    assert not {"thank", "kindly", "thank you", "you kindly"} & alone
    assert "you" in alone


def test_no_texts_have_no_phrases():
    assert len(found([])) == 0
    assert audited([]).effects == []
    assert audited([("", "")] * 20).n_tested == 0


def test_the_sign_test_is_the_exact_binomial_one():
    wins, losses = np.array([10.0, 7, 5, 30, 0, 0]), np.array([0.0, 3, 5, 70, 12, 0])

    p, low, high = sign_tests(wins, losses)

    expected = [
        binomtest(int(k), int(k + n)).pvalue for k, n in zip(wins, losses, strict=True) if k + n
    ]
    assert p[:5] == pytest.approx(expected)
    assert p[5] == 1
    # Jeffreys' interval for 7 of 10 is that of Beta(7.5, 3.5).
    assert 1 / (1 + np.exp(-low[1])) == pytest.approx(beta.ppf(0.025, 7.5, 3.5))
    assert 1 / (1 + np.exp(-high[1])) == pytest.approx(beta.ppf(0.975, 7.5, 3.5))


def test_false_discovery_rates_equal_those_of_statsmodels():
    rng = np.random.default_rng(3)
    for _ in range(50):
        p = rng.random(rng.integers(1, 40)) ** 2
        assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])
    assert benjamini_hochberg(np.zeros(0)).size == 0


def test_a_phrase_is_counted_by_hand():
    # 40 pairs: only preferred 20, only rejected 4, both 6, neither 10.
    pairs = [("hello aa", "bb")] * 20 + [("aa", "hello bb")] * 4
    pairs += [("hello aa", "hello bb")] * 6 + [("aa", "bb")] * 10

    effect = effect_of(audited(pairs, min_texts=1), "hello")

    assert (effect.in_preferred, effect.in_rejected) == (26, 10)
    assert (effect.only_preferred, effect.only_rejected) == (20, 4)
    assert effect.log_odds.value == pytest.approx(log(20.5 / 4.5))
    assert effect.log_odds.n == 24
    assert effect.log_odds.low < effect.log_odds.value < effect.log_odds.high


def test_repeating_every_comparison_of_a_prompt_adds_no_certainty():
    pairs = [("hello aa", "bb aa"), ("aa hello", "aa")] * 6 + [("aa bb", "hello bb")] * 3
    once = effect_of(audited(pairs, min_texts=1), "hello")
    five = [pair for pair in pairs for _ in range(5)]

    again = effect_of(audited(five, np.repeat(np.arange(15), 5), min_texts=1), "hello")

    assert again.log_odds.n == 5 * once.log_odds.n
    width = again.log_odds.high - again.log_odds.low
    assert width == pytest.approx(once.log_odds.high - once.log_odds.low, abs=0.05)


def with_planted(seed: int, n: int = 600) -> PhraseBias:
    """Random pairs; 70 % of the preferred and 30 % of the rejected responses have the phrase."""
    rng = np.random.default_rng(seed)
    pairs = []
    for preferred, rejected in random_pairs(rng, n):
        for text, share in ((preferred, 0.7), (rejected, 0.3)):
            if rng.random() < share:
                text[3:3] = PLANTED.split()
        pairs.append((" ".join(preferred), " ".join(rejected)))
    return audited(pairs)


def test_a_planted_phrase_is_found_with_its_shares():
    result = with_planted(1)

    effect = effect_of(result, PLANTED)

    assert effect.is_flagged
    assert effect.in_preferred / result.n_pairs == pytest.approx(0.7, abs=0.05)
    assert effect.in_rejected / result.n_pairs == pytest.approx(0.3, abs=0.05)
    # Odds of 0.7 x 0.7 against 0.3 x 0.3.
    assert effect.log_odds.low < log(0.49 / 0.09) < effect.log_odds.high


@pytest.mark.slow
def test_few_of_the_flagged_phrases_are_false_over_100_seeds():
    results = [with_planted(seed) for seed in range(100)]

    rates = np.array([false_rate(result) for result in results])

    assert all(effect_of(result, PLANTED).is_flagged for result in results)
    assert rates.mean() <= MAX_FALSE + 2 * rates.std(ddof=1) / 10
