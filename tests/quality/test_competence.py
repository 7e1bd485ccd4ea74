"""Competence: recovered in simulations, with intervals that hold the truth."""

import numpy as np
import pytest

from quality.metrics.competence import TOO_FEW_CODERS, competences
from quality.metrics.hierarchy import shrunk_shares
from quality.metrics.reliability import MISSING, Reliability
from tests.quality.judgments_of import simulated


def held(found, truth):
    """Share of annotators whose interval holds the truth."""
    return float(((found.shrunk.low <= truth) & (truth <= found.shrunk.high)).mean())


def some(rng, n_coders=40, n=60, n_values=3):
    truth = rng.beta(8, 3, n_coders)
    data = simulated(truth, n_of=np.full(n_coders, n), n_values=n_values, per_unit=4, rng=rng)
    return data, truth


@pytest.mark.slow
@pytest.mark.parametrize("n_values", [2, 3])
@pytest.mark.parametrize(("fewest", "most"), [(10, 10), (30, 30), (200, 200), (10, 400)])
@pytest.mark.parametrize("per_unit", [3, 5])
def test_intervals_hold_the_truth_of_93_to_97_of_100_annotators(n_values, fewest, most, per_unit):
    rng = np.random.default_rng([n_values, fewest, most, per_unit])
    truth = rng.beta(8, 3, 2_000)
    n_of = rng.integers(fewest, most + 1, truth.size)

    found = competences(simulated(truth, n_of=n_of, n_values=n_values, per_unit=per_unit, rng=rng))

    assert found.converged
    assert 0.93 <= held(found, truth) <= 0.97


def test_intervals_hold_the_truth_of_unequal_annotators_with_some_at_chance():
    rng = np.random.default_rng(1)
    truth = np.where(rng.random(2_000) < 0.05, 1 / 3, rng.beta(8, 3, 2_000))
    n_of = rng.integers(10, 60, truth.size)

    found = competences(simulated(truth, n_of=n_of, n_values=3, per_unit=5, rng=rng))

    assert 0.93 <= held(found, truth) <= 0.97


def test_rare_true_values_do_not_mislead():
    rng = np.random.default_rng(2)
    truth = rng.beta(8, 3, 500)
    data = simulated(
        truth,
        n_of=np.full(500, 60),
        n_values=3,
        per_unit=5,
        rng=rng,
        marginals=[0.45, 0.1, 0.45],
    )

    found = competences(data)

    assert found.marginals == pytest.approx([0.45, 0.1, 0.45], abs=0.04)
    assert abs((found.shrunk.mean - truth).mean()) < 0.02
    assert 0.92 <= held(found, truth) <= 0.98


def test_more_judgments_narrow_the_interval():
    rng = np.random.default_rng(3)
    truth = rng.beta(8, 3, 200)
    n_of = np.where(np.arange(200) < 100, 10, 300)

    found = competences(simulated(truth, n_of=n_of, n_values=2, per_unit=4, rng=rng))

    width = found.shrunk.high - found.shrunk.low
    assert width[100:].mean() < width[:100].mean() / 2


def test_an_own_judgment_never_counts_for_oneself():
    # Everybody but mallory says A throughout; she says B. Her own vote gives B no share at all.
    n_units, n_coders = 60, 5
    unit = np.repeat(np.arange(n_units), n_coders)
    coder = np.tile(np.arange(n_coders), n_units)
    value = np.where(coder == 4, (unit + 1) % 2, unit % 2)
    data = Reliability(unit, coder, value, n_units=n_units, n_coders=n_coders, n_values=2)

    found = competences(data)

    hers = found.others[coder == 4]
    assert hers[np.arange(n_units), value[coder == 4]].max() < 0.01
    assert found.shrunk.high[4] < 0.5 < found.shrunk.low[:4].min()


def test_the_posterior_of_the_others_is_that_of_a_fit_without_the_judgment():
    rng = np.random.default_rng(4)
    data, _ = some(rng)
    found = competences(data)
    p, r, q = found.shrunk.mean, found.errors, found.marginals
    place = 17
    mine = data.unit == data.unit[place]
    mine[place] = False

    by_hand = np.log(q)
    for coder, value in zip(data.coder[mine], data.value[mine], strict=True):
        wrong = (1 - p[coder]) * r[value] / (1 - r)
        by_hand = by_hand + np.log(np.where(np.arange(3) == value, p[coder], wrong))
    by_hand = np.exp(by_hand) / np.exp(by_hand).sum()

    assert found.others[place] == pytest.approx(by_hand, abs=2e-3)


def test_order_and_names_of_annotators_values_and_units_change_nothing():
    rng = np.random.default_rng(5)
    data, _ = some(rng)
    rows = rng.permutation(data.unit.size)
    coders, units = rng.permutation(data.n_coders), rng.permutation(data.n_units)
    renamed = Reliability(
        units[data.unit[rows]],
        coders[data.coder[rows]],
        2 - data.value[rows],
        n_units=data.n_units,
        n_coders=data.n_coders,
        n_values=3,
    )

    first, second = competences(data), competences(renamed)

    assert second.shrunk.mean[coders] == pytest.approx(first.shrunk.mean, abs=1e-9)
    assert second.shrunk.low[coders] == pytest.approx(first.shrunk.low, abs=1e-9)
    assert second.posteriors[units][:, ::-1] == pytest.approx(first.posteriors, abs=1e-9)


def test_judgments_nobody_shares_count_for_nothing():
    rng = np.random.default_rng(6)
    data, _ = some(rng)
    alone = np.arange(50)
    more = Reliability(
        np.concatenate([data.unit, data.n_units + alone, alone]),
        np.concatenate([data.coder, np.zeros(50, int), np.full(50, 7)]),
        np.concatenate([data.value, np.zeros(50, int), np.full(50, MISSING)]),
        n_units=data.n_units + 50,
        n_coders=data.n_coders,
        n_values=3,
    )

    first, second = competences(data), competences(more)

    assert second.shrunk.mean == pytest.approx(first.shrunk.mean)
    assert (second.n == first.n).all()


def test_two_annotators_cannot_be_told_apart():
    data = Reliability(
        np.array([0, 0, 1, 1]),
        np.array([0, 1, 0, 1]),
        np.array([0, 0, 1, 0]),
        n_units=2,
        n_coders=2,
        n_values=2,
    )

    found = competences(data)

    assert found.undefined_because == TOO_FEW_CODERS
    assert found.n.tolist() == [2, 2]


def test_shrunk_shares_hold_the_truth_and_draw_few_answers_to_all():
    rng = np.random.default_rng(7)
    truth = rng.beta(9, 2, 2_000)
    n = rng.integers(1, 40, truth.size)
    successes = rng.binomial(n, truth)

    found = shrunk_shares(successes.astype(float), n.astype(float))

    assert 0.93 <= ((found.low <= truth) & (truth <= found.high)).mean() <= 0.97
    assert found.typical == pytest.approx(9 / 11, abs=0.02)
    perfect = found.mean[(successes == n) & (n <= 3)]
    assert perfect.max() < 0.95


def test_a_share_far_from_few_others_by_quadrature():
    # A single coder: the prior's mean and size are integrated on the same wide ranges.
    found = shrunk_shares(np.array([300.0]), np.array([400.0]))

    assert found.mean[0] == pytest.approx(0.75, abs=0.01)
    assert found.high[0] - found.low[0] == pytest.approx(4 * (0.75 * 0.25 / 400) ** 0.5, abs=0.01)
