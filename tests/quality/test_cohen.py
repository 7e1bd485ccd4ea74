"""Cohen's kappa of every two coders at once."""

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from quality.metrics.cohen import BOTH_THE_SAME, kappa_estimates, pairwise_kappa
from quality.metrics.reliability import MISSING, Reliability


def of_table(table):
    """Two coders whose values make this contingency table."""
    first, second = (np.repeat(codes.ravel(), table.ravel()) for codes in np.indices(table.shape))
    unit = np.arange(first.size)
    return Reliability(
        np.concatenate([unit, unit]),
        np.repeat([0, 1], first.size),
        np.concatenate([first, second]),
        first.size,
        2,
        len(table),
    )


def sparse_data(rng, n_coders=5, n_units=30, n_values=3):
    coder, unit = np.nonzero(rng.random((n_coders, n_units)) < 0.6)
    value = rng.integers(0, n_values, size=unit.size)
    return Reliability(unit, coder, value, n_units, n_coders, n_values)


def estimates_of(data, n_draws=200):
    rng = np.random.default_rng(0)
    found = kappa_estimates(data, np.arange(data.n_units), rng=rng, n_draws=n_draws)
    return {(first, second): estimate for first, second, estimate in found}


def shared_table(data, first, second):
    table = np.zeros((data.n_values, data.n_values), dtype=np.int64)
    for unit in range(data.n_units):
        given = [
            data.value[(data.unit == unit) & (data.coder == coder)] for coder in (first, second)
        ]
        if all(values.size for values in given):
            table[given[0][0], given[1][0]] += 1
    return table


def test_cohens_own_table_has_kappa_0492():
    # Cohen (1960), Educ. Psychol. Meas. 20(1), table 1: 200 patients, observed 0.70,
    # expected 0.41, kappa 0.492.
    table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])

    estimate = estimates_of(of_table(table))[0, 1]

    assert estimate.value == pytest.approx(0.492, abs=5e-4)
    assert estimate.n == 200
    # His standard error, sqrt(p (1 - p) / n) / (1 - e), is 0.055.
    assert (estimate.high - estimate.low) / (2 * 1.96) == pytest.approx(0.055, abs=0.01)


def test_gwets_abstractors_have_kappa_07964():
    # Gwet (2014), table of two abstractors, in his R package irrCAC: 0.7964094.
    table = np.array([[13, 0, 0], [0, 20, 7], [0, 4, 56]])

    assert pairwise_kappa(of_table(table)).kappa[0, 1] == pytest.approx(0.7964094, abs=1e-7)


def test_all_pairs_at_once_equal_statsmodels_on_each():
    rng = np.random.default_rng(1)
    n_compared = 0
    for _ in range(200):
        data = sparse_data(rng, n_values=int(rng.integers(2, 5)))
        found = pairwise_kappa(data)
        for first in range(5):
            for second in range(first + 1, 5):
                if found.is_defined[first, second]:
                    table = shared_table(data, first, second)
                    theirs = cohens_kappa(table, return_results=False)
                    assert found.kappa[first, second] == pytest.approx(theirs, abs=1e-12)
                    assert found.n_shared[first, second] == table.sum()
                    n_compared += 1

    assert n_compared > 1_900


def test_estimates_carry_the_values_of_the_matrix():
    data = sparse_data(np.random.default_rng(2))
    matrix = pairwise_kappa(data)

    for (first, second), estimate in estimates_of(data).items():
        assert estimate.value == pytest.approx(matrix.kappa[first, second], abs=1e-12)
        assert estimate.n == matrix.n_shared[first, second]


def test_swapping_coders_and_renaming_values_changes_no_kappa():
    rng = np.random.default_rng(3)
    data = sparse_data(rng)
    coders, values = rng.permutation(5), rng.permutation(3)
    other = Reliability(data.unit, coders[data.coder], values[data.value], 30, 5, 3)

    own, renamed = pairwise_kappa(data).kappa, pairwise_kappa(other).kappa

    assert renamed[np.ix_(coders, coders)] == pytest.approx(own)
    assert own == pytest.approx(own.T)


def test_coders_who_share_no_unit_are_not_listed():
    data = Reliability(np.array([0, 1]), np.array([0, 1]), np.array([0, 0]), 2, 2, 2)

    assert estimates_of(data) == {}
    assert not pairwise_kappa(data).is_defined[0, 1]


def test_one_and_the_same_value_leaves_kappa_undefined():
    data = of_table(np.array([[7, 0], [0, 0]]))

    estimate = estimates_of(data)[0, 1]

    assert (estimate.value, estimate.n) == (None, 7)
    assert estimate.undefined_because == BOTH_THE_SAME


def test_missing_values_are_no_shared_units():
    data = of_table(np.array([[3, 1], [1, 3]]))
    value = data.value.copy()
    value[0] = MISSING
    holed = Reliability(data.unit, data.coder, value, data.n_units, 2, 2)

    assert pairwise_kappa(holed).n_shared[0, 1] == 7
