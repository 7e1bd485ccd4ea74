"""Words and phrases beside length: what is flagged is more than the longer response has anyway."""

import numpy as np
import pytest

from quality.metrics import phrases
from quality.metrics.phrase_bias import MAX_FALSE, MAX_LISTED
from tests.quality.bias_cases import random_pairs
from tests.quality.phrase_cases import PLANTED, audited, effect_of, false_rate, led_by_length


def test_words_that_only_come_with_length_are_not_flagged():
    rng = np.random.default_rng(5)
    pairs = []
    for one, other in random_pairs(rng, 800):
        short, long = sorted((one, other), key=len)
        chosen, left = (long, short) if rng.random() < 0.85 else (short, long)
        pairs.append((" ".join(chosen), " ".join(left)))

    result = audited(pairs)

    assert sum(effect.by_length for effect in result.effects) >= 3
    assert result.n_flagged <= 1


def test_a_phrase_behind_hundreds_that_length_explains_is_flagged_and_listed_first():
    pairs = led_by_length(np.random.default_rng(6), 8_000, 0.9, planted=(0.011, 0.002))

    # Rare phrases of several words are left out: 301 are tested.
    result = audited(pairs, min_texts=100)

    surer = [
        effect for effect in result.effects if effect.q_alone < effect_of(result, PLANTED).q_alone
    ]
    assert len(surer) == MAX_LISTED - 1
    assert [effect.phrase for effect in result.effects if effect.is_flagged] == [PLANTED]
    assert result.effects[0].phrase == PLANTED
    assert result.n_flagged == 1


def test_the_number_flagged_counts_those_beyond_the_list():
    rng = np.random.default_rng(7)
    pairs = [
        tuple(" ".join(f"{side}{word}" for word in rng.integers(0, 150, size=20)) for side in "pr")
        for _ in range(600)
    ]

    result = audited(pairs)

    assert (result.n_flagged, len(result.effects)) == (300, MAX_LISTED)
    assert all(effect.is_flagged for effect in result.effects)


@pytest.mark.parametrize("seed", range(3))
def test_a_phrase_that_makes_its_responses_the_longer_ones_is_still_told_from_length(seed):
    # Twenty words each before the phrase is planted: whoever has it is nearly always longer.
    # Much of what they win is then length's as well, so it takes more pairs than if it were not:
    # with 800, four standard errors beside length are too few among 300 tests.
    rng = np.random.default_rng(seed)
    pairs = []
    for _ in range(2_400):
        texts = [[f"w{word}" for word in rng.integers(0, 300, size=20)] for _ in range(2)]
        for text, share in zip(texts, (0.7, 0.3), strict=True):
            if rng.random() < share:
                text[3:3] = PLANTED.split()
        pairs.append(tuple(" ".join(text) for text in texts))

    assert effect_of(audited(pairs), PLANTED).is_flagged


@pytest.mark.parametrize("longer_wins", [0.9, 1.0])
def test_nothing_is_left_where_length_explains_every_word(longer_wins):
    result = audited(led_by_length(np.random.default_rng(8), 4_000, longer_wins))

    assert sum(effect.q_alone <= MAX_FALSE for effect in result.effects) > 190
    assert result.n_flagged == 0


@pytest.mark.slow
@pytest.mark.parametrize("n_words", [2_000, 4_000])
def test_hardly_any_set_has_a_flag_where_length_explains_a_little_of_every_word(n_words):
    # Few words stand out alone, and those are the ones that chance favours beside length as well.
    results = [
        audited(
            led_by_length(np.random.default_rng(seed), 4_000, 0.58, n_words=n_words, sizes=(10, 60))
        )
        for seed in range(100)
    ]

    n_with_any = sum(result.n_flagged > 0 for result in results)

    assert sum(result.n_by_length > 0 for result in results) >= 40
    # All flags are false here, so the rate of false ones is the share of sets with any.
    assert n_with_any <= 100 * MAX_FALSE + 2 * (100 * MAX_FALSE * (1 - MAX_FALSE)) ** 0.5


def unequal(n, longer_wins):
    """Pairs whose responses differ in length, and in nothing that occurs twice."""
    return [
        (f"p{place} xx", f"r{place}") if longer_wins else (f"p{place}", f"r{place} xx")
        for place in range(n)
    ]


@pytest.mark.parametrize("n_unequal", [0, 1, 30])
def test_pairs_whose_length_decides_say_nothing_and_the_others_do(n_unequal):
    pairs = [("hello aa", "other bb")] * 400 + unequal(n_unequal, longer_wins=True)

    result = audited(pairs)

    assert effect_of(result, "hello aa").is_flagged
    assert effect_of(result, "hello aa").adjusted.value is None
    if n_unequal >= 10:
        assert effect_of(result, "xx").by_length
        assert effect_of(result, "xx").adjusted.value is None


def test_what_pairs_of_equal_length_say_has_to_point_the_same_way():
    # Longer responses have the phrase and win; of equally long ones, those with it lose.
    pairs = [("hello aaa", "bb")] * 90 + [("other bb", "hello aa")] * 30

    effect = effect_of(audited(pairs), "hello")

    assert effect.log_odds.value > 0
    assert effect.by_length and not effect.is_flagged
    assert effect.adjusted.value is None


@pytest.mark.slow
def test_few_of_the_flagged_phrases_are_false_where_the_longer_response_wins():
    results = [
        audited(led_by_length(np.random.default_rng(seed), 2_000, 0.8, planted=(0.2, 0.05)))
        for seed in range(50)
    ]

    rates = np.array([false_rate(result) for result in results])

    assert all(effect_of(result, PLANTED).is_flagged for result in results)
    assert rates.mean() <= MAX_FALSE + 2 * rates.std(ddof=1) / 50**0.5


@pytest.mark.parametrize("at_a_time", [1, 500])
def test_phrases_measured_in_parts_are_measured_alike(at_a_time, monkeypatch):
    pairs = led_by_length(np.random.default_rng(9), 300, 0.8, planted=(0.4, 0.1), n_words=60)
    prompts = np.arange(300) // 3
    whole = audited(pairs, prompts)

    monkeypatch.setattr(phrases, "IN_A_PART", at_a_time)

    assert audited(pairs, prompts) == whole
    assert whole.n_flagged
