import numpy as np
import pytest

from training_bridge.reward_model.evaluation import accuracy, longer_accuracy, measure
from training_bridge.reward_model.pairs import Pair


def pair(chosen: str, rejected: str, group: str = "g") -> Pair:
    return Pair("prompt", chosen, rejected, group)


def test_the_longer_response_by_hand_counts_equal_lengths_as_half():
    pairs = [pair("four", "one"), pair("a", "bbb"), pair("same", "long"), pair("äöü", "ab")]

    longer = longer_accuracy(pairs, seed=0, none_because="")

    # Right, wrong, a tie, right: characters are counted, not bytes.
    assert longer.value == (1 + 0 + 0.5 + 1) / 4
    assert longer.n == 4


def test_accuracy_and_log_loss_by_hand():
    pairs = [pair("a", "b", str(number)) for number in range(4)]
    differences = np.array([np.log(3), -np.log(3), 0.0, np.log(3)])

    metrics = measure(pairs, differences, seed=0, none_because="")

    assert metrics.pairwise_accuracy.value == (1 + 0 + 0.5 + 1) / 4
    # P(chosen) = 3/4, 1/4, 1/2, 3/4.
    expected = -np.mean(np.log([3 / 4, 1 / 4, 1 / 2, 3 / 4]))
    assert metrics.log_loss == pytest.approx(expected)
    assert metrics.n_ties == 1


def test_the_interval_draws_whole_groups():
    # Ten groups of 50 equal hits: drawn pair by pair the interval would be far narrower.
    hits = np.repeat([1.0, 0.0] * 5, 50)
    groups = np.repeat([f"g{number}" for number in range(10)], 50).tolist()
    singles = [str(number) for number in range(500)]

    grouped = accuracy(hits, groups, seed=0, none_because="")
    single = accuracy(hits, singles, seed=0, none_because="")

    assert grouped.value == single.value == 0.5
    # Binomial(10, 1/2) / 10 has its 2.5 % and 97.5 % points at 0.2 and 0.8.
    assert (grouped.low, grouped.high) == pytest.approx((0.2, 0.8))
    assert single.high - single.low < 0.1


def test_fewer_than_five_groups_have_no_interval_but_a_reason():
    found = accuracy(np.array([1.0, 0.0, 1.0]), ["a", "b", "b"], seed=0, none_because="")

    assert (found.value, found.low, found.high) == (pytest.approx(2 / 3), None, None)
    assert "at least 5 groups" in found.undefined_because


def test_no_pairs_are_undefined_with_their_reason():
    metrics = measure([], np.zeros(0), seed=0, none_because="nobody was asked")

    assert metrics.pairwise_accuracy.value is None
    assert metrics.pairwise_accuracy.undefined_because == "nobody was asked"
    assert metrics.log_loss is None


def test_rewards_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="not finite"):
        measure([pair("a", "b")], np.array([np.nan]), seed=0, none_because="")
    with pytest.raises(ValueError, match="shape"):
        measure([pair("a", "b")], np.zeros(2), seed=0, none_because="")
