"""How many judgments of how many comparisons a wanted interval needs, found by simulation."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf

import numpy as np

from quality.metrics import simulation
from quality.metrics.noise import Noise
from quality.metrics.simulation import Measure, Patterns

# Judgments of a comparison that are tried.
MOST_JUDGMENTS = 9
FEWEST_COMPARISONS = 30
MOST_COMPARISONS = 5_000_000
# Simulated projects for each setting, and the share of them whose interval must be narrow enough.
N_PROJECTS = 500
ASSURANCE = 0.95
# Widths, as multiples of the wanted one, at which the cost is shown.
MULTIPLES = (0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
# Comparisons are found up to this share of them.
PRECISION = 0.02
# Fewer judgments of more comparisons are preferred where they cost at most so much more: more
# comparisons teach a model more.
TOLERATED = 1.05
NO_PLAN = f"more than {MOST_COMPARISONS:,} comparisons would be needed"


class Wanted(StrEnum):
    """What the interval is of."""

    AGREEMENT = "agreement"
    ALPHA = "alpha"
    CONSENSUS = "consensus"
    WIN_RATE = "win_rate"


_MEASURES: dict[Wanted, tuple[Measure, int, bool]] = {
    # The measure, the fewest judgments of a comparison, and whether its interval rests on draws.
    Wanted.AGREEMENT: (simulation.agreement, 2, True),
    Wanted.ALPHA: (simulation.alpha, 2, True),
    Wanted.CONSENSUS: (simulation.consensus_right, 2, True),
    Wanted.WIN_RATE: (simulation.win_rate, 1, False),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """Judgments of each comparison, and what they need.

    Attributes:
        n_judgments: Of each comparison.
        n_comparisons: The fewest at which 95 % of simulated intervals are narrow enough;
            None where there would be too many.
        value: What the measure comes out as.
        width: The width that 95 % of simulated intervals stay within.
    """

    n_judgments: int
    n_comparisons: int | None
    value: float
    width: float | None

    @property
    def cost(self) -> int | None:
        """Judgments in all."""
        return None if self.n_comparisons is None else self.n_judgments * self.n_comparisons


@dataclass(frozen=True, slots=True)
class Plan:
    """Every setting, and the one to take.

    Attributes:
        settings: One for each number of judgments of a comparison.
        best: The cheapest of those that are good enough, or one that costs hardly more and has
            fewer judgments of a comparison; None where there is none.
        affordable: What the budget allows where it does not reach, at its narrowest; else None.
        costs: Pairs of width and judgments in all, for as many judgments a comparison as
            the best setting has.
        other_annotators: Width that remains however many comparisons there are, if the interval
            is to hold for annotators like these; None where their number is unknown.
    """

    settings: list[Setting]
    best: Setting | None
    affordable: Setting | None
    costs: list[tuple[float, int]]
    other_annotators: float | None


def plan_for(
    noise: Noise,
    *,
    wanted: Wanted,
    width: float,
    budget: int | None = None,
    least: float | None = None,
    win_rate: float = 0.5,
    rng: np.random.Generator,
) -> Plan:
    """The settings that reach a width, the cheapest first in ``best``.

    Args:
        noise: What judgments are like.
        wanted: What the interval is of.
        width: From its lower to its upper end, above 0.
        budget: Judgments that can be paid, or None.
        least: What the measure itself must reach, such as the share of right consensus.
        win_rate: How often the model truly wins; one half needs most.
        rng: Source of the simulations.
    """
    if not 0 < width <= 2:
        raise ValueError(f"expected a width above 0 and up to 2, got {width}")
    measure, fewest, _ = _MEASURES[wanted]
    settings = []
    for n_judgments in range(fewest, MOST_JUDGMENTS + 1):
        patterns = simulation.patterns_for(noise, n_judgments=n_judgments, win_rate=win_rate)
        settings.append(_setting(wanted, patterns, n_judgments, width, rng))
    possible = [one for one in settings if one.cost is not None and one.value >= (least or -inf)]
    best = _best(possible)
    costs = []
    if best is not None:
        patterns = simulation.patterns_for(noise, n_judgments=best.n_judgments, win_rate=win_rate)
        costs = _costs(wanted, patterns, best, width, rng)
    affordable = None
    if budget is not None and (best is None or (best.cost or inf) > budget):
        good = [one for one in settings if one.value >= (least or -inf)]
        affordable = _affordable(wanted, noise, good, budget, win_rate, rng)
    return Plan(
        settings, best, affordable, costs, _other_annotators(measure, noise, best, win_rate)
    )


def _best(possible: list[Setting]) -> Setting | None:
    lowest = min((one.cost or inf for one in possible), default=inf)
    good = [one for one in possible if (one.cost or inf) <= TOLERATED * lowest]
    return min(good, key=lambda one: one.n_judgments, default=None)


def reached_width(
    wanted: Wanted, patterns: Patterns, n_comparisons: int, rng: np.random.Generator
) -> float:
    """The width that 95 % of simulated intervals stay within."""
    measure, _, from_draws = _MEASURES[wanted]
    widths = simulation.simulated_widths(
        measure,
        patterns,
        n_comparisons=n_comparisons,
        n_draws=N_PROJECTS,
        from_draws=from_draws,
        rng=rng,
    )
    return float(np.quantile(widths, ASSURANCE, method="higher"))


def _setting(
    wanted: Wanted,
    patterns: Patterns,
    n_judgments: int,
    width: float,
    rng: np.random.Generator,
) -> Setting:
    value = simulation.expected_value(_MEASURES[wanted][0], patterns)
    n, reached = _comparisons_for(wanted, patterns, width, rng)
    return Setting(n_judgments, n, value, reached)


def _comparisons_for(
    wanted: Wanted, patterns: Patterns, width: float, rng: np.random.Generator
) -> tuple[int | None, float | None]:
    """The fewest comparisons: widths shrink with their square root, which gives the way up."""
    too_few, enough = FEWEST_COMPARISONS - 1, FEWEST_COMPARISONS
    reached = reached_width(wanted, patterns, enough, rng)
    while reached > width:
        further = 4.0 if reached == inf else max((reached / width) ** 2, 1.01)
        too_few, enough = enough, ceil(enough * further)
        if enough > MOST_COMPARISONS:
            return None, None
        reached = reached_width(wanted, patterns, enough, rng)
    while enough - too_few > max(1, enough * PRECISION):
        middle = (too_few + enough) // 2
        at_middle = reached_width(wanted, patterns, middle, rng)
        if at_middle <= width:
            enough, reached = middle, at_middle
        else:
            too_few = middle
    return enough, reached


def _costs(
    wanted: Wanted,
    patterns: Patterns,
    best: Setting,
    width: float,
    rng: np.random.Generator,
) -> list[tuple[float, int]]:
    found = []
    for multiple in MULTIPLES:
        n = best.n_comparisons
        if multiple != 1:
            n, _ = _comparisons_for(wanted, patterns, width * multiple, rng)
        if n is not None:
            found.append((width * multiple, n * best.n_judgments))
    return found


def _affordable(
    wanted: Wanted,
    noise: Noise,
    settings: list[Setting],
    budget: int,
    win_rate: float,
    rng: np.random.Generator,
) -> Setting | None:
    """The narrowest interval that the budget pays for."""
    found = []
    for one in settings:
        n = budget // one.n_judgments
        if n < FEWEST_COMPARISONS:
            continue
        patterns = simulation.patterns_for(noise, n_judgments=one.n_judgments, win_rate=win_rate)
        reached = reached_width(wanted, patterns, n, rng)
        if reached < inf:
            found.append(Setting(one.n_judgments, n, one.value, reached))
    return min(found, key=lambda one: one.width or inf, default=None)


def _other_annotators(
    measure: Measure, noise: Noise, best: Setting | None, win_rate: float
) -> float | None:
    """What the draw of annotators alone adds: the measure's slope in their mean accuracy."""
    if best is None or noise.n_annotators < 2:
        return None
    step = 0.01
    low, high = (
        simulation.expected_value(
            measure,
            simulation.patterns_for(
                _with_accuracy(noise, noise.accuracy + change),
                n_judgments=best.n_judgments,
                win_rate=win_rate,
            ),
        )
        for change in (-step, step)
    )
    slope = abs(high - low) / (2 * step)
    return 2 * simulation.NORMAL * slope * noise.spread / float(np.sqrt(noise.n_annotators))


def _with_accuracy(noise: Noise, accuracy: float) -> Noise:
    return Noise(**{**noise.as_dict(), "accuracy": accuracy})  # type: ignore[arg-type]
