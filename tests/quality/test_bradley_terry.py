"""Strengths from paired comparisons: published tables, an independent library, simulations."""

import numpy as np
import pytest
import statsmodels.api as sm

from quality.metrics.battles import Battles, components_of, table_of
from quality.metrics.bradley_terry import (
    NO_CYCLE,
    NOT_CONNECTED,
    ONE_SIDED,
    ONLY_TIES,
    SEPARATED,
    bradley_terry,
    clustered_covariance,
    difference_error,
    errors_of,
)
from quality.metrics.judged import TIE, A, B

# Stigler (1994), Statistical Science 9, 94-108, as in Agresti (2002), Categorical Data Analysis,
# 2nd ed., p. 448: how often a journal (row) was cited by another (column). Biometrika,
# Communications in Statistics, JASA, JRSS-B.
CITATIONS = [[714, 730, 498, 221], [33, 425, 68, 17], [320, 813, 1072, 142], [284, 276, 325, 188]]
# Davidson (1970), Example 2: brands of chocolate pudding i and j, wins of i, wins of j, ties.
PUDDING = """
1 2 19 22 16   1 3 16 19 12   2 3 19 19 10   1 4 18 23 13   2 4 23 19  9
3 4 19 20 15   1 5 13 19 18   2 5 16 20 12   3 5 16 15 17   4 5 17 14 16
1 6 18 21 12   2 6 22 20 12   3 6 13 18 10   4 6 14 19 18   5 6 11 21 12
"""


