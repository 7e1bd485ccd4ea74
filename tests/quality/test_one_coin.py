"""One accuracy per coder, estimated together with the true values."""

import numpy as np
import pytest

from quality.metrics.one_coin import one_coin
from tests.quality.votes import Sample, joint_by_hand, random_sample, simulated


def coins(accuracy, n_values):
    accuracy = np.asarray(accuracy)[:, None, None]
    wrong = (1 - accuracy) / (n_values - 1)
    return np.where(np.eye(n_values, dtype=bool), accuracy, wrong)


def test_simulated_accuracies_are_recovered_spammers_and_adversaries_among_them():
    accuracy = [0.95, 0.85, 0.8, 0.75, 0.7, 0.7, 1 / 3, 0.1]
    sample = simulated(coins(accuracy, 3), np.array([0.48, 0.04, 0.48]), n_units=4_000, per_unit=5)

    found = one_coin(sample.votes)

    assert found.converged
    np.testing.assert_allclose(found.accuracy, accuracy, atol=0.04)
    np.testing.assert_allclose(found.class_marginals, [0.48, 0.04, 0.48], atol=0.02)
    # Better than always believing the best coder.
    assert (found.posteriors.argmax(axis=1) == sample.truth).mean() > 0.93


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_a_plain_implementation_finds_the_same_on_200_random_inputs(block):
    for seed in range(50 * block, 50 * (block + 1)):
        sample = random_sample(seed, informative=True)

        found = one_coin(sample.votes)

        n_voted = np.unique(sample.unit).size
        plain = plain_em(sample)
        assert found.log_likelihood / n_voted == pytest.approx(plain / n_voted, abs=1e-6), seed


def plain_em(sample, n_iter=300):
    """EM by the book on dense counts, from vote shares; the log-likelihood at the end."""
    table = np.zeros((sample.n_units, sample.n_coders, sample.n_values))
    np.add.at(table, (sample.unit, sample.coder, sample.value), 1)
    table = table[table.sum(axis=(1, 2)) > 0]
    given = np.maximum(table.sum(axis=(0, 2)), 1)
    posterior = table.sum(axis=1) / table.sum(axis=(1, 2))[:, None]
    for _ in range(n_iter):
        accuracy = np.einsum("ucv,uv->c", table, posterior) / given
        logs = np.log(np.maximum(coins(accuracy, sample.n_values), 1e-300))
        joint = posterior.mean(axis=0) * np.exp(np.einsum("ucg,ctg->ut", table, logs))
        posterior = joint / joint.sum(axis=1, keepdims=True)
    return np.log(joint.sum(axis=1)).sum()


def test_the_likelihood_is_that_of_a_vote_by_vote_product():
    sample = random_sample(4, informative=True)

    found = one_coin(sample.votes)

    joint = joint_by_hand(sample, found.class_marginals, coins(found.accuracy, sample.n_values))
    assert found.log_likelihood == pytest.approx(np.log(joint.sum(axis=1)).sum(), rel=1e-9)


def test_shuffled_rows_and_renamed_values_are_followed():
    sample = random_sample(6, informative=True)
    order = np.random.default_rng(0).permutation(sample.unit.size)
    names = np.roll(np.arange(sample.n_values), 1)

    found = one_coin(sample.votes)
    again = one_coin(
        Sample(
            sample.unit[order],
            sample.coder[order],
            names[sample.value[order]],
            *sample.sizes.values(),
        ).votes
    )

    np.testing.assert_allclose(again.posteriors[:, names], found.posteriors, atol=1e-5)
    np.testing.assert_allclose(again.accuracy, found.accuracy, atol=1e-5)


def test_smoothing_draws_a_coder_with_one_vote_towards_the_others():
    sample = random_sample(2, informative=True)
    extra = Sample(
        np.append(sample.unit, sample.unit[0]),
        np.append(sample.coder, sample.n_coders),
        np.append(sample.value, sample.value[0]),
        sample.n_units,
        sample.n_coders + 1,
        sample.n_values,
    )

    plain, smoothed = one_coin(extra.votes), one_coin(extra.votes, smoothing=10)

    others = smoothed.accuracy[:-1].mean()
    assert abs(smoothed.accuracy[-1] - others) < abs(plain.accuracy[-1] - others)


@pytest.mark.parametrize("options", [{"smoothing": -1}, {"smoothing": 0, "empty": True}])
def test_input_that_says_nothing_is_refused(options):
    nothing = np.array([], dtype=np.int64)
    sample = Sample(nothing, nothing, nothing, 2, 2, 2) if options.pop("empty", 0) else None
    votes = (sample or random_sample(1)).votes

    with pytest.raises(ValueError, match="expected votes"):
        one_coin(votes, **options)
