"""Bootstrap intervals: what is drawn, how often they cover the truth, what they cost."""

import numpy as np
import pytest

from quality.metrics.agreement import UNDEFINED_DRAWS, krippendorff_alpha, percent_agreement
from quality.metrics.alpha import Level, alpha_point
from quality.metrics.bootstrap import DrawnOver, drawn_sums, frame_of


def simulated_counts(rng, *, n_units=200, n_coders=4, skill=0.8):
    """Coders that give a unit's true side with probability ``skill``; counts (n_units, 2)."""
    truth = rng.integers(0, 2, size=(n_units, 1))
    given = np.where(rng.random((n_units, n_coders)) < skill, truth, 1 - truth)
    return np.stack([(given == 0).sum(axis=1), (given == 1).sum(axis=1)], axis=1)


def alpha(counts, prompts, seed=0, **options):
    rng = np.random.default_rng(seed)
    return krippendorff_alpha(counts, prompts, level=Level.NOMINAL, rng=rng, **options)


def test_the_same_seed_gives_the_same_interval():
    counts = simulated_counts(np.random.default_rng(1))
    prompts = np.arange(len(counts))

    assert alpha(counts, prompts, seed=5) == alpha(counts, prompts, seed=5)
    assert alpha(counts, prompts, seed=5) != alpha(counts, prompts, seed=6)


def test_interval_matches_a_plain_bootstrap_of_units():
    counts = simulated_counts(np.random.default_rng(2), n_units=120)
    rng = np.random.default_rng(3)
    plain = [
        alpha_point(counts[rng.integers(0, 120, size=120)], level=Level.NOMINAL)
        for _ in range(1_000)
    ]

    estimate = alpha(counts, np.arange(120)).estimate

    assert estimate.low == pytest.approx(np.percentile(plain, 2.5), abs=0.02)
    assert estimate.high == pytest.approx(np.percentile(plain, 97.5), abs=0.02)


def test_interval_over_prompts_matches_a_plain_bootstrap_of_prompts():
    counts = simulated_counts(np.random.default_rng(4), n_units=180)
    prompts = np.repeat(np.arange(30), 6)
    rng = np.random.default_rng(5)
    plain = []
    for _ in range(1_000):
        units = np.concatenate([np.flatnonzero(prompts == p) for p in rng.integers(0, 30, 30)])
        plain.append(alpha_point(counts[units], level=Level.NOMINAL))

    measured = alpha(counts, prompts)

    assert measured.drawn_over is DrawnOver.PROMPTS
    assert measured.estimate.low == pytest.approx(np.percentile(plain, 2.5), abs=0.02)
    assert measured.estimate.high == pytest.approx(np.percentile(plain, 97.5), abs=0.02)


def test_repeating_every_comparison_under_its_prompt_does_not_narrow_the_interval():
    counts = simulated_counts(np.random.default_rng(6), n_units=100)
    fourfold, prompts = np.repeat(counts, 4, axis=0), np.repeat(np.arange(100), 4)

    def width(measured):
        return measured.estimate.high - measured.estimate.low

    once = width(alpha(counts, np.arange(100)))
    as_prompts = width(alpha(fourfold, prompts))
    as_comparisons = width(alpha(fourfold, np.arange(400)))

    assert as_prompts == pytest.approx(once, rel=0.2)
    assert as_comparisons < 0.7 * once


@pytest.mark.parametrize(
    ("prompts", "over"),
    [
        (np.arange(12), DrawnOver.COMPARISONS),
        (np.repeat(np.arange(6), 2), DrawnOver.PROMPTS),
        (np.repeat(np.arange(4), 3), DrawnOver.COMPARISONS),
        (np.zeros(4, dtype=np.int64), DrawnOver.NOTHING),
    ],
)
def test_prompts_are_drawn_only_where_they_repeat_and_suffice(prompts, over):
    assert frame_of(prompts).over is over


def test_draws_without_a_value_are_counted():
    # One comparison in nine holds the only B: (8/9) ** 9 of the draws miss it, about 35 %.
    counts = np.array([[2, 0]] * 8 + [[1, 1]])

    measured = alpha(counts, np.arange(9))

    assert measured.estimate.value is not None
    assert measured.estimate.low is None
    assert measured.estimate.undefined_because == UNDEFINED_DRAWS
    assert measured.undefined_draws == pytest.approx(346, abs=60)


def test_a_few_draws_without_a_value_leave_the_interval_in_place():
    # (1 - 4/40) ** 40 = 1.5 % of the draws hold no B.
    counts = np.array([[2, 0]] * 36 + [[1, 1]] * 4)

    measured = alpha(counts, np.arange(40))

    assert measured.estimate.low is not None
    assert 0 < measured.undefined_draws < 50


@pytest.mark.slow
def test_intervals_cover_the_long_run_value_as_often_as_they_say():
    rng = np.random.default_rng(7)
    # Skill 0.8: two coders agree with probability 0.8 ** 2 + 0.2 ** 2 = 0.68.
    covered = 0
    for _ in range(400):
        counts = simulated_counts(rng, n_units=150)
        estimate = percent_agreement(counts, np.arange(150), rng=rng, n_draws=400).estimate
        covered += estimate.low <= 0.68 <= estimate.high

    # 95 % of 400, four standard errors wide.
    assert 363 <= covered <= 397


@pytest.mark.parametrize("n_rows", [5, 400])
def test_both_ways_of_drawing_have_the_moments_of_a_multinomial(n_rows):
    # 2,000 groups: 5 different rows are drawn as a multinomial, 400 by index.
    rows = np.arange(2_000) % n_rows
    frame = frame_of(np.arange(2_000))

    sums = drawn_sums(rows, np.eye(n_rows), frame, rng=np.random.default_rng(8), n_draws=4_000)

    share = 1 / n_rows
    assert (sums.sum(axis=1) == 2_000).all()
    assert sums.mean(axis=0) == pytest.approx(np.full(n_rows, 2_000 * share), rel=0.1)
    assert sums.var(axis=0).mean() == pytest.approx(2_000 * share * (1 - share), rel=0.15)


def test_draws_come_in_chunks_of_bounded_size(monkeypatch):
    rows, statistics = np.arange(300) % 7, np.arange(7.0).reshape(7, 1)
    frame = frame_of(np.arange(300))
    whole = drawn_sums(rows, statistics, frame, rng=np.random.default_rng(9), n_draws=50)

    monkeypatch.setattr("quality.metrics.bootstrap.CHUNK_CELLS", 70)
    chunked = drawn_sums(rows, statistics, frame, rng=np.random.default_rng(9), n_draws=50)

    assert (chunked == whole).all()
