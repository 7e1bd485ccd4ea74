"""All coefficients of agreement of the same judgments, each with both kinds of intervals."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.agreement import (
    NO_PAIR,
    ONE_VALUE,
    Measured,
    agreeing_pairs,
    share_with_draws,
    with_draws,
)
from quality.metrics.alpha import Level, alpha_of_sums, alpha_statistics
from quality.metrics.bootstrap import N_DRAWS, DrawnOver, Frame, drawn_sums, frame_of
from quality.metrics.chance import (
    RatedSums,
    Samples,
    brennan_prediger_of_sums,
    fleiss_of_sums,
    gwet_of_sums,
    rated_statistics,
)
from quality.metrics.estimates import Estimate
from quality.metrics.jackknife import jackknife, sums_without_each
from quality.metrics.patterns import Patterns, patterns_of
from quality.metrics.reliability import Reliability

ONE_IN_DOMAIN = "the domain has only one value, so nobody can disagree"
PERCENT = "percent_agreement"
# Means of units rated at least once, where the others look only at those rated twice.
OVER_RATED = ("fleiss_kappa", "gwet_ac", "brennan_prediger")
NAMES = (PERCENT, "krippendorff_alpha", *OVER_RATED)


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient with what is known of its uncertainty.

    Attributes:
        measured: With the interval for these annotators: what else could have been judged.
        others: With the interval for annotators like these: who else could have judged.
    """

    measured: Measured
    others: Estimate

    @classmethod
    def undefined(cls, reason: str, n: int = 0) -> "Coefficient":
        estimate = Estimate.undefined(reason, n)
        return cls(Measured(estimate), estimate)


@dataclass(frozen=True, slots=True)
class _Formulas:
    """What each unit adds, and every coefficient from the sums of that."""

    n_values: int
    level: Level
    scale: NDArray[np.float64] | None

    def statistics(self, counts: sparse.csr_array) -> sparse.csr_array:
        parts = (
            sparse.csr_array(agreeing_pairs(counts).astype(np.float64)),
            rated_statistics(counts, level=self.level, scale=self.scale),
            alpha_statistics(counts, level=self.level, scale=self.scale),
        )
        return sparse.csr_array(sparse.hstack(parts, format="csr"))

    def sums(self, patterns: Patterns) -> NDArray[np.float64]:
        """The sums over all units, as one sample."""
        return np.atleast_2d(patterns.n_of @ self.statistics(patterns.counts))

    def values(self, sums: NDArray[np.float64]) -> dict[str, Samples]:
        """Each coefficient in each sample, and where it is defined."""
        rated = RatedSums.of(sums[:, 2 : 6 + self.n_values])
        alpha = sums[:, 6 + self.n_values :]
        has_pairs = sums[:, 1] > 0.5
        return {
            PERCENT: (sums[:, 0] / np.where(has_pairs, sums[:, 1], 1.0), has_pairs),
            "krippendorff_alpha": alpha_of_sums(
                alpha, n_values=self.n_values, level=self.level, scale=self.scale
            ),
            "fleiss_kappa": fleiss_of_sums(rated),
            "gwet_ac": gwet_of_sums(rated, level=self.level, scale=self.scale),
            "brennan_prediger": brennan_prediger_of_sums(rated),
        }


def coefficients(
    data: Reliability,
    prompt: NDArray[np.int64],
    *,
    level: Level,
    rng: Callable[[], np.random.Generator],
    scale: NDArray[np.float64] | None = None,
    n_draws: int = N_DRAWS,
    only: tuple[str, ...] = NAMES,
) -> dict[str, Coefficient]:
    """Percent agreement, alpha, Fleiss' kappa, Gwet's AC1 or AC2, and Brennan-Prediger.

    The first interval of each is drawn over comparisons, or over prompts where they repeat,
    and holds for these annotators; the second leaves out each annotator in turn and holds for
    others like them on the same comparisons. Alpha and Gwet's coefficient follow the level;
    the other three are nominal.

    Args:
        data: Judgments; missing values are left out.
        prompt: Code of each unit's prompt, shape (n_units,).
        level: Nominal, ordinal in the order of the codes, or interval.
        rng: Makes the source of the draws, the same each time it is called.
        scale: The number that each value stands for, shape (n_values,); only for intervals.
        n_draws: Number of draws.
        only: The coefficients that are wanted.

    Returns:
        A result for each that is wanted. n counts the units with at least two values.
    """
    usable = data.usable()
    patterns = patterns_of(usable)
    pairable = patterns.with_ratings(2)
    n = int(pairable.sum())
    if n == 0:
        return {name: Coefficient.undefined(NO_PAIR) for name in only}
    formulas = _Formulas(data.n_values, level, scale)
    sums = formulas.sums(patterns)
    without_each = formulas.values(sums_without_each(usable, patterns, formulas.statistics))
    over_pairable = _drawn(formulas, patterns, prompt, pairable, rng=rng(), n_draws=n_draws)
    is_rated = patterns.with_ratings(1)
    over_rated = over_pairable
    if int(is_rated.sum()) > n and set(only) & set(OVER_RATED):
        over_rated = _drawn(formulas, patterns, prompt, is_rated, rng=rng(), n_draws=n_draws)
    return {
        name: _coefficient(
            name,
            formulas,
            sums,
            without_each[name],
            over_rated if name in OVER_RATED else over_pairable,
            n=n,
        )
        for name in only
    }


def _coefficient(
    name: str,
    formulas: _Formulas,
    sums: NDArray[np.float64],
    without_each: Samples,
    drawn: tuple[Frame, NDArray[np.float64]],
    *,
    n: int,
) -> Coefficient:
    """One coefficient of the sums over all units, with both of its intervals."""
    (value,), (defined,) = formulas.values(sums)[name]
    if not defined:
        return Coefficient.undefined(ONE_IN_DOMAIN if formulas.n_values < 2 else ONE_VALUE, n)
    frame, draws = drawn
    if name == PERCENT:
        successes, trials = (int(total) for total in sums[0, :2])
        measured = share_with_draws(successes, trials, draws[:, :2], frame=frame, n=n)
    else:
        measured = with_draws(float(value), *formulas.values(draws)[name], frame=frame, n=n)
    lowest = 0.0 if name == PERCENT else -np.inf
    return Coefficient(measured, jackknife(float(value), *without_each, n=n, lowest=lowest))


def _drawn(
    formulas: _Formulas,
    patterns: Patterns,
    prompt: NDArray[np.int64],
    units: NDArray[np.bool_],
    *,
    rng: np.random.Generator,
    n_draws: int,
) -> tuple[Frame, NDArray[np.float64]]:
    """What some of the units are drawn by, and the sums of their statistics in each draw."""
    frame = frame_of(prompt[units])
    drawn = patterns.only(units)
    if frame.over is DrawnOver.NOTHING:
        return frame, formulas.sums(drawn)
    statistics = formulas.statistics(drawn.counts)
    return frame, drawn_sums(drawn.row, statistics, frame, rng=rng, n_draws=n_draws)
