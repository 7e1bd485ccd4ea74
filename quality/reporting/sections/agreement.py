"""Agreement: how far annotators agree, by every coefficient, by pairs, and in each part."""

import numpy as np
from scipy.special import stdtrit

from annotation.intervals import Z_95
from quality.charts.agreement import agreement_charts
from quality.metrics.alpha import Level
from quality.metrics.ceiling import Ceiling, human_ceiling
from quality.metrics.coefficients import NAMES, PERCENT, Coefficient, coefficients
from quality.metrics.cohen import kappa_estimates
from quality.metrics.evidence import Evidence
from quality.metrics.reliability import MISSING, Reliability
from quality.metrics.strata import Stratum, strata
from quality.reporting.agreement import AgreementReading
from quality.reporting.document import NO_STRENGTHS
from quality.reporting.sections.base import Context, Document, Section
from quality.reporting.sections.consensus import offered_directions
from quality.reporting.strata import Split, criteria_of, n_without_label, splits_of, weeks_of

ALPHA = "krippendorff_alpha"
PARTS = (PERCENT, ALPHA)
# Of 50 annotators there are 1,225 pairs; nobody reads more.
MAX_ANNOTATORS = 50
# Parts that differ by less are not worth anybody's time, however certain the difference is.
NOTABLE = 0.05


def measure(evidence: Evidence, context: Context) -> Document:
    """Measure direction and strength apart, then the direction by pairs and by parts."""
    prompt = evidence.judged.prompt
    directions, values = offered_directions(evidence)
    context.step("Coefficients of directions")
    direction = coefficients(directions, prompt, level=Level.NOMINAL, rng=context.rng)
    context.step("Coefficients of strengths")
    strength = {name: Coefficient.undefined(NO_STRENGTHS) for name in NAMES}
    if evidence.judged.offers_strength:
        strengths = evidence.judged.strengths()
        strength = coefficients(strengths, prompt, level=Level.ORDINAL, rng=context.rng)
    document = {
        "n_annotators": int(np.unique(directions.coder[directions.value != MISSING]).size),
        "n_values": len(values),
        "direction": _documents(direction),
        "strength": _documents(strength),
        "ceiling": _ceilings(evidence, directions, context),
        "kappa": _kappas(evidence, directions, context),
        "splits": _splits(evidence, directions, context),
        "weeks": _weeks(evidence, directions, context),
    }
    _mark(document)
    return document


def _documents(found: dict[str, Coefficient]) -> Document:
    return {
        name: {
            "estimate": each.measured.estimate.as_dict(),
            "others": each.others.as_dict(),
            "drawn_over": each.measured.drawn_over.value,
            "undefined_draws": each.measured.undefined_draws,
        }
        for name, each in found.items()
    }


def _ceilings(evidence: Evidence, directions: Reliability, context: Context) -> Document:
    context.step("How well the others predict a judgment")
    prompt = evidence.judged.prompt
    preferred = evidence.judged.directions_without_ties()
    return {
        "with_ties": _ceiling(human_ceiling(directions, prompt, rng=context.rng())),
        "without_ties": _ceiling(human_ceiling(preferred, prompt, rng=context.rng())),
    }


def _ceiling(found: Ceiling) -> Document:
    return {
        "estimate": found.measured.estimate.as_dict(),
        "others": found.others.as_dict(),
        "clear": found.clear.estimate.as_dict(),
        "drawn_over": found.measured.drawn_over.value,
        "n_judgments": found.n_judgments,
        "n_split": found.n_split,
    }


