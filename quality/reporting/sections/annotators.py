"""Annotators: what each one's judgments are worth, and by what they stand out."""

from typing import Any

import numpy as np
from scipy.special import bdtr

from quality.charts.annotators import annotator_charts
from quality.metrics.answers import straight_lines
from quality.metrics.competence import ALONE, Competence, competences
from quality.metrics.confusion import Confusion, confusions
from quality.metrics.estimates import Estimate
from quality.metrics.evidence import Evidence
from quality.metrics.hierarchy import shrunk_shares
from quality.metrics.judged import OUTCOME_NAMES
from quality.metrics.look_alikes import LookAlikes, look_alikes
from quality.metrics.proportions import share
from quality.metrics.runs import in_order
from quality.metrics.self_consistency import SelfConsistency, self_consistency
from quality.metrics.speed import speeds
from quality.metrics.strength_use import strength_use
from quality.reporting.annotators import AnnotatorsReading
from quality.reporting.flag_rules import MIN_TIMED, is_look_alike
from quality.reporting.flags import annotator_flags, expected_by_chance
from quality.reporting.sections.annotator_series import drifts
from quality.reporting.sections.annotator_slopes import all_slopes
from quality.reporting.sections.base import Context, Document, Section
from quality.reporting.sections.consensus import offered_directions

NO_GOLD = "no gold comparison was answered"
NO_ATTENTION = "no attention check was answered"
MIN_TIMED_ANNOTATORS = 3
# Pairs listed on the page; all that are flagged are listed with their annotators.
MAX_PAIRS = 20


def measure(evidence: Evidence, context: Context) -> Document:
    """Everything about every annotator."""
    judged = evidence.judged
    rows: list[Document] = [dict(row) for row in context.overview["annotators"]]
    data, values = offered_directions(evidence)
    context.step("Competence of the annotators")
    found = competences(data)
    for row, one in zip(rows, _competences(found), strict=True):
        row["competence"] = one
    context.step("Errors of the annotators")
    confusion = _confusion(found, rows, data.coder, data.value)
    context.step("Answers to known comparisons and repeats")
    gold = _gold(evidence, rows)
    again = _self_consistency(evidence, rows)
    _sides(rows)
    context.step("Length and form")
    pool_slopes, sample = all_slopes(evidence, rows)
    context.step("Times, strengths and runs")
    order = in_order(judged.coder, evidence.at)
    _uses(evidence, rows, order)
    context.step("Change over time")
    drifts(evidence, rows, order)
    context.step("Pairs of annotators")
    pairs = look_alikes(data)
    project = {
        "values": [OUTCOME_NAMES[value] for value in values],
        "agreement": context.overview["agreement"]["percent_direction"]["value"],
        # Of somebody who gives the values as often as they are true, without looking.
        "chance": float(found.marginals @ found.marginals),
        "typical_competence": found.shrunk.typical,
        "converged": found.converged,
        "n_iter": len(found.history),
        "undefined_because": found.undefined_because,
        **gold,
        "self_consistency": again,
        "confusion": confusion,
        "slopes": pool_slopes,
        "text_sample": sample,
        "typical_ms": _typical_ms(rows),
        "look_alikes": _look_alikes(pairs, rows),
    }
    return {
        "annotators": rows,
        **project,
        "flags": annotator_flags(rows, project),
        "by_chance": expected_by_chance(rows),
    }


def _competences(found: Competence) -> list[Document]:
    shrunk = found.shrunk
    return [
        {**Estimate(float(mean), float(low), float(high), int(n)).as_dict()}
        if n and not found.undefined_because
        else {**Estimate.undefined(found.undefined_because or ALONE, int(n)).as_dict()}
        for mean, low, high, n in zip(shrunk.mean, shrunk.low, shrunk.high, found.n, strict=True)
    ]


def _confusion(
    found: Competence, rows: list[Document], coder: Any, value: Any
) -> list[list[float]] | None:
    """Adds each annotator's table of errors; returns that of all together."""
    for row in rows:
        row["confusion"] = None
    if found.undefined_because:
        return None
    table = confusions(coder[found.kept], value[found.kept], found.others, n_coders=len(rows))
    for one, row in enumerate(rows):
        if found.n[one]:
            row["confusion"] = _table(table, one)
    pool: list[list[float]] = _rounded(table.pool)
    return pool


def _table(table: Confusion, one: int) -> Document:
    parts = {"share": table.share, "low": table.low, "high": table.high, "n": table.n}
    return {name: _rounded(part[one]) for name, part in parts.items()}


def _rounded(values: Any) -> Any:
    """Four decimals: tables are many, and nobody reads the fifth."""
    return np.round(values, 4).tolist()


