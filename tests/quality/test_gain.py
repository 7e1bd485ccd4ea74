"""What further judgments buy, against hand arithmetic and against spending them for real."""

import numpy as np
import pytest

from quality.metrics.gain import best_to_ask, gain_curve
from quality.metrics.leads import leads_of

ACCURACY = 0.75


def drawn_votes(rng, *, n, n_votes, n_values):
    true = rng.integers(0, n_values, n)
    shares = np.full((n, n_values), (1 - ACCURACY) / (n_values - 1))
    shares[np.arange(n), true] = ACCURACY
    return true, np.array([rng.multinomial(n_votes, row) for row in shares])


def state_of(leads, *votes):
    return int(leads.states_of(np.array([votes]))[0])


def mass_of(leads, votes):
    return np.bincount(leads.states_of(votes), minlength=leads.right.size)[None]


def test_the_gain_of_a_vote_by_hand():
    # Two directions, accuracy 3/4. Nobody judged: 1/2 becomes 3/4 with one vote. One vote ahead,
    # one more adds nothing; two more decide it at odds 9:1, 10 times of 16, or leave it
    # where it was: right in 10/16 x 9/10 + 6/16 x 3/4 = 27/32, for each vote 3/64 more.
    leads = leads_of(ACCURACY, n_values=2)

    assert leads.right[:3] == pytest.approx([1 / 2, 3 / 4, 9 / 10])
    assert leads.gain[:2] == pytest.approx([1 / 4, 3 / 64])
    assert leads.ahead[:2].tolist() == [1, 2]


def test_only_leads_matter_and_names_do_not():
    leads = leads_of(ACCURACY, n_values=3)

    assert state_of(leads, 5, 4, 4) == state_of(leads, 1, 0, 0) == state_of(leads, 0, 0, 1)
    assert state_of(leads, 2, 2, 0) != state_of(leads, 2, 1, 0)


@pytest.mark.parametrize("n_values", [2, 3])
def test_chances_are_probabilities_and_more_votes_never_hurt(n_values):
    leads = leads_of(0.8, n_values=n_values)
    expected = (leads.chance * leads.right[leads.after]).sum(axis=1)

    assert leads.chance.sum(axis=1) == pytest.approx(1)
    inside = leads.votes[:, 0] < leads.votes.max()
    assert (expected - leads.right)[inside].min() > -1e-9


def test_a_long_lead_has_nothing_to_gain():
    leads = leads_of(0.9, n_values=2)

    assert leads.gain[15] == 0
    assert leads.ahead[15] == 0


@pytest.mark.parametrize("n_values", [2, 3])
def test_the_curve_keeps_its_promise_when_the_judgments_are_made(n_values):
    rng = np.random.default_rng(0)
    leads = leads_of(ACCURACY, n_values=n_values)
    budget, promised, reached = 400, [], []
    for _ in range(12):
        true, votes = drawn_votes(rng, n=500, n_votes=2, n_values=n_values)
        promised.append(gain_curve([leads], mass_of(leads, votes), np.array([budget])).best_first)
        for _ in range(budget):
            unit = int(np.argmax(leads.gain[leads.states_of(votes)]))
            wrong = [each for each in range(n_values) if each != true[unit]]
            vote = true[unit] if rng.random() < ACCURACY else rng.choice(wrong)
            votes[unit, vote] += 1
        state = leads.states_of(votes)
        # Level comparisons are decided by a coin.
        best = votes == votes.max(axis=1, keepdims=True)
        reached.append((best[np.arange(500), true] / best.sum(axis=1)).sum())
        assert state.size == 500

    standard_error = np.std(reached) / np.sqrt(len(reached))
    assert np.mean(promised) == pytest.approx(np.mean(reached), abs=4 * standard_error)


def test_spreading_evenly_follows_the_votes_one_round_after_another():
    leads = leads_of(ACCURACY, n_values=2)
    mass = mass_of(leads, np.zeros((100, 2), dtype=np.int64))

    curve = gain_curve([leads], mass, np.array([0, 50, 100, 200, 300]))

    # Right: 1/2, then 3/4 with one or two votes; with three 3/4^3 + 3 x 3/4^2 x 1/4 = 27/32.
    assert curve.evenly[0] == pytest.approx([50, 62.5, 75, 75, 84.375])


def test_best_first_is_never_behind_even_spreading():
    rng = np.random.default_rng(1)
    leads = leads_of(ACCURACY, n_values=3)
    _, votes = drawn_votes(rng, n=400, n_votes=3, n_values=3)

    curve = gain_curve([leads], mass_of(leads, votes), np.array([0, 50, 200, 400, 1_000]))

    assert (curve.best_first >= curve.evenly - 1).all()
    assert (np.diff(curve.best_first[0]) >= -1e-6).all()


def test_the_best_to_ask_are_level_and_have_few_votes():
    leads = leads_of(ACCURACY, n_values=2)
    votes = np.array([[0, 0], [2, 2], [1, 1], [3, 0], [9, 0], [2, 1]])

    chosen = best_to_ask(leads, leads.states_of(votes), votes.sum(axis=1), most=4)

    # Nobody judged the first, and nothing is to be gained by asking about 9 : 0.
    assert chosen.tolist() == [2, 1, 5, 3]


def test_the_list_is_cut_without_losing_the_best():
    rng = np.random.default_rng(2)
    leads = leads_of(ACCURACY, n_values=3)
    votes = rng.integers(0, 4, (500, 3))
    state, n_votes = leads.states_of(votes), votes.sum(axis=1)

    short, long = (best_to_ask(leads, state, n_votes, most=most) for most in (20, 500))

    assert short.tolist() == long[:20].tolist()


def test_budgets_that_fall_are_refused():
    leads = leads_of(ACCURACY, n_values=2)

    with pytest.raises(ValueError, match="do not fall"):
        gain_curve([leads], np.ones((1, leads.right.size)), np.array([5, 1]))
