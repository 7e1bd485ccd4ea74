"""How far annotators agree, over all comparisons: shares of pairs and alpha, with intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from annotation.intervals import wilson_interval
from quality.metrics.alpha import Level, alpha_of_sums, alpha_statistics
from quality.metrics.bootstrap import (
    MAX_UNDEFINED_SHARE,
    MIN_GROUPS,
    N_DRAWS,
    DrawnOver,
    Frame,
    drawn_sums,
    frame_of,
    percentile_interval,
)
from quality.metrics.estimates import Estimate
from quality.metrics.patterns import Patterns, pairs_within, patterns_of_counts

NO_PAIR = "no comparison has two usable judgments"
ONE_VALUE = "every usable judgment says the same, so chance explains all agreement"
TOO_FEW = f"fewer than {MIN_GROUPS} comparisons with two usable judgments: no interval"
NO_SPREAD = "every pair agrees, so draws do not differ: no interval"
SAME_DRAWS = "draws do not differ: no interval"
UNDEFINED_DRAWS = "undefined in more than 5 % of the draws: no interval"
# Draws closer together than this differ by rounding only.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Measured:
    """An estimate, and how its interval came about.

    Attributes:
        estimate: The value, its interval and its n.
        drawn_over: Comparisons or prompts; NOTHING where there is no bootstrap interval.
        undefined_draws: Draws without a value, left out of the interval.
    """

    estimate: Estimate
    drawn_over: DrawnOver = DrawnOver.NOTHING
    undefined_draws: int = 0


def percent_agreement(
    counts: NDArray[np.int64],
    prompt: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    n_draws: int = N_DRAWS,
) -> Measured:
    """Agreeing pairs of judgments over all pairs within comparisons, pooled; 0..1.

    Args:
        counts: How often each value was given to each comparison, shape (n_units, n_values).
        prompt: Code of each comparison's prompt, shape (n_units,).
        rng: Source of the draws.
        n_draws: Number of draws.

    Undefined where no comparison has two values; n counts those that have.
    """
    patterns, prompt = _pairable(counts, prompt)
    agreeing, pairs = agreeing_pairs(patterns.counts).T
    return _share_of_rows(agreeing, pairs, patterns.row, prompt, rng=rng, n_draws=n_draws)


def agreeing_pairs(counts: sparse.csr_array) -> NDArray[np.int64]:
    """Agreeing pairs and all pairs of each row of value counts, shape (n_rows, 2)."""
    n_ratings = np.asarray(counts.sum(axis=1), dtype=np.int64)
    pairs = n_ratings * (n_ratings - 1) // 2
    within = pairs_within(counts)
    unequal = np.bincount(within.pattern, weights=within.product, minlength=counts.shape[0])
    return np.stack([pairs - unequal.astype(np.int64), pairs], axis=1)


def pooled_share(
    agreeing: NDArray[np.int64],
    pairs: NDArray[np.int64],
    prompt: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    n_draws: int = N_DRAWS,
    undefined_because: str = NO_PAIR,
) -> Measured:
    """Sum of agreeing pairs over sum of pairs, with a bootstrap interval; 0..1.

    Where all pairs agree, or none does, every draw is the same; the interval is then
    Wilson's, with each drawn group as one trial, because a width of nothing would claim
    certainty after five comparisons.

    Args:
        agreeing: Agreeing pairs of each comparison, shape (n_units,).
        pairs: All pairs of each comparison, same shape, at least 1.
        prompt: Code of each comparison's prompt, same shape.
        rng: Source of the draws.
        n_draws: Number of draws.
        undefined_because: The reason to give where there is no comparison.
    """
    if pairs.shape[0] == 0:
        return Measured(Estimate.undefined(undefined_because))
    # Two whole numbers as one: a table of rows is compared far more slowly.
    base = int(pairs.max()) + 1
    known, rows = np.unique(agreeing * base + pairs, return_inverse=True)
    return _share_of_rows(known // base, known % base, rows, prompt, rng=rng, n_draws=n_draws)


def _share_of_rows(
    agreeing: NDArray[np.int64],
    pairs: NDArray[np.int64],
    rows: NDArray[np.int64],
    prompt: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    n_draws: int,
) -> Measured:
    """The pooled share of units that are given as rows of a short table."""
    n_units = rows.shape[0]
    if n_units == 0:
        return Measured(Estimate.undefined(NO_PAIR))
    frame = frame_of(prompt)
    successes, trials = int(agreeing[rows].sum()), int(pairs[rows].sum())
    if 0 < successes < trials and frame.over is not DrawnOver.NOTHING:
        table = np.stack([agreeing, pairs], axis=1).astype(np.float64)
        sums = drawn_sums(rows, table, frame, rng=rng, n_draws=n_draws)
    else:
        sums = np.zeros((0, 2))
    return share_with_draws(successes, trials, sums, frame=frame, n=n_units)


def share_with_draws(
    successes: float, trials: float, sums: NDArray[np.float64], *, frame: Frame, n: int
) -> Measured:
    """A pooled share with the interval of its draws, or Wilson's where draws would not differ.

    Args:
        successes: Agreeing pairs.
        trials: All pairs, at least 1.
        sums: Both in each draw, shape (n_draws, 2).
        frame: What was drawn.
        n: Units behind the share.
    """
    value = float(successes / trials)
    if frame.over is DrawnOver.NOTHING:
        return Measured(Estimate(value, None, None, n, TOO_FEW))
    if successes in (0, trials):
        low, high = wilson_interval(frame.n_groups if successes else 0, frame.n_groups)
        return Measured(Estimate(value, low, high, n))
    low, high = percentile_interval(sums[:, 0] / sums[:, 1])
    return Measured(Estimate(value, low, high, n), frame.over)


def krippendorff_alpha(
    counts: NDArray[np.int64],
    prompt: NDArray[np.int64],
    *,
    level: Level,
    rng: np.random.Generator,
    n_draws: int = N_DRAWS,
) -> Measured:
    """Agreement corrected for chance, for any number of annotators; 1 is perfect, 0 is chance.

    Args:
        counts: How often each value was given to each comparison, shape (n_units, n_values).
        prompt: Code of each comparison's prompt, shape (n_units,).
        level: Nominal, ordinal in the order of the columns, or interval with equal steps.
        rng: Source of the draws.
        n_draws: Number of draws.

    Undefined where no comparison has two values, and where all values are the same (0/0). Of
    the draws, the undefined ones are counted and left out.

    Source: Krippendorff (2019), Content Analysis, 4th ed., chapter 12.
    """
    patterns, prompt = _pairable(counts, prompt)
    n_units = patterns.row.shape[0]
    if n_units == 0:
        return Measured(Estimate.undefined(NO_PAIR))
    statistics = alpha_statistics(patterns.counts, level=level)
    whole = np.atleast_2d(patterns.n_of @ statistics)
    value, defined = alpha_of_sums(whole, n_values=counts.shape[1], level=level)
    if not defined[0]:
        return Measured(Estimate.undefined(ONE_VALUE, n_units))
    frame = frame_of(prompt)
    if frame.over is DrawnOver.NOTHING:
        return Measured(Estimate(float(value[0]), None, None, n_units, TOO_FEW))
    sums = drawn_sums(patterns.row, statistics, frame, rng=rng, n_draws=n_draws)
    drawn = alpha_of_sums(sums, n_values=counts.shape[1], level=level)
    return with_draws(float(value[0]), *drawn, frame=frame, n=n_units)


def with_draws(
    value: float,
    drawn: NDArray[np.float64],
    defined: NDArray[np.bool_],
    *,
    frame: Frame,
    n: int,
) -> Measured:
    """A measure with the interval of its draws, or the reason why there is no interval.

    Args:
        value: The measure on everything.
        drawn: The measure in each draw, shape (n_draws,).
        defined: Where that is defined.
        frame: What was drawn.
        n: Units behind the value.
    """
    undefined = int((~defined).sum())
    known = drawn[defined]
    if frame.over is DrawnOver.NOTHING:
        return Measured(Estimate(value, None, None, n, TOO_FEW))
    if known.size and np.ptp(known) < ROUNDING:
        reason = NO_SPREAD if value > 1 - ROUNDING else SAME_DRAWS
        return Measured(Estimate(value, None, None, n, reason), undefined_draws=undefined)
    if undefined > MAX_UNDEFINED_SHARE * drawn.shape[0]:
        estimate = Estimate(value, None, None, n, UNDEFINED_DRAWS)
        return Measured(estimate, undefined_draws=undefined)
    low, high = percentile_interval(known)
    return Measured(Estimate(value, low, high, n), frame.over, undefined)


def _pairable(
    counts: NDArray[np.int64], prompt: NDArray[np.int64]
) -> tuple[Patterns, NDArray[np.int64]]:
    pairable = counts.sum(axis=1) >= 2
    return patterns_of_counts(counts[pairable]), prompt[pairable]
