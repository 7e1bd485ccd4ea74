"""Every model with hidden true values climbs, stops at the top, and says whether it did."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.metrics.dawid_skene import dawid_skene, fitted
from quality.metrics.mace import mace
from quality.metrics.one_coin import one_coin
from tests.quality.votes import Sample, random_sample, simulated

MODELS = {
    "dawid_skene": lambda sample, **options: fitted(sample.votes, **options),
    "smoothed": lambda sample, **options: fitted(sample.votes, smoothing=2.0, **options),
    "one_coin": lambda sample, **options: one_coin(sample.votes, **options),
    "mace": lambda sample, **options: mace(
        sample.votes, rng=np.random.default_rng(0), n_restarts=1, **options
    ),
}


@st.composite
def sparse_votes(draw):
    """Any votes at all: repeats, empty units, values that nobody gave."""
    n_units, n_coders = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    n_values = draw(st.integers(2, 4))
    vote = st.tuples(
        st.integers(0, n_units - 1), st.integers(0, n_coders - 1), st.integers(0, n_values - 1)
    )
    votes = np.array(draw(st.lists(vote, min_size=1, max_size=40)))
    return Sample(*votes.T, n_units, n_coders, n_values)


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(sample=sparse_votes())
def test_the_objective_never_falls(name, sample):
    found = MODELS[name](sample)

    assert all(after >= before for before, after in pairwise(found.history))
    assert found.history[-1] == found.objective
    assert np.isfinite(found.posteriors).all()
    np.testing.assert_allclose(found.posteriors.sum(axis=1), 1, atol=1e-9)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("seed", range(4))
def test_default_settings_end_where_a_100_times_longer_run_does(name, seed):
    assert_nothing_is_left(name, seed, informative=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("seed", range(4, 64))
def test_default_settings_end_there_on_votes_that_say_little(name, seed):
    assert_nothing_is_left(name, seed, informative=False)


def assert_nothing_is_left(name, seed, *, informative):
    sample = random_sample(seed, informative=informative)
    n_voted = np.unique(sample.unit).size

    found = MODELS[name](sample)
    longer = MODELS[name](sample, tolerance=0.0, max_iter=100 * found.n_iter)

    assert found.converged
    assert longer.objective / n_voted == pytest.approx(found.objective / n_voted, abs=1e-6)
    assert longer.log_likelihood / n_voted == pytest.approx(
        found.log_likelihood / n_voted, abs=1e-6 if name == "dawid_skene" else 1e-3
    )


def test_a_run_that_is_cut_short_says_so():
    found = random_sample(1, informative=True).fit(dawid_skene, max_iter=5)

    assert not found.converged
    assert found.n_iter <= 5


def test_balanced_votes_do_not_hold_the_search_on_a_saddle():
    # Two units, each with every value once: the vote shares say that nothing differs.
    unit, coder = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    sample = Sample(unit, coder, np.array([0, 1, 1, 0]), 2, 2, 2)

    found = sample.fit(dawid_skene)

    # Each unit a class of its own, each coder always right or always wrong: probability 1/2 each.
    assert found.log_likelihood == pytest.approx(2 * np.log(0.5))


def test_units_with_equal_votes_are_worked_out_once_with_the_same_result():
    rates = np.where(np.eye(2, dtype=bool), 0.8, 0.2) * np.ones((3, 1, 1))
    shared = simulated(rates, np.array([0.4, 0.6]), n_units=2_000, per_unit=3)
    # Coders who never vote leave too many possible sets of votes to share.
    alone = Sample(shared.unit, shared.coder, shared.value, 2_000, 9, 2)

    first, second = shared.fit(dawid_skene), alone.fit(dawid_skene)

    assert first.log_likelihood == pytest.approx(second.log_likelihood, rel=1e-9)
    np.testing.assert_allclose(first.posteriors, second.posteriors, atol=1e-5)