def _kappas(evidence: Evidence, data: Reliability, context: Context) -> Document:
    """Cohen's kappa of those who judged most, two at a time, in the order of their judgments."""
    usable = data.usable()
    n_of = np.bincount(usable.coder, minlength=data.n_coders)
    most = np.lexsort((np.arange(data.n_coders), -n_of))[:MAX_ANNOTATORS]
    most = most[n_of[most] > 0]
    place = np.full(data.n_coders, MISSING)
    place[most] = np.arange(most.size)
    keep = place[usable.coder] != MISSING
    among = Reliability(
        unit=usable.unit[keep],
        coder=place[usable.coder[keep]],
        value=usable.value[keep],
        n_units=data.n_units,
        n_coders=most.size,
        n_values=data.n_values,
    )
    pairs = []
    at = MISSING
    for first, second, estimate in kappa_estimates(
        among, evidence.judged.prompt, rng=context.rng()
    ):
        if first != at:
            at = first
            context.step(f"Kappa of annotator {first + 1} of {most.size} with each other one")
        pairs.append({"first": first, "second": second, **estimate.as_dict()})
    people = [evidence.annotators[coder] for coder in most.tolist()]
    return {
        "annotators": [{"annotator": one.name, "pseudonym": one.pseudonym} for one in people],
        "n_left_out": int((n_of > 0).sum()) - most.size,
        "pairs": pairs,
    }


def _splits(evidence: Evidence, data: Reliability, context: Context) -> list[Document]:
    """Agreement on directions by each label of the comparisons, criteria first."""
    rows = []
    for name, judgments in criteria_of(evidence):
        context.step(f"Agreement by criterion: {name}")
        found = coefficients(
            judgments, evidence.judged.prompt, level=Level.NOMINAL, rng=context.rng, only=PARTS
        )
        rows.append(_row(Stratum(name, judgments.unit.size, 0, found[PERCENT], found[ALPHA])))
    documents = [{"name": "criterion", "n_without_label": 0, "rows": rows}]
    for split in splits_of(evidence):
        documents.append(
            {
                "name": split.name,
                "n_without_label": n_without_label(split, data),
                "rows": _parts(evidence, data, split, context),
            }
        )
    return [document for document in documents if document["rows"]]


def _weeks(evidence: Evidence, data: Reliability, context: Context) -> list[Document]:
    """Judgments of each week, compared with those of the same week only; oldest first."""
    rows = _parts(evidence, data, weeks_of(evidence.at), context)
    return [
        {
            "week": row["name"],
            "n_judgments": row["n_judgments"],
            "percent_direction": row["percent"],
            "percent_others": row["percent_others"],
            "alpha_direction": row["alpha"],
            "alpha_others": row["alpha_others"],
        }
        for row in rows
        if not row["n_pooled"]
    ]


def _parts(evidence: Evidence, data: Reliability, split: Split, context: Context) -> list[Document]:
    def step(name: str) -> None:
        context.step(f"Agreement by {split.name.replace('_', ' ')}: {name}")

    found = strata(
        data,
        evidence.judged.prompt,
        split.label,
        split.names,
        level=Level.NOMINAL,
        rng=context.rng,
        keep_last=split.keep_last,
        step=step,
    )
    return [_row(stratum) for stratum in found]


def _row(stratum: Stratum) -> Document:
    return {
        "name": stratum.name,
        "n_judgments": stratum.n_judgments,
        "n_pooled": stratum.n_pooled,
        "percent": stratum.percent.measured.estimate.as_dict(),
        "percent_others": stratum.percent.others.as_dict(),
        "alpha": stratum.alpha.measured.estimate.as_dict(),
        "alpha_others": stratum.alpha.others.as_dict(),
        "stands_out": False,
    }


def _mark(document: Document) -> None:
    """Mark the parts on which annotators agree notably less than on the whole.

    With hundreds of parts some lie low by chance, so a part's distance must exceed what the
    lowest of that many would reach in 2.5 % of all reports (Bonferroni), by Student's
    distribution: with ten comparisons the drawn interval itself is uncertain.
    """
    overall = document["direction"][PERCENT]["estimate"]["value"]
    rows = [row for split in document["splits"] for row in split["rows"]]
    known = [row for row in rows if row["percent"]["low"] is not None]
    if overall is None:
        return
    for row in known:
        percent = row["percent"]
        n = percent["n"]
        error = (percent["high"] - percent["low"]) / (2 * Z_95) * (n / (n - 1)) ** 0.5
        bound = float(stdtrit(n - 1, 1 - 0.025 / len(known)))
        below = overall - percent["value"]
        row["stands_out"] = below >= NOTABLE and below > bound * error


SECTION = Section(
    name="agreement",
    title="Agreement",
    measure=measure,
    charts=agreement_charts,
    read=AgreementReading,
)
