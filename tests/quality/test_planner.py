"""The power planner: what it promises is what the report's own intervals then do."""

import numpy as np
import pytest

from quality.metrics import simulation
from quality.metrics.agreement import krippendorff_alpha, percent_agreement
from quality.metrics.alpha import Level
from quality.metrics.judged import TIE, A, B
from quality.metrics.noise import Noise, assumed_noise, measured_noise
from quality.metrics.planning import Wanted, plan_for, reached_width
from quality.metrics.posteriors import agreement_of

NOISE = Noise(
    accuracy=0.78,
    spread=0.08,
    tie_share=0.1,
    usable_share=0.95,
    n_values=3,
    n_annotators=30,
    n_comparisons=500,
)


def project(rng, noise, *, n_comparisons, n_judgments, win_rate=0.5, n_annotators=30):
    """Judgments of annotators who differ in how often they are right: unit, coder, value."""
    own = np.clip(rng.normal(noise.accuracy, noise.spread, n_annotators), 0.4, 0.98)
    better = win_rate - noise.tie_share / 2
    shares = [better, noise.tie_share, 1 - better - noise.tie_share]
    true = rng.choice(3, n_comparisons, p=shares)
    unit = np.repeat(np.arange(n_comparisons), n_judgments)
    coder = rng.random((n_comparisons, n_annotators)).argsort(axis=1)[:, :n_judgments].ravel()
    others = np.array(
        [[TIE, B], [A, B], [A, TIE]] if noise.n_values == 3 else [[B] * 2, [A] * 2, [A] * 2]
    )
    wrong = others[true[unit], rng.integers(0, 2, unit.size)]
    value = np.where(rng.random(unit.size) < own[coder], true[unit], wrong)
    value[rng.random(unit.size) > noise.usable_share] = -1
    return unit, coder, value


def counts_of(unit, value, n_comparisons):
    usable = value >= 0
    cells = np.bincount(unit[usable] * 3 + value[usable], minlength=n_comparisons * 3)
    return cells.reshape(-1, 3)


def widths_of_reports(measure, setting, *, n, seed):
    """Widths of the report's intervals in projects that follow the plan."""
    rng = np.random.default_rng(seed)
    widths = []
    for _ in range(n):
        size = setting.n_comparisons
        unit, _, value = project(rng, NOISE, n_comparisons=size, n_judgments=setting.n_judgments)
        estimate = measure(counts_of(unit, value, size), np.arange(size), rng)
        widths.append(estimate.high - estimate.low)
    return np.array(widths)


def report_agreement(counts, prompt, rng):
    return percent_agreement(counts, prompt, rng=rng).estimate


def report_alpha(counts, prompt, rng):
    return krippendorff_alpha(counts, prompt, level=Level.NOMINAL, rng=rng).estimate


@pytest.mark.parametrize(
    ("wanted", "measure", "width"),
    [(Wanted.AGREEMENT, report_agreement, 0.06), (Wanted.ALPHA, report_alpha, 0.1)],
)
def test_the_planned_width_is_reached_in_95_of_100_projects(wanted, measure, width):
    best = plan_for(NOISE, wanted=wanted, width=width, rng=np.random.default_rng(0)).best

    widths = widths_of_reports(measure, best, n=120, seed=1)

    assert (widths <= width).mean() >= 0.95 - 2 * (0.95 * 0.05 / 120) ** 0.5
    # And no more comparisons were asked for than that takes.
    assert widths.mean() > 0.85 * width


def test_the_planned_width_of_a_win_rate_is_reached():
    plan = plan_for(NOISE, wanted=Wanted.WIN_RATE, width=0.1, rng=np.random.default_rng(0))
    rng = np.random.default_rng(2)
    best, widths = plan.best, []
    for _ in range(200):
        unit, _, value = project(
            rng, NOISE, n_comparisons=best.n_comparisons, n_judgments=best.n_judgments
        )
        counts = counts_of(unit, value, best.n_comparisons)
        voted = counts[counts.sum(axis=1) > 0]
        score = (voted[:, A] + voted[:, TIE] / 2) / voted.sum(axis=1)
        widths.append(2 * 1.96 * score.std(ddof=1) / np.sqrt(score.size))

    assert (np.array(widths) <= 0.1).mean() >= 0.95 - 2 * (0.95 * 0.05 / 200) ** 0.5


def test_expected_values_are_those_of_large_projects():
    rng = np.random.default_rng(3)
    unit, _, value = project(rng, NOISE, n_comparisons=40_000, n_judgments=4, n_annotators=300)
    counts = counts_of(unit, value, 40_000)
    patterns = simulation.patterns_for(NOISE, n_judgments=4)

    for measure, expected in (
        (simulation.agreement, report_agreement(counts, np.arange(40_000), rng).value),
        (simulation.alpha, report_alpha(counts, np.arange(40_000), rng).value),
    ):
        assert simulation.expected_value(measure, patterns) == pytest.approx(expected, abs=0.015)


