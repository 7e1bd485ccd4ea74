"""Methods compared: what five ways of aggregating the judgments decide, and where they part."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.charts.consensus import consensus_charts
from quality.metrics.consensus import Consensus, disagreement, equal_decisions, kept_at
from quality.metrics.evidence import Evidence
from quality.metrics.judged import OUTCOME_NAMES, TIE, A, B
from quality.metrics.majority import majority
from quality.metrics.methods import SMOOTHING, all_methods
from quality.metrics.proportions import share
from quality.metrics.reliability import MISSING, Reliability
from quality.reporting.consensus import ConsensusReading
from quality.reporting.sections.base import Context, Document, Section

NOTHING = "no judgment prefers a response or calls a tie"
NOT_ADJUDICATED = "no reviewer decided a comparison that this method decides"
NONE_DECIDED_BY_BOTH = "no comparison is decided by both"
# Certainty of a decision: lower ends of the bins; the last one holds certainty itself.
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
THRESHOLDS = (0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
# Confidence of the majority filter, exact: 3 of 5 reaches 3/5.
FILTERS = tuple(Fraction(tenths, 10) for tenths in (5, 6, 7, 8, 9, 10))
MIN_VOTES = 3
# A decision at least this probable is counted as sure.
SURE = 0.9
MAX_DISPUTED = 100
# Below this many judgments of the median annotator, one accuracy per person is all one can learn.
SPARSE = 50


def measure(evidence: Evidence, context: Context) -> Document:
    """Run every method on the directions, and compare them.

    Posteriors of all methods stay in memory together: 60 MB for a million comparisons.
    """
    data, values = offered_directions(evidence)
    document: Document = {
        "values": [OUTCOME_NAMES[value] for value in values],
        "n_votes": int(np.count_nonzero(data.value != MISSING)),
        "smoothing": SMOOTHING,
        "bins": list(BINS),
        "thresholds": list(THRESHOLDS),
        "undefined_because": "",
    }
    if not document["n_votes"]:
        return {**document, "undefined_because": NOTHING, "methods": []}
    methods = dict(all_methods(data, rng=context.rng(), step=context.step))
    context.step("Comparing the methods")
    known = _adjudicated(evidence, values)
    counts = data.counts()
    recommended = _recommended(data)
    disputed = _disputed(evidence, methods, counts, document["values"])
    n_judged = int(np.count_nonzero(counts.any(axis=1)))
    sure = methods[recommended["name"]].certainty >= np.float32(SURE)
    return {
        **document,
        "n_judged": n_judged,
        "alike": _share(n_judged - disputed["n"], n_judged),
        "sure": _share(int(np.count_nonzero(sure)), n_judged),
        "recommended": recommended,
        "methods": [
            {"name": name, **_figures(method, known, len(values))}
            for name, method in methods.items()
        ],
        "agreement": [
            [_equal(first, second) for second in methods.values()] for first in methods.values()
        ],
        "filter": _filtered(counts),
        "disputed": disputed,
    }


def offered_directions(evidence: Evidence) -> tuple[Reliability, list[int]]:
    """The directions with codes into the values that were offered or given: without ties, A or B.

    A value that nobody could choose would take its share of every uniform prior.
    """
    directions = evidence.judged.directions()
    if evidence.offers_tie or (directions.value == TIE).any():
        return directions, [A, TIE, B]
    return evidence.judged.directions_without_ties(), [A, B]


def _adjudicated(evidence: Evidence, values: list[int]) -> NDArray[np.int64]:
    """What reviewers decided, as codes into the values; MISSING where that is none of them."""
    if evidence.adjudicated is None:
        return np.full(evidence.judged.n_units, MISSING)
    known = np.full(evidence.judged.n_units, MISSING)
    for code, value in enumerate(values):
        known[evidence.adjudicated == value] = code
    return known


def _recommended(data: Reliability) -> dict[str, Any]:
    """The method to trust, by how much there is to learn about each annotator."""
    of_coder = np.bincount(data.coder[data.value != MISSING], minlength=data.n_coders)
    of_unit = np.bincount(data.unit[data.value != MISSING], minlength=data.n_units)
    median = float(np.median(of_coder[of_coder > 0]))
    if of_unit.max() < 2:
        name = "majority"
    elif np.count_nonzero(of_coder) < 3 or median < SPARSE:
        name = "one_coin"
    else:
        name = "dawid_skene"
    return {
        "name": name,
        "median_judgments": median,
        "n_annotators": int(np.count_nonzero(of_coder)),
        "most_judgments": int(of_unit.max()),
    }


def _figures(method: Consensus, known: NDArray[np.int64], n_values: int) -> dict[str, Any]:
    decided = method.is_decided
    n_decided = int(np.count_nonzero(decided))
    judged = method.certainty[method.is_judged]
    comparable = decided & (known != MISSING)
    right = int(np.count_nonzero(method.value[comparable] == known[comparable]))
    edges = np.array([*BINS, 2.0], dtype=np.float32)
    return {
        "n_decided": n_decided,
        "n_judged": int(judged.size),
        "decisions": np.bincount(method.value[decided], minlength=n_values).tolist(),
        "mean_certainty": float(judged.mean(dtype=np.float64)),
        "expected_error": method.expected_error,
        "mean_entropy": method.mean_entropy,
        "n_iter": method.n_iter,
        "converged": method.converged,
        "note": method.note,
        "adjudicated": share(
            right, int(np.count_nonzero(comparable)), undefined_because=NOT_ADJUDICATED
        ).as_dict(),
        "histogram": np.histogram(judged, bins=edges)[0].tolist(),
        "kept": kept_at(method.certainty, decided, THRESHOLDS),
    }


def _share(part: int, whole: int) -> dict[str, Any]:
    return {**share(part, whole, undefined_because=NOTHING).as_dict()}


def _equal(first: Consensus, second: Consensus) -> dict[str, Any]:
    equal, both = equal_decisions(first, second)
    return {**share(equal, both, undefined_because=NONE_DECIDED_BY_BOTH).as_dict()}


def _filtered(counts: NDArray[np.int64]) -> list[dict[str, Any]]:
    """What the majority filter of datasets keeps at each confidence, ties among the kept."""
    rows = []
    for at_least in FILTERS:
        found = majority(
            counts, min_judgments=MIN_VOTES, min_votes=MIN_VOTES, min_confidence=at_least
        )
        any_votes = majority(counts, min_confidence=at_least)
        rows.append(
            {
                "min_confidence": float(at_least),
                "kept": int(np.count_nonzero(found.value != MISSING)),
                "kept_without_minimum": int(np.count_nonzero(any_votes.value != MISSING)),
                "undecided": found.undecided(),
            }
        )
    return rows


def _disputed(
    evidence: Evidence,
    methods: dict[str, Consensus],
    counts: NDArray[np.int64],
    values: list[str],
) -> dict[str, Any]:
    """Comparisons on which methods decide differently, those furthest apart first."""
    decided = np.stack([method.value for method in methods.values()])
    has_two = decided.max(axis=0) != np.where(decided == MISSING, 127, decided).min(axis=0)
    parted = np.flatnonzero(has_two & (decided.max(axis=0) != MISSING))
    apart = disagreement(list(methods.values()))[parted]
    # Equal distances in the order of the comparisons, whatever the sort does.
    worst = parted[np.lexsort((parted, -apart))[:MAX_DISPUTED]]
    names = [*values, None]
    return {
        "n": int(parted.size),
        "comparisons": [
            {
                "comparison": int(evidence.key[unit]),
                "votes": dict(zip(values, counts[unit].tolist(), strict=True)),
                "decisions": {
                    name: names[int(method.value[unit])] for name, method in methods.items()
                },
                "certainty": {
                    name: float(method.certainty[unit]) for name, method in methods.items()
                },
            }
            for unit in worst.tolist()
        ],
    }


SECTION = Section(
    name="consensus",
    title="Methods compared",
    measure=measure,
    charts=consensus_charts,
    read=ConsensusReading,
)
