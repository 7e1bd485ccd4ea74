"""Contested comparisons and prompts, told apart from noise and from few votes."""

import numpy as np
import pytest
from scipy.stats import binom

from quality.metrics import ambiguity as module
from quality.metrics.ambiguity import contested

ACCURACY = 0.8


def voted(rng, *, n, n_votes, n_values=2, accuracy=ACCURACY):
    """Votes on comparisons that have a true direction, and the same noise each."""
    shares = np.full(n_values, (1 - accuracy) / (n_values - 1))
    votes = np.empty((n, n_values), dtype=np.int64)
    for unit, true in enumerate(rng.integers(0, n_values, n)):
        own = shares.copy()
        own[true] = accuracy
        votes[unit] = rng.multinomial(n_votes, own)
    return votes


def measured(votes, group=None, accuracy=ACCURACY):
    group = np.arange(len(votes)) if group is None else group
    return contested(votes, group, n_groups=int(group.max()) + 1, accuracy=accuracy)


def test_the_p_value_of_one_comparison_by_hand():
    # Of five votes two differ from three: 6 of 10 pairs. As many or more only at a split of
    # 3 : 2 or 2 : 3, which noise of 0.2 gives with 10 (0.2^2 0.8^3 + 0.2^3 0.8^2) = 0.256.
    found = measured(np.array([[3, 2]]))

    assert found.n_differing.tolist() == [6]
    assert found.p_value == pytest.approx([binom.pmf(2, 5, 0.2) + binom.pmf(3, 5, 0.2)])
    assert found.expected[0] == pytest.approx(10 * (1 - 0.8**2 - 0.2**2))


def test_two_even_votes_prove_nothing_and_forty_do():
    found = measured(np.array([[1, 1], [20, 20], [35, 5]]))

    assert found.is_contested.tolist() == [False, True, False]
    assert found.can_tell.tolist() == [False, True, True]


def test_a_prompt_is_contested_by_all_its_comparisons_together():
    # Five comparisons of 3 : 2 each prove nothing; thirty of one prompt do.
    votes = np.array([[3, 2]] * 30 + [[5, 0]] * 30)
    alone, together = measured(votes), measured(votes, np.repeat([0, 1], 30))

    assert not alone.is_contested.any()
    assert together.is_contested.tolist() == [True, False]


def test_units_with_one_vote_and_empty_groups_say_nothing():
    found = contested(np.array([[1, 0], [0, 0]]), np.array([0, 2]), n_groups=3, accuracy=0.8)

    assert found.n_units.tolist() == [0, 0, 0]
    assert found.p_value.tolist() == [1, 1, 1]
    assert not found.is_contested.any()
    assert not found.can_tell.any()


def test_the_names_of_the_directions_do_not_matter():
    votes = voted(np.random.default_rng(0), n=50, n_votes=7, n_values=3)

    assert measured(votes).p_value == pytest.approx(measured(votes[:, [2, 0, 1]]).p_value)


def test_the_normal_tail_continues_the_exact_one(monkeypatch):
    votes = voted(np.random.default_rng(1), n=300, n_votes=7)
    group = np.zeros(300, dtype=np.int64)
    exact = measured(votes, group).p_value[0]
    monkeypatch.setattr(module, "MAX_EXACT", 1)

    assert measured(votes, group).p_value[0] == pytest.approx(exact, abs=0.02)


def test_noise_alone_is_hardly_ever_called_contested():
    rng = np.random.default_rng(2)
    false_alarms = [
        measured(voted(rng, n=400, n_votes=7), np.repeat(np.arange(100), 4)).is_contested.any()
        for _ in range(100)
    ]

    assert np.mean(false_alarms) <= 0.05 + 2 * (0.05 * 0.95 / 100) ** 0.5


def test_planted_coin_tosses_are_found_at_the_promised_rate():
    rng = np.random.default_rng(3)
    prompt = np.repeat(np.arange(60), 6)
    found, false = [], []
    for _ in range(50):
        votes = voted(rng, n=360, n_votes=11)
        votes[prompt < 12] = rng.multinomial(11, [0.5, 0.5], size=72)
        called = measured(votes, prompt).is_contested
        found.append(called[:12].mean())
        false.append(called[12:].sum() / max(called.sum(), 1))

    assert np.mean(found) > 0.9
    assert np.mean(false) <= 0.05


def test_an_accuracy_below_chance_is_refused():
    with pytest.raises(ValueError, match="from 1/2"):
        measured(np.array([[1, 1]]), accuracy=0.4)
