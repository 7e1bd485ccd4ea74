"""A report's figures as one JSON document."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.metrics.agreement import Measured, krippendorff_alpha, percent_agreement
from quality.metrics.alpha import Level
from quality.metrics.annotators import WithOthers, agreement_with_others, left_share, longer_share
from quality.metrics.bootstrap import N_DRAWS
from quality.metrics.distributions import (
    judgments_per_comparison,
    medians_of_coders,
    outcome_counts,
    outcomes_of_coders,
    winner_shares,
)
from quality.metrics.estimates import Estimate
from quality.metrics.judged import OUTCOME_NAMES, TIE, Judged
from quality.metrics.reliability import MISSING, Reliability, positions_of_coders

NO_STRENGTHS = "no strengths"

Step = Callable[[str], None]


def n_steps(judged: Judged) -> int:
    """How often :func:`measured_document` calls its ``step``."""
    return len(_MEASURES) + judged.n_coders


def measured_document(
    judged: Judged, names: list[dict[str, str]], *, offers_tie: bool, seed: int, step: Step
) -> dict[str, Any]:
    """Every figure of a report, ready for JSON.

    Args:
        judged: The judgments.
        names: ``annotator`` and ``pseudonym`` of each coder, in the order of the codes.
        offers_tie: Whether annotators could answer with a tie.
        seed: Of every interval that is drawn.
        step: Called before each part of the work with what it is; may raise to stop it.
    """
    overall = {}
    for name, (title, measure) in _MEASURES.items():
        step(title)
        overall[name] = measure(judged, np.random.default_rng(seed))
    annotators = _annotators(judged, names, seed=seed, step=step)
    counts = outcome_counts(judged)
    has_ties = bool((judged.direction == TIE).any())
    return {
        "n_comparisons": judged.n_units,
        "n_comparisons_judged": int(np.unique(judged.unit).size),
        "n_judgments": int(judged.unit.size),
        "n_judgments_usable": int((judged.direction != MISSING).sum()),
        "n_annotators": judged.n_coders,
        "domain": ["A", "tie", "B"] if offers_tie or has_ties else ["A", "B"],
        "outcomes": counts,
        "judgments_per_comparison": judgments_per_comparison(judged),
        "winner_shares": winner_shares(judged),
        "agreement": {name: each.estimate.as_dict() for name, each in overall.items()},
        "left_share": left_share(_side_preferred(judged), judged.swapped).as_dict(),
        "longer_share": longer_share(_side_preferred(judged), judged.longer[judged.unit]).as_dict(),
        "annotators": annotators,
        "intervals": {
            "level": 0.95,
            "method": "percentile bootstrap",
            "draws": N_DRAWS,
            "seed": seed,
            "drawn_over": {name: each.drawn_over.value for name, each in overall.items()},
            "undefined_draws": {name: each.undefined_draws for name, each in overall.items()},
        },
    }


def _annotators(
    judged: Judged, names: list[dict[str, str]], *, seed: int, step: Step
) -> list[dict[str, Any]]:
    rows = []
    medians, outcomes = medians_of_coders(judged), outcomes_of_coders(judged)
    preferred, longer = _side_preferred(judged), judged.longer[judged.unit]
    own = positions_of_coders(judged.coder, judged.n_coders)
    rng = np.random.default_rng(seed)
    for each in agreement_with_others(judged.directions(), judged.prompt, rng=rng):
        step(f"Agreement of annotator {each.coder + 1} of {judged.n_coders}")
        mine = own[each.coder]
        median, n_timed = medians[each.coder]
        rows.append(
            {
                **names[each.coder],
                "n_judgments": int(mine.size),
                **_with_others(each),
                "left_share": left_share(preferred[mine], judged.swapped[mine]).as_dict(),
                "longer_share": longer_share(preferred[mine], longer[mine]).as_dict(),
                "outcomes": dict(zip(OUTCOME_NAMES, outcomes[each.coder].tolist(), strict=True)),
                "median_active_ms": median,
                "n_timed": n_timed,
            }
        )
    return rows


def _with_others(each: WithOthers) -> dict[str, Any]:
    return {
        "agreement_with_others": each.measured.estimate.as_dict(),
        "n_pairs_with_others": each.n_pairs,
        "drawn_over": each.measured.drawn_over.value,
    }


def _side_preferred(judged: Judged) -> NDArray[np.int64]:
    """-1 response A, 1 response B, 0 neither, whatever the reason."""
    return np.where(judged.direction == MISSING, 0, judged.direction - TIE)


def _percent(data: Reliability, judged: Judged, rng: np.random.Generator) -> Measured:
    return percent_agreement(data.counts(), judged.prompt, rng=rng)


def _alpha(
    data: Reliability, judged: Judged, rng: np.random.Generator, level: Level = Level.NOMINAL
) -> Measured:
    return krippendorff_alpha(data.counts(), judged.prompt, level=level, rng=rng)


def _alpha_strength(judged: Judged, rng: np.random.Generator) -> Measured:
    if not judged.offers_strength:
        return Measured(Estimate.undefined(NO_STRENGTHS))
    return _alpha(judged.strengths(), judged, rng, Level.ORDINAL)


_MEASURES: dict[str, tuple[str, Callable[[Judged, np.random.Generator], Measured]]] = {
    "percent_direction": (
        "Agreement of directions",
        lambda judged, rng: _percent(judged.directions(), judged, rng),
    ),
    "alpha_direction": (
        "Alpha of directions",
        lambda judged, rng: _alpha(judged.directions(), judged, rng),
    ),
    "alpha_strength": ("Alpha of strengths", _alpha_strength),
    "alpha_outcome": (
        "Alpha of outcomes",
        lambda judged, rng: _alpha(judged.outcomes(), judged, rng),
    ),
    "percent_without_ties": (
        "Agreement without ties",
        lambda judged, rng: _percent(judged.directions_without_ties(), judged, rng),
    ),
    "alpha_without_ties": (
        "Alpha without ties",
        lambda judged, rng: _alpha(judged.directions_without_ties(), judged, rng),
    ),
}