def test_a_consensus_is_right_as_often_as_the_plan_says():
    rng = np.random.default_rng(4)
    noise = Noise(0.75, 0.0, 1 / 3, 1.0, 3, 30, 500)
    patterns = simulation.patterns_for(noise, n_judgments=5)
    true = rng.integers(0, 3, 20_000)
    shares = np.full((20_000, 3), 0.125)
    shares[np.arange(20_000), true] = 0.75
    votes = np.array([rng.multinomial(5, row) for row in shares])
    best = votes == votes.max(axis=1, keepdims=True)

    right = (best[np.arange(20_000), true] / best.sum(axis=1)).mean()

    expected = simulation.expected_value(simulation.consensus_right, patterns)
    assert expected == pytest.approx(right, abs=0.01)


def test_more_judgments_of_a_comparison_need_fewer_comparisons():
    plan = plan_for(NOISE, wanted=Wanted.AGREEMENT, width=0.05, rng=np.random.default_rng(0))

    assert [one.n_judgments for one in plan.settings] == list(range(2, 10))
    assert (np.diff([one.n_comparisons for one in plan.settings]) < 0).all()
    assert plan.best.cost <= 1.05 * min(one.cost for one in plan.settings)


def test_half_the_width_costs_about_four_times_as_much():
    plan = plan_for(NOISE, wanted=Wanted.ALPHA, width=0.08, rng=np.random.default_rng(0))
    cost = dict(plan.costs)

    assert cost[0.04] / cost[0.08] == pytest.approx(4, rel=0.15)


def test_a_budget_that_is_too_small_says_what_it_buys():
    plan = plan_for(
        NOISE, wanted=Wanted.AGREEMENT, width=0.02, budget=2_000, rng=np.random.default_rng(0)
    )

    assert plan.best.cost > 2_000
    assert plan.affordable.cost <= 2_000
    assert plan.affordable.width > 0.02


def test_a_share_that_must_be_right_rules_out_settings_with_few_judgments():
    plan = plan_for(
        NOISE, wanted=Wanted.CONSENSUS, width=0.1, least=0.93, rng=np.random.default_rng(0)
    )

    assert plan.best.value >= 0.93
    assert plan.best.n_judgments >= 5


def test_what_cannot_be_reached_has_no_plan():
    plan = plan_for(
        NOISE, wanted=Wanted.CONSENSUS, width=0.1, least=0.9999, rng=np.random.default_rng(0)
    )

    assert plan.best is None
    assert plan.costs == []


def test_few_annotators_leave_a_width_that_more_comparisons_do_not_mend():
    rng = np.random.default_rng(0)
    few, many = (
        plan_for(
            Noise(0.78, 0.08, 0.1, 0.95, 3, n, 500), wanted=Wanted.AGREEMENT, width=0.1, rng=rng
        )
        for n in (5, 125)
    )

    assert few.other_annotators == pytest.approx(5 * many.other_annotators)


def test_the_noise_of_simulated_annotators_is_recovered():
    rng = np.random.default_rng(5)
    unit, coder, value = project(rng, NOISE, n_comparisons=3_000, n_judgments=5, n_annotators=60)

    found = measured_noise(
        unit, coder, value, n_units=3_000, n_coders=60, offered=np.ones(3, dtype=bool)
    )

    assert found.accuracy == pytest.approx(0.78, abs=0.03)
    assert found.spread == pytest.approx(0.08, abs=0.025)
    assert found.tie_share == pytest.approx(0.1, abs=0.03)
    assert found.usable_share == pytest.approx(0.95, abs=0.01)
    assert (found.n_annotators, found.n_comparisons) == (60, 3_000)


def test_published_agreement_stands_in_where_nothing_was_measured():
    noise = assumed_noise()

    assert agreement_of(noise.accuracy, n_values=2) == pytest.approx(0.73, abs=1e-6)
    assert noise.n_comparisons == 0


def test_a_width_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        plan_for(NOISE, wanted=Wanted.ALPHA, width=0, rng=np.random.default_rng(0))


def test_projects_in_which_nothing_can_be_measured_have_no_width():
    hardly_usable = Noise(0.78, 0.08, 0.1, 0.2, 3, 30, 500)
    patterns = simulation.patterns_for(hardly_usable, n_judgments=2)

    assert reached_width(Wanted.AGREEMENT, patterns, 20, np.random.default_rng(0)) == np.inf
