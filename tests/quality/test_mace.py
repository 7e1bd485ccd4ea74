"""Who tries and who answers by habit, estimated together with the true values."""

import numpy as np
import pytest

from quality.metrics.mace import mace
from tests.quality.votes import Sample, joint_by_hand, random_sample, simulated


def fitted(sample, seed=0, **options):
    return mace(sample.votes, rng=np.random.default_rng(seed), **options)


def rates_of(competence, habits):
    n_values = habits.shape[1]
    return (
        np.asarray(competence)[:, None, None] * np.eye(n_values)
        + (1 - np.asarray(competence))[:, None, None] * habits[:, None, :]
    )


def test_competence_and_habits_are_recovered():
    competence = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.0, 0.05])
    habits = np.full((7, 3), 1 / 3)
    # The last two do not try: one always says a tie, one nearly always A.
    habits[5], habits[6] = [0.03, 0.94, 0.03], [0.9, 0.05, 0.05]
    sample = simulated(rates_of(competence, habits), np.full(3, 1 / 3), n_units=4_000, per_unit=5)

    found = fitted(sample)

    assert found.converged
    np.testing.assert_allclose(found.competence, competence, atol=0.05)
    np.testing.assert_allclose(found.habits[5:], habits[5:], atol=0.05)
    assert (found.posteriors.argmax(axis=1) == sample.truth).mean() > 0.9


def test_the_likelihood_is_that_of_a_vote_by_vote_product():
    sample = random_sample(4, informative=True)

    found = fitted(sample)

    uniform = np.full(sample.n_values, 1 / sample.n_values)
    joint = joint_by_hand(sample, uniform, rates_of(found.competence, found.habits))
    assert found.log_likelihood == pytest.approx(np.log(joint.sum(axis=1)).sum(), rel=1e-9)


@pytest.mark.parametrize("block", range(4))
def test_a_plain_step_improves_nothing_on_200_random_inputs(block):
    for seed in range(50 * block, 50 * (block + 1)):
        sample = random_sample(seed, informative=seed % 8 > 0)
        found = fitted(sample, n_restarts=1)

        competence, habits = plain_step(sample, found.competence, found.habits)

        before = objective(sample, found.competence, found.habits)
        after = objective(sample, competence, habits)
        n_voted = np.unique(sample.unit).size
        assert found.objective == pytest.approx(before, rel=1e-9), seed
        assert -1e-9 <= (after - before) / n_voted < 1e-7, seed


def plain_step(sample, competence, habits, smoothing=0.01):
    """One step of EM on dense counts, smoothed as in the article."""
    table = dense(sample)
    joint = joints(table, competence, habits)
    posterior = joint / joint.sum(axis=1, keepdims=True)
    added = smoothing / sample.n_values
    by_habit = (1 - competence)[:, None] * habits
    right = np.einsum("ucv,uv->cv", table, posterior)
    known = right * competence[:, None] / (competence[:, None] + by_habit)
    habitual = table.sum(axis=0) - known
    tries = known.sum(axis=1) + added
    habits = habitual + added
    return tries / (tries + habitual.sum(axis=1) + added), habits / habits.sum(axis=1)[:, None]


def objective(sample, competence, habits, smoothing=0.01):
    joint = joints(dense(sample), competence, habits)
    prior = np.log(competence).sum() + np.log1p(-competence).sum() + np.log(habits).sum()
    return np.log(joint.sum(axis=1)).sum() + smoothing / sample.n_values * prior


def dense(sample):
    """How often each coder gave each value to each unit that has a vote."""
    table = np.zeros((sample.n_units, sample.n_coders, sample.n_values))
    np.add.at(table, (sample.unit, sample.coder, sample.value), 1)
    return table[table.any(axis=(1, 2))]


def joints(table, competence, habits):
    logs = np.log(rates_of(competence, habits))
    return np.exp(np.einsum("ucg,ctg->ut", table, logs)) / table.shape[2]


def test_the_order_of_the_rows_changes_nothing():
    sample = random_sample(7, informative=True)
    order = np.random.default_rng(1).permutation(sample.unit.size)
    shuffled = Sample(
        sample.unit[order], sample.coder[order], sample.value[order], *sample.sizes.values()
    )

    found, again = fitted(sample), fitted(shuffled)

    np.testing.assert_allclose(again.posteriors, found.posteriors, atol=1e-6)
    np.testing.assert_allclose(again.habits, found.habits, atol=1e-5)


def test_starts_differ_and_the_best_one_is_kept():
    sample = random_sample(11)

    found = fitted(sample, n_restarts=8)

    assert found.objective == max(found.objectives)
    assert len(set(found.objectives)) > 1


def test_more_starts_never_end_lower():
    sample = random_sample(11)

    assert fitted(sample, n_restarts=6).objective >= fitted(sample, n_restarts=1).objective


@pytest.mark.parametrize("options", [{"n_restarts": 0}, {"smoothing": 0}])
def test_options_without_meaning_are_refused(options):
    with pytest.raises(ValueError, match="expected votes"):
        fitted(random_sample(1), **options)


def test_without_votes_it_is_refused():
    nothing = np.array([], dtype=np.int64)

    with pytest.raises(ValueError, match="0 votes"):
        fitted(Sample(nothing, nothing, nothing, 2, 2, 2))
