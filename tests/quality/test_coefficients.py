"""Fleiss, Gwet, Brennan-Prediger: published tables, other programs, invariances, limits."""

import itertools

import numpy as np
import pytest
from statsmodels.stats.inter_rater import fleiss_kappa

from quality.metrics.agreement import NO_PAIR, NO_SPREAD, ONE_VALUE, SAME_DRAWS
from quality.metrics.alpha import Level, alpha_point
from quality.metrics.bootstrap import DrawnOver
from quality.metrics.chance import RatedSums, fleiss_of_sums, rated_statistics
from quality.metrics.coefficients import NAMES, ONE_IN_DOMAIN, coefficients
from quality.metrics.patterns import patterns_of_counts
from quality.metrics.reliability import MISSING, Reliability

# Fleiss (1971), Psychological Bulletin 76(5), table 1: 30 patients, each diagnosed by six
# psychiatrists as depression, personality disorder, schizophrenia, neurosis or other.
DIAGNOSES = np.array(
    [
        *([0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0]),
        *([2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6]),
        *([1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1]),
        *([0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3]),
        *([0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1]),
        *([0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6]),
    ]
)
# Krippendorff's example of 2011, which Gwet (2014) and his R package irrCAC use as
# cac.raw4raters: Fleiss 0.76117, AC1 0.77544, Brennan-Prediger 0.77273, alpha 0.74342.
FOUR_RATERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)


def from_matrix(matrix, n_values):
    """Reliability data from coders x units, 0 where a coder has no value."""
    coder, unit = np.nonzero(matrix)
    values = matrix[coder, unit] - 1
    return Reliability(unit, coder, values, matrix.shape[1], matrix.shape[0], n_values)


def from_counts(counts):
    """Reliability data with these counts; coders are numbered within each unit."""
    matrix = np.zeros((counts.sum(axis=1).max(), len(counts)), dtype=np.int64)
    for unit, row in enumerate(counts):
        matrix[: row.sum(), unit] = np.repeat(np.arange(len(row)), row) + 1
    return from_matrix(matrix, counts.shape[1])


def from_table(table):
    """Two coders whose values make this contingency table."""
    first, second = np.indices(table.shape)
    matrix = np.stack([np.repeat(codes.ravel(), table.ravel()) + 1 for codes in (first, second)])
    return from_matrix(matrix, len(table))


def measured(data, level=Level.NOMINAL, **options):
    prompt = np.arange(data.n_units)
    return coefficients(
        data, prompt, level=level, rng=lambda: np.random.default_rng(0), n_draws=50, **options
    )


def values_of(data, level=Level.NOMINAL, **options):
    found = measured(data, level, **options)
    return {name: each.measured.estimate.value for name, each in found.items()}


def random_data(rng, n_values=None):
    n_values = n_values or int(rng.integers(2, 5))
    shape = (int(rng.integers(2, 6)), int(rng.integers(5, 20)))
    values = rng.integers(1, n_values + 1, size=shape)
    return from_matrix(np.where(rng.random(shape) < 0.7, values, 0), n_values)


def cost(first, second, n_values, level):
    """What disagreeing costs, written out: Gwet (2014), chapter 3."""
    apart = abs(first - second)
    if level is Level.ORDINAL:
        return (apart + 1) * apart / 2 / (n_values * (n_values - 1) / 2)
    if level is Level.INTERVAL:
        return (apart / (n_values - 1)) ** 2
    return float(first != second)


def by_loops(data, level):
    """Every coefficient by its definition over pairs and units, no matrices."""
    n_values = data.n_values
    units = [data.value[data.unit == unit].tolist() for unit in range(data.n_units)]
    rated = [values for values in units if values]
    pairable = [values for values in units if len(values) >= 2]
    shares = [
        sum(values.count(code) / len(values) for values in rated) / len(rated)
        for code in range(n_values)
    ]

    def agreement(level):
        means = [
            sum(1 - cost(a, b, n_values, level) for a, b in itertools.permutations(values, 2))
            / (len(values) * (len(values) - 1))
            for values in pairable
        ]
        return sum(means) / len(means)

    same, weighted = agreement(Level.NOMINAL), agreement(level)
    pairs = [pair for values in pairable for pair in itertools.permutations(values, 2)]
    by_fleiss = sum(share**2 for share in shares)
    codes = range(n_values)
    weights = sum(1 - cost(a, b, n_values, level) for a in codes for b in codes)
    by_gwet = weights / (n_values * (n_values - 1)) * sum(share * (1 - share) for share in shares)
    return {
        "percent_agreement": sum(a == b for a, b in pairs) / len(pairs),
        "fleiss_kappa": (same - by_fleiss) / (1 - by_fleiss),
        "gwet_ac": (weighted - by_gwet) / (1 - by_gwet),
        "brennan_prediger": (same - 1 / n_values) / (1 - 1 / n_values),
    }


