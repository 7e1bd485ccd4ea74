"""How far annotators agree, over all comparisons: shares of pairs and alpha, with intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.intervals import wilson_interval
from quality.metrics.alpha import Level, alpha_of_sums, alpha_point, alpha_statistics
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

NO_PAIR = "no comparison has two usable judgments"
ONE_VALUE = "every usable judgment says the same, so chance explains all agreement"
TOO_FEW = f"fewer than {MIN_GROUPS} comparisons with two usable judgments: no interval"
NO_SPREAD = "every pair agrees, so draws do not differ: no interval"
UNDEFINED_DRAWS = "undefined in more than 5 % of the draws: no interval"


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
    pairable = counts.sum(axis=1) >= 2
    counts, prompt = counts[pairable], prompt[pairable]
    agreeing = (counts * (counts - 1) // 2).sum(axis=1)
    of_unit = counts.sum(axis=1)
    pairs = of_unit * (of_unit - 1) // 2
    return pooled_share(agreeing, pairs, prompt, rng=rng, n_draws=n_draws)


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
    n_units = pairs.shape[0]
    if n_units == 0:
        return Measured(Estimate.undefined(undefined_because))
    successes, trials = int(agreeing.sum()), int(pairs.sum())
    value = successes / trials
    frame = frame_of(prompt)
    if frame.over is DrawnOver.NOTHING:
        return Measured(Estimate(value, None, None, n_units, TOO_FEW))
    if successes in (0, trials):
        low, high = wilson_interval(frame.n_groups if successes else 0, frame.n_groups)
        return Measured(Estimate(value, low, high, n_units))

    table, rows = np.unique(np.stack([agreeing, pairs], axis=1), axis=0, return_inverse=True)
    sums = drawn_sums(rows, table.astype(np.float64), frame, rng=rng, n_draws=n_draws)
    low, high = percentile_interval(sums[:, 0] / sums[:, 1])
    return Measured(Estimate(value, low, high, n_units), frame.over)


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
        level: Nominal, or ordinal in the order of the columns.
        rng: Source of the draws.
        n_draws: Number of draws.

    Undefined where no comparison has two values, and where all values are the same (0/0). Of
    the draws, the undefined ones are counted and left out.

    Source: Krippendorff (2019), Content Analysis, 4th ed., chapter 12.
    """
    pairable = counts.sum(axis=1) >= 2
    counts, prompt = counts[pairable], prompt[pairable]
    n_units, n_values = counts.shape
    if n_units == 0:
        return Measured(Estimate.undefined(NO_PAIR))
    value = alpha_point(counts, level=level)
    if value is None:
        return Measured(Estimate.undefined(ONE_VALUE, n_units))
    frame = frame_of(prompt)
    if frame.over is DrawnOver.NOTHING:
        return Measured(Estimate(value, None, None, n_units, TOO_FEW))
    if (np.count_nonzero(counts, axis=1) == 1).all():
        return Measured(Estimate(value, None, None, n_units, NO_SPREAD))

    patterns, rows = np.unique(counts, axis=0, return_inverse=True)
    sums = drawn_sums(rows, alpha_statistics(patterns), frame, rng=rng, n_draws=n_draws)
    return _with_interval(
        value, n_units, frame, *alpha_of_sums(sums, n_values=n_values, level=level)
    )


def _with_interval(
    value: float,
    n_units: int,
    frame: Frame,
    drawn: NDArray[np.float64],
    defined: NDArray[np.bool_],
) -> Measured:
    undefined = int((~defined).sum())
    if undefined > MAX_UNDEFINED_SHARE * drawn.shape[0]:
        estimate = Estimate(value, None, None, n_units, UNDEFINED_DRAWS)
        return Measured(estimate, undefined_draws=undefined)
    low, high = percentile_interval(drawn[defined])
    return Measured(Estimate(value, low, high, n_units), frame.over, undefined)