def battles_of(rows, *, n_players=None, side=0):
    """Rows of first player, second player, direction and how often."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    first, second, direction = np.repeat(table[:, :3], table[:, 3], axis=0).T
    sides = np.full(first.size, side)
    n_players = n_players or int(max(first.max(), second.max())) + 1
    return Battles(first, second, direction, sides, n_players)


def citations():
    pairs = [(i, j) for i in range(4) for j in range(4) if i != j]
    return battles_of([(i, j, A, CITATIONS[i][j]) for i, j in pairs])


def pudding():
    numbers = np.array(PUDDING.split(), dtype=np.int64).reshape(-1, 5)
    rows = []
    for i, j, wins, losses, ties in numbers:
        rows += [(i - 1, j - 1, A, wins), (i - 1, j - 1, B, losses), (i - 1, j - 1, TIE, ties)]
    return battles_of(rows)


def drawn(rng, *, strengths, n, tie=None, side=0.0):
    """Battles from the model itself."""
    strengths = np.asarray(strengths, dtype=float)
    first = rng.integers(0, strengths.size, n)
    second = (first + rng.integers(1, strengths.size, n)) % strengths.size
    sides = rng.choice([-1, 1], n)
    d = strengths[first] - strengths[second] + side * sides
    weights = np.stack(
        [np.exp(d / 2), np.full(n, 0 if tie is None else np.exp(tie)), np.exp(-d / 2)]
    )
    ends = np.cumsum(weights / weights.sum(axis=0), axis=0)
    direction = (rng.random(n) > ends[:2]).sum(axis=0)
    return Battles(first, second, direction, sides, strengths.size)


def test_the_journal_citations_are_reproduced_with_their_standard_errors():
    # Printed by BradleyTerry2 (Turner and Firth 2012, Journal of Statistical Software 48(9)).
    fit = bradley_terry(table_of(citations()))

    against_biometrika = fit.strength - fit.strength[0]
    errors = [difference_error(fit.covariance, player, 0) for player in range(4)]
    assert against_biometrika.round(5).tolist() == [0, -2.94907, -0.47957, 0.26895]
    assert np.round(errors, 5).tolist() == [0, 0.10255, 0.06059, 0.07083]
    assert fit.converged


def test_davidsons_puddings_are_reproduced_with_their_ties():
    # Worths as printed by Davidson (1970); errors by PlackettLuce 0.4 (Turner et al. 2020,
    # Computational Statistics 35, 1027-1057) for the same seven iterations, hence to 4 digits.
    fit = bradley_terry(table_of(pudding()))

    worth = np.exp(fit.strength) / np.exp(fit.strength).sum()
    assert worth.round(3).tolist() == [0.139, 0.173, 0.162, 0.165, 0.159, 0.202]
    assert np.exp(fit.tie) == pytest.approx(0.7468, abs=5e-5)
    assert errors_of(fit.covariance).round(4).tolist() == [
        *(0.1219, 0.1218, 0.1268, 0.1220, 0.1271, 0.1266),
        0.0825,
    ]
    assert -2 * fit.log_likelihood == pytest.approx(1619.4, abs=0.05)


def test_without_ties_it_is_the_logistic_regression_of_an_independent_library():
    rng = np.random.default_rng(7)
    n_compared = 0
    for _ in range(200):
        n_players = int(rng.integers(2, 7))
        battles = drawn(rng, strengths=rng.normal(0, 0.7, n_players), n=int(rng.integers(40, 200)))
        fit = bradley_terry(table_of(battles))
        if fit.undefined_because:
            continue
        n_compared += 1
        design = np.zeros((battles.first.size, n_players))
        design[np.arange(battles.first.size), battles.first] = 1
        design[np.arange(battles.first.size), battles.second] -= 1
        theirs = sm.GLM(battles.direction == A, design[:, 1:], sm.families.Binomial()).fit(
            tol=1e-12
        )
        assert fit.strength[1:] - fit.strength[0] == pytest.approx(theirs.params, abs=1e-7)
        errors = [difference_error(fit.covariance, each, 0) for each in range(1, n_players)]
        assert errors == pytest.approx(theirs.bse, abs=1e-6)
        robust, _ = clustered_covariance(fit, table_of(battles), np.arange(battles.first.size) // 2)
        groups = {"groups": np.arange(battles.first.size) // 2, "use_correction": False}
        model = sm.GLM(battles.direction == A, design[:, 1:], sm.families.Binomial())
        clustered = model.fit(cov_type="cluster", cov_kwds=groups, tol=1e-12)
        n_groups = groups["groups"][-1] + 1
        scale = np.sqrt(n_groups / (n_groups - 1))
        errors = [difference_error(robust, each, 0) for each in range(1, n_players)]
        assert errors == pytest.approx(clustered.bse * scale, abs=1e-6)
    assert n_compared > 180


def test_swapping_the_responses_of_every_comparison_changes_nothing_but_names():
    rng = np.random.default_rng(1)
    battles = drawn(rng, strengths=[0, 0.5, -0.4, 1], n=400, tie=-0.5, side=0.3)
    swapped = Battles(
        battles.second, battles.first, B - battles.direction, -battles.side, battles.n_players
    )

    one, other = (bradley_terry(table_of(each), with_side=True) for each in (battles, swapped))

    assert one.parameters == pytest.approx(other.parameters, abs=1e-12)


def test_preferring_the_other_response_everywhere_negates_the_strengths():
    battles = drawn(np.random.default_rng(2), strengths=[0, 0.5, -0.4, 1], n=400, tie=-0.5)
    reversed_battles = Battles(
        battles.first, battles.second, B - battles.direction, battles.side, battles.n_players
    )

    one = bradley_terry(table_of(battles))
    other = bradley_terry(table_of(reversed_battles))

    assert other.strength == pytest.approx(-one.strength, abs=1e-9)
    assert other.tie == pytest.approx(one.tie, abs=1e-9)


def test_names_and_order_do_not_matter():
    rng = np.random.default_rng(3)
    battles = drawn(rng, strengths=[0, 0.5, -0.4, 1], n=400, tie=-0.5)
    name, order = rng.permutation(4), rng.permutation(400)
    renamed = Battles(
        name[battles.first][order], name[battles.second][order], battles.direction[order],
        battles.side[order], 4,
    )  # fmt: skip

    one, other = bradley_terry(table_of(battles)), bradley_terry(table_of(renamed))

    assert other.strength[name] == pytest.approx(one.strength, abs=1e-9)
    assert errors_of(other.covariance)[name] == pytest.approx(errors_of(one.covariance)[:4])


@pytest.mark.slow
def test_the_log_likelihood_never_falls_and_more_steps_change_nothing():
    rng = np.random.default_rng(4)
    for _ in range(50):
        battles = drawn(rng, strengths=rng.normal(0, 1.5, 5), n=120, tie=-1)
        fit = bradley_terry(table_of(battles))
        if fit.undefined_because:
            continue
        longer = bradley_terry(table_of(battles), tolerance=0, max_iter=60)

        assert np.diff(fit.history).min() >= 0
        assert fit.converged
        assert fit.log_likelihood == pytest.approx(longer.log_likelihood, abs=1e-9)


def test_a_side_that_is_favoured_is_told_apart_from_strength():
    battles = drawn(np.random.default_rng(5), strengths=[-1, 0, 1], n=20_000, tie=-0.7, side=0.4)

    fit = bradley_terry(table_of(battles), with_side=True)

    errors = errors_of(fit.covariance)
    assert abs(fit.side - 0.4) < 3 * errors[-1]
    assert abs(fit.tie + 0.7) < 3 * errors[-2]
    assert np.abs(fit.strength - [-1, 0, 1]).max() < 4 * errors[:3].max()


def test_intervals_cover_the_truth():
    rng = np.random.default_rng(6)
    truth = np.array([-0.8, -0.2, 0.1, 0.9])
    inside = []
    for _ in range(400):
        fit = bradley_terry(table_of(drawn(rng, strengths=truth, n=300, tie=-0.7)))
        off = np.abs(fit.strength - truth) / errors_of(fit.covariance)[:4]
        inside += (off < 1.96).tolist()

    assert 0.93 <= np.mean(inside) <= 0.97


def test_votes_on_the_same_comparison_widen_the_interval_as_they_should():
    # Five judgments of each comparison follow the comparison's own odds, not only the players'.
    rng = np.random.default_rng(8)
    truth, plain, clustered = np.array([-0.3, 0.0, 0.3]), [], []
    for _ in range(300):
        first = rng.integers(0, 3, 150)
        second = (first + rng.integers(1, 3, 150)) % 3
        odds = truth[first] - truth[second] + rng.normal(0, 1.5, 150)
        unit = np.repeat(np.arange(150), 5)
        direction = np.where(rng.random(750) < 1 / (1 + np.exp(-odds[unit])), A, B)
        table = table_of(
            Battles(first[unit], second[unit], direction, np.zeros(750, dtype=np.int64), 3)
        )
        fit = bradley_terry(table)
        robust, _ = clustered_covariance(fit, table, unit)
        # A random effect pulls the strengths of single judgments towards 0 by a known factor.
        off = fit.strength - truth / np.sqrt(1 + 1.5**2 / 1.7**2)
        plain += (np.abs(off) < 1.96 * errors_of(fit.covariance)).tolist()
        clustered += (np.abs(off) < 1.96 * errors_of(robust)).tolist()

    assert np.mean(plain) < 0.85
    assert 0.92 <= np.mean(clustered) <= 0.98


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([(0, 1, A, 3), (1, 2, A, 2), (0, 2, A, 2)], NOT_CONNECTED),
        ([(0, 1, A, 3), (1, 0, A, 2), (2, 3, A, 2), (3, 2, A, 2)], NOT_CONNECTED),
        ([(0, 1, TIE, 5)], ONLY_TIES),
        # Both odds and ties explain this the better the larger they are.
        ([(0, 1, A, 5), (0, 1, TIE, 3)], NO_CYCLE),
    ],
)
def test_what_cannot_be_estimated_says_why(rows, reason):
    assert bradley_terry(table_of(battles_of(rows))).undefined_because == reason


def test_a_side_that_always_wins_is_no_estimate():
    battles = battles_of([(0, 1, A, 5), (1, 0, A, 5)], side=1)

    assert bradley_terry(table_of(battles), with_side=True).undefined_because == SEPARATED
    assert bradley_terry(table_of(battles)).strength == pytest.approx([0, 0])


def test_players_who_are_always_on_the_same_side_say_nothing_about_sides():
    battles = battles_of([(0, 1, A, 5), (0, 1, B, 3)], side=1)

    assert bradley_terry(table_of(battles), with_side=True).undefined_because == ONE_SIDED


def test_components_are_reported_with_the_most_battles_first():
    # 0 and 1 beat each other, 2 and 3 as well and more often; 0 always beats 2.
    battles = battles_of(
        [(0, 1, A, 1), (1, 0, A, 1), (2, 3, A, 4), (2, 3, B, 4), (0, 2, A, 3)], n_players=5
    )

    found = components_of(table_of(battles))

    assert found.label.tolist() == [1, 1, 0, 0, 2]
    assert found.n_battles.tolist() == [8, 2, 0]
    assert found.n_between == 3


def test_the_players_of_one_component_can_be_taken_alone():
    battles = battles_of([(0, 1, A, 2), (2, 1, A, 2), (1, 2, A, 1), (2, 1, TIE, 1)])

    alone, kept = battles.among(components_of(table_of(battles)).label == 0)

    assert (alone.n_players, int(kept.sum())) == (2, 4)
    assert bradley_terry(table_of(alone)).strength[1] > 0