def test_fleiss_psychiatric_diagnoses_have_kappa_0430():
    found = values_of(from_counts(DIAGNOSES))

    assert found["fleiss_kappa"] == pytest.approx(0.430, abs=5e-4)
    # His mean agreement of the patients, 0.556, is the share of pairs here: six each.
    assert found["percent_agreement"] == pytest.approx(0.556, abs=5e-4)


def test_gwets_example_of_four_raters_with_missing_ratings():
    found = values_of(from_matrix(FOUR_RATERS, 5))

    assert found["gwet_ac"] == pytest.approx(0.77544, abs=5e-6)
    assert found["fleiss_kappa"] == pytest.approx(0.76117, abs=5e-6)
    assert found["brennan_prediger"] == pytest.approx(0.77273, abs=5e-6)
    assert found["krippendorff_alpha"] == pytest.approx(0.74342, abs=5e-6)


def test_gwets_paradox_of_a_prevalent_value():
    # Gwet (2008), Br. J. Math. Stat. Psychol. 61: 118 and 0 agree, 5 and 2 do not: AC1 0.941
    # where kappa is -0.023; Brennan-Prediger (118 / 125 - 1 / 2) / (1 / 2).
    found = values_of(from_table(np.array([[118, 5], [2, 0]])))

    assert found["percent_agreement"] == pytest.approx(0.944)
    assert found["gwet_ac"] == pytest.approx(0.941, abs=5e-4)
    assert found["brennan_prediger"] == pytest.approx(0.888)
    assert found["fleiss_kappa"] < 0


def test_ac2_by_hand():
    # Two units of three values, quadratic costs (1/4 one apart, 1 two apart): 0,1 and 2,2.
    # Observed (3/4 + 1) / 2 = 7/8. Shares 1/4, 1/4, 1/2: sum of s (1 - s) = 5/8. Weights add
    # up to 9 - 2 (1/4 + 1/4 + 1) = 6. By chance 6 / 6 x 5/8. AC2 = (7/8 - 5/8) / (3/8) = 2/3.
    data = from_matrix(np.array([[1, 3], [2, 3]]), 3)

    assert values_of(data, Level.INTERVAL)["gwet_ac"] == pytest.approx(2 / 3)


def test_the_numbers_of_a_scale_count_at_the_interval_level():
    # The values 0, 1 and 10: one apart of ten costs 1/100. Observed (0.99 + 1) / 2 = 0.995,
    # weights 9 - 2 (1/100 + 81/100 + 1) = 5.36; by chance 5.36 / 6 x 5/8 = 0.558333.
    data = from_matrix(np.array([[1, 3], [2, 3]]), 3)

    found = values_of(data, Level.INTERVAL, scale=np.array([0.0, 1.0, 10.0]))

    assert found["gwet_ac"] == pytest.approx((0.995 - 0.5583333) / (1 - 0.5583333), abs=1e-6)


@pytest.mark.parametrize("level", list(Level))
def test_coefficients_equal_their_definitions_on_sparse_random_data(level):
    # No library that we know takes varying numbers of ratings: irrCAC counts an empty cell as a
    # category. These are the formulas of the book over plain lists.
    rng = np.random.default_rng(11)
    for _ in range(200):
        data = random_data(rng)
        found = values_of(data, level)

        for name, expected in by_loops(data, level).items():
            assert found[name] == pytest.approx(expected, abs=1e-10)
        assert found["krippendorff_alpha"] == alpha_point(data.counts(), level=level)


def test_fleiss_equals_statsmodels_where_all_units_are_rated_equally_often():
    rng = np.random.default_rng(12)
    for _ in range(200):
        n_ratings, n_values = int(rng.integers(2, 7)), int(rng.integers(2, 5))
        shares = rng.dirichlet(np.ones(n_values))
        counts = rng.multinomial(n_ratings, shares, size=int(rng.integers(5, 25)))
        if np.count_nonzero(counts.sum(axis=0)) < 2:
            continue

        patterns = patterns_of_counts(counts)
        statistics = rated_statistics(patterns.counts, level=Level.NOMINAL)
        own, _ = fleiss_of_sums(RatedSums.of(np.atleast_2d(patterns.n_of @ statistics)))

        assert own[0] == pytest.approx(fleiss_kappa(counts), abs=1e-12)