def _gold(evidence: Evidence, rows: list[Document]) -> Document:
    """Adds accuracy on silent gold, also shrunk, and on attention checks; returns all together."""
    known = evidence.known_answers
    together = {}
    for name, where, reason in (
        ("gold", ~known.is_attention, NO_GOLD),
        ("attention", known.is_attention, NO_ATTENTION),
    ):
        n = np.bincount(known.coder[where], minlength=len(rows))
        right = np.bincount(known.coder[where & known.is_correct], minlength=len(rows))
        for row, hits, trials in zip(rows, right.tolist(), n.tolist(), strict=True):
            row[name] = share(hits, trials, undefined_because=reason).as_dict()
        pooled = share(int(right.sum()), int(n.sum()), undefined_because=reason)
        together[f"{name}_accuracy"] = pooled.as_dict()
        if name == "gold":
            _shrink_gold(rows, right, n, pooled)
    return {"gold": together["gold_accuracy"], **together}


def _shrink_gold(rows: list[Document], right: Any, n: Any, pooled: Estimate) -> None:
    found = shrunk_shares(right.astype(float), n.astype(float)) if n.any() else None
    for one, row in enumerate(rows):
        shrunk = Estimate.undefined(NO_GOLD)
        if found is not None and n[one]:
            mean, low, high = (float(part[one]) for part in (found.mean, found.low, found.high))
            shrunk = Estimate(mean, low, high, int(n[one]))
        row["gold_shrunk"] = shrunk.as_dict()
        row["gold_p"] = _p_below(int(right[one]), int(n[one]), pooled.value)


def _self_consistency(evidence: Evidence, rows: list[Document]) -> Document:
    *each, together = self_consistency(evidence.judged, evidence.repeats)
    for row, one in zip(rows, each, strict=True):
        row["self_consistency"] = _as_document(one)
        row["self_p"] = _p_below(one.n_same, one.direction.n, together.direction.value)
    return _as_document(together)


def _as_document(one: SelfConsistency) -> Document:
    return {
        name: getattr(one, name).as_dict()
        for name in ("direction", "same_sides", "swapped_sides", "strength")
    }


def _p_below(hits: int, n: int, expected: float | None) -> float | None:
    """Probability of so few hits where all annotators' share holds; None without a trial."""
    if not n or expected is None:
        return None
    return float(bdtr(hits, n, expected))


def _sides(rows: list[Document]) -> None:
    for row in rows:
        left = row["left_share"]
        row["left_p"] = None
        if left["value"] is not None:
            n_left = round(left["value"] * left["n"])
            fewer = min(n_left, left["n"] - n_left)
            row["left_p"] = min(1.0, 2 * float(bdtr(fewer, left["n"], 0.5)))


def _uses(evidence: Evidence, rows: list[Document], order: Any) -> None:
    """Adds time, strengths and the longest run."""
    judged = evidence.judged
    times = speeds(judged, evidence.length_a + evidence.length_b)
    strengths = strength_use(judged)
    runs = straight_lines(judged, evidence.at, order)
    for one, row in enumerate(rows):
        speed, run = times[one], runs[one]
        row["speed"] = {
            "spread": speed.spread,
            "deviation": speed.deviation,
            "too_fast": speed.too_fast.as_dict(),
            "histogram": speed.histogram,
        }
        row["strengths"] = {
            "counts": strengths.counts[one].tolist(),
            "entropy": float(strengths.entropy[one]),
            "mean_size": float(strengths.mean_size[one]),
        }
        row["run"] = {name: getattr(run, name) for name in run.__slots__}


def _typical_ms(rows: list[Document]) -> float | None:
    """The median of the annotators' medians, where enough of them were timed."""
    known = [row["median_active_ms"] for row in rows if row["n_timed"] >= MIN_TIMED]
    return float(np.median(known)) if len(known) >= MIN_TIMED_ANNOTATORS else None


def _look_alikes(pairs: LookAlikes, rows: list[Document]) -> Document:
    """Adds to each annotator those they are alike with; returns the most surprising pairs."""
    for row in rows:
        row["look_alikes"] = []
    n_pairs = int(pairs.n.size)
    listed = []
    for at in range(n_pairs):
        figures = {
            "n": int(pairs.n[at]),
            "agreement": float(pairs.agreement[at]),
            "expected": float(pairs.expected[at]),
            "log_p": float(pairs.log_p[at]),
        }
        alike = is_look_alike(figures, n_pairs)
        if not alike and at >= MAX_PAIRS:
            break
        first, second = rows[int(pairs.first[at])], rows[int(pairs.second[at])]
        if at < MAX_PAIRS:
            names = {"first": first["annotator"], "second": second["annotator"]}
            listed.append({**names, **figures, "is_flagged": alike})
        if alike:
            first["look_alikes"].append({"annotator": second["annotator"], **figures})
            second["look_alikes"].append({"annotator": first["annotator"], **figures})
    return {"n_pairs": n_pairs, "pairs": listed, "undefined_because": pairs.undefined_because}


SECTION = Section(
    name="annotators",
    title="Annotators",
    measure=measure,
    charts=annotator_charts,
    read=AnnotatorsReading,
)
