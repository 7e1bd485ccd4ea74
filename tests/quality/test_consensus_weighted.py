"""Votes weighed by agreement with the others."""

import numpy as np
import pytest

from quality.metrics.posteriors import accuracy_from
from quality.metrics.reliability import Reliability
from quality.metrics.weighted import NO_WEIGHTS, weighted_majority
from tests.quality.votes import random_sample, simulated


def reliability(sample):
    return Reliability(sample.unit, sample.coder, sample.value, *sample.sizes.values())


@pytest.mark.parametrize("seed", range(200))
def test_weights_are_those_of_a_count_pair_by_pair(seed):
    sample = random_sample(seed)
    k = sample.n_values

    found = weighted_majority(reliability(sample))

    votes = list(zip(sample.unit, sample.coder, sample.value, strict=True))
    by_unit = {u: [(c, v) for w, c, v in votes if w == u] for u in set(sample.unit.tolist())}
    shares, of_coder, agreeing = [], {c: [] for c in range(sample.n_coders)}, []
    for given in by_unit.values():
        if len(given) < 2:
            continue
        alike = [[v == w for d, w in given if d != c] for c, v in given]
        agreeing.append(np.mean(alike))
        for (coder, _), others in zip(given, alike, strict=True):
            shares.append(np.mean(others))
            of_coder[coder].append(np.mean(others))
    if not shares:
        assert found.undefined_because == NO_WEIGHTS
        return
    a = accuracy_from(
        mean_agreement=np.mean(agreeing), n_comparisons=len(agreeing), n_values=k
    ).value
    wrong = (1 - a) / (k - 1)
    for coder, own in of_coder.items():
        shrunk = (sum(own) + 20 * np.mean(shares)) / (len(own) + 20)
        accuracy = min(max((shrunk - wrong) / (a - wrong), 1 / k), 0.95)
        assert found.accuracy[coder] == pytest.approx(accuracy)
        assert found.weights[coder] == pytest.approx(np.log(accuracy * (k - 1) / (1 - accuracy)))
    for unit, given in by_unit.items():
        logs = np.zeros(k)
        for coder, value in given:
            logs[value] += found.weights[coder]
        odds = np.exp(logs)
        np.testing.assert_allclose(found.posteriors[unit], odds / odds.sum())


def test_two_who_know_outvote_three_who_guess():
    accuracy = np.array([0.95, 0.95, 0.34, 0.34, 0.34, 0.8, 0.8, 0.8])[:, None, None]
    rates = np.where(np.eye(3, dtype=bool), accuracy, (1 - accuracy) / 2)
    sample = simulated(rates, np.full(3, 1 / 3), n_units=2_000, per_unit=5)

    found = weighted_majority(reliability(sample))

    def accuracy_of(value):
        return (value == sample.truth).mean()

    assert found.weights[:2].min() > found.weights[2:5].max() + 1
    assert accuracy_of(found.posteriors.argmax(axis=1)) > 0.02 + accuracy_of(
        reliability(sample).counts().argmax(axis=1)
    )


def test_nobodys_own_vote_speaks_for_them():
    # Alone on every unit: whatever they say, there is nothing to agree with.
    alone = Reliability(np.arange(50), np.zeros(50, int), np.arange(50) % 2, 50, 1, 2)

    found = weighted_majority(alone)

    assert found.undefined_because == NO_WEIGHTS
    assert found.n_shared.tolist() == [0]


def test_a_unit_without_votes_knows_nothing():
    data = Reliability(np.array([0, 0]), np.array([0, 1]), np.array([1, 1]), 2, 2, 2)

    assert weighted_majority(data).posteriors[1].tolist() == [0.5, 0.5]