def test_names_of_coders_units_and_values_do_not_matter():
    rng = np.random.default_rng(13)
    for _ in range(8):
        data = random_data(rng, n_values=3)
        units, coders = rng.permutation(data.n_units), rng.permutation(data.n_coders)
        rows, values = rng.permutation(data.unit.size), rng.permutation(3)
        other = Reliability(
            units[data.unit[rows]],
            coders[data.coder[rows]],
            values[data.value[rows]],
            data.n_units,
            data.n_coders,
            3,
        )

        assert values_of(other) == pytest.approx(values_of(data))
        for name, each in measured(other).items():
            low = measured(data)[name].others.low
            assert each.others.low == (None if low is None else pytest.approx(low))


def test_missing_values_and_empty_units_change_nothing():
    data = from_matrix(FOUR_RATERS, 5)
    wider = Reliability(
        np.append(data.unit, 12),
        np.append(data.coder, 0),
        np.append(data.value, MISSING),
        14,
        4,
        5,
    )

    assert measured(wider) == measured(data)


def test_units_rated_once_move_only_what_is_a_mean_over_rated_units():
    # Gwet's category shares are over all rated units; alpha pairs values first.
    matrix = np.concatenate([FOUR_RATERS, np.zeros((4, 3), dtype=np.int64)], axis=1)
    matrix[0, 12:] = 1
    before, after = values_of(from_matrix(FOUR_RATERS, 5)), values_of(from_matrix(matrix, 5))

    changed = {name for name in NAMES if after[name] != pytest.approx(before[name])}

    assert changed == {"fleiss_kappa", "gwet_ac"}


def test_a_value_that_nobody_gave_counts_where_chance_is_taken_over_the_domain():
    narrow, wide = values_of(from_matrix(FOUR_RATERS, 5)), values_of(from_matrix(FOUR_RATERS, 8))

    changed = {name for name in NAMES if wide[name] != pytest.approx(narrow[name])}

    assert changed == {"gwet_ac", "brennan_prediger"}


def test_nothing_is_defined_without_a_pair():
    data = from_matrix(np.array([[1, 0], [0, 2]]), 2)

    for each in measured(data).values():
        for estimate in (each.measured.estimate, each.others):
            assert (estimate.value, estimate.undefined_because) == (None, NO_PAIR)


def test_one_value_throughout_leaves_alpha_and_kappa_undefined():
    found = measured(from_matrix(np.ones((3, 6), dtype=np.int64), 2))

    for name in ("krippendorff_alpha", "fleiss_kappa"):
        assert found[name].measured.estimate.undefined_because == ONE_VALUE
    for name in ("percent_agreement", "gwet_ac", "brennan_prediger"):
        assert found[name].measured.estimate.value == 1.0
    # Draws and annotators left out all say the same, which proves nothing.
    assert found["gwet_ac"].measured.estimate.undefined_because == NO_SPREAD
    assert found["gwet_ac"].others.low is None


def test_a_domain_of_one_value_is_said_to_be_one():
    found = measured(from_matrix(np.ones((3, 6), dtype=np.int64), 1))

    for name in ("krippendorff_alpha", "fleiss_kappa", "gwet_ac", "brennan_prediger"):
        assert found[name].measured.estimate.undefined_because == ONE_IN_DOMAIN


def test_where_no_pair_agrees_draws_of_brennan_prediger_do_not_differ():
    matrix = np.array([[1, 2, 3, 1, 2, 3], [2, 3, 1, 3, 1, 2]])

    found = measured(from_matrix(matrix, 3))["brennan_prediger"].measured.estimate

    assert found.value == pytest.approx(-0.5)
    assert found.undefined_because == SAME_DRAWS


def test_prompts_are_drawn_where_they_repeat():
    over = coefficients(
        from_matrix(np.tile(FOUR_RATERS, 3), 5),
        np.arange(36) // 3,
        level=Level.NOMINAL,
        rng=lambda: np.random.default_rng(0),
        n_draws=50,
    )

    assert {each.measured.drawn_over for each in over.values()} == {DrawnOver.PROMPTS}


def test_many_values_and_many_ratings_are_counted_exactly():
    # 60 values and up to 30 ratings of a unit: rows of counts no longer fit one number.
    rng = np.random.default_rng(15)
    matrix = np.where(rng.random((30, 40)) < 0.6, rng.integers(1, 61, size=(30, 40)), 0)
    data = from_matrix(matrix, 60)

    found = values_of(data)

    assert found["fleiss_kappa"] == pytest.approx(by_loops(data, Level.NOMINAL)["fleiss_kappa"])
