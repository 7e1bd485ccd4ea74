"""How judgments spread over outcomes, comparisons and annotators."""

import numpy as np
from numpy.typing import NDArray

from quality.metrics.judged import OUTCOME_NAMES, Judged
from quality.metrics.reliability import positions_of_coders

# Lower ends, in per cent, of the bins of the winner's share; the last holds 100 % alone.
SHARE_BINS = (0, 50, 60, 70, 80, 90, 100)
# Comparisons with at least this many judgments share the last place.
MANY_JUDGMENTS = 10


def outcome_counts(judged: Judged) -> dict[str, int]:
    """Judgments per outcome, none left out."""
    counts = np.bincount(judged.outcome, minlength=len(OUTCOME_NAMES))
    return dict(zip(OUTCOME_NAMES, counts.tolist(), strict=True))


def judgments_per_comparison(judged: Judged) -> list[int]:
    """Comparisons with 0, 1, 2, ... judgments; those with MANY_JUDGMENTS or more come last."""
    per_unit = np.bincount(judged.unit, minlength=judged.n_units)
    places = np.bincount(np.minimum(per_unit, MANY_JUDGMENTS), minlength=MANY_JUDGMENTS + 1)
    return [int(count) for count in places]


def winner_shares(judged: Judged) -> list[int]:
    """Comparisons by the share of their usable judgments that the most frequent direction has.

    Over comparisons with at least two usable judgments; one count per bin of SHARE_BINS.
    """
    counts = judged.directions().counts()
    usable = counts.sum(axis=1)
    pairable = usable >= 2
    winner, usable = counts.max(axis=1)[pairable], usable[pairable]
    # Whole numbers: 3 of 5 falls into the bin that starts at 60 % exactly.
    reached = [(100 * winner >= lower * usable).sum() for lower in SHARE_BINS] + [0]
    return [int(here - above) for here, above in zip(reached, reached[1:], strict=False)]


def medians_of_coders(judged: Judged) -> list[tuple[float | None, int]]:
    """Median active_ms and number of timed judgments of each annotator; None where untimed."""
    medians: list[tuple[float | None, int]] = []
    for own in positions_of_coders(judged.coder, judged.n_coders):
        times = judged.active_ms[own]
        times = times[times >= 0]
        medians.append((float(np.median(times)) if times.size else None, int(times.size)))
    return medians


def outcomes_of_coders(judged: Judged) -> NDArray[np.int64]:
    """Judgments per annotator and outcome, shape (n_coders, number of outcomes)."""
    n_outcomes = len(OUTCOME_NAMES)
    cells = np.bincount(
        judged.coder * n_outcomes + judged.outcome, minlength=judged.n_coders * n_outcomes
    )
    return cells.reshape(judged.n_coders, n_outcomes)
