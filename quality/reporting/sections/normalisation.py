"""Normalisation: who uses which part of a scale, and what making them comparable changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.charts.normalisation import normalisation_charts
from quality.curation.normalisation import Z_FLAGS, Scaling, fit_scaling
from quality.metrics.evidence import CriterionPreferences, Evidence, Ratings
from quality.metrics.interval_alpha import FEWEST_CLUSTERS, alpha_change
from quality.metrics.judged import MAX_STRENGTH
from quality.metrics.reliability import MISSING
from quality.reporting.normalisation import NormalisationReading
from quality.reporting.sections.base import Context, Document, Section

Codes = NDArray[np.int64]

NO_STRENGTHS = "no strengths: every preference has the same size"
NO_VALUES = "nobody has used it yet"
PREFERENCE, RATING = "preference", "rating"


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale that annotators used.

    Attributes:
        key: The criterion's key, empty for the judgment itself.
        name: What people call it.
        kind: PREFERENCE, which is divided by the annotator's root mean square, or RATING, which
            is centred as well.
        low: Its lowest value, in size where it is a preference.
        high: Its highest one.
        coder: Annotator of each value, shape (n,).
        value: The values, same shape.
        unit: What was judged: the comparison, or one of its responses, same shape.
        prompt: Code of the prompt of each such unit.
        undefined_because: Why it is not looked at, or empty.
    """

    key: str
    name: str
    kind: str
    low: int
    high: int
    coder: Codes
    value: Codes
    unit: Codes
    prompt: Codes
    undefined_because: str = ""


def measure(evidence: Evidence, context: Context) -> Document:
    """Parameters of every annotator on every scale, and agreement before and after."""
    names = [{"annotator": one.name, "pseudonym": one.pseudonym} for one in evidence.annotators]
    scales = []
    for scale in _scales(evidence):
        context.step(f"Use of the scale: {scale.name}")
        scales.append(_measured(scale, names))
    return {"scales": scales}


def _scales(evidence: Evidence) -> Iterator[Scale]:
    judged = evidence.judged
    usable = judged.direction != MISSING
    value = np.where(judged.direction == 1, 0, judged.preference)
    yield Scale(
        key="",
        name="Preference",
        kind=PREFERENCE,
        low=0,
        high=MAX_STRENGTH,
        coder=judged.coder[usable],
        value=value[usable],
        unit=judged.unit[usable],
        prompt=judged.prompt,
        undefined_because="" if judged.offers_strength else NO_STRENGTHS,
    )
    for criterion in evidence.criteria:
        yield _of_criterion(evidence, criterion)
    for ratings in evidence.ratings:
        yield _of_ratings(evidence, ratings)


def _of_criterion(evidence: Evidence, criterion: CriterionPreferences) -> Scale:
    judged, at = evidence.judged, criterion.judgment
    has_sizes = bool((np.abs(criterion.preference) > 1).any())
    return Scale(
        key=criterion.key,
        name=criterion.name,
        kind=PREFERENCE,
        low=0,
        high=MAX_STRENGTH,
        coder=judged.coder[at],
        value=criterion.preference,
        unit=judged.unit[at],
        prompt=judged.prompt,
        undefined_because="" if has_sizes or not at.size else NO_STRENGTHS,
    )


def _of_ratings(evidence: Evidence, ratings: Ratings) -> Scale:
    judged, at = evidence.judged, ratings.judgment
    return Scale(
        key=ratings.key,
        name=ratings.name,
        kind=RATING,
        low=ratings.low,
        high=ratings.high,
        coder=judged.coder[at],
        value=ratings.value,
        unit=2 * judged.unit[at] + ratings.of_b,
        prompt=np.repeat(judged.prompt, 2),
    )


def _measured(scale: Scale, names: list[dict[str, str]]) -> Document:
    document: Document = {
        "key": scale.key,
        "name": scale.name,
        "kind": scale.kind,
        "low": scale.low,
        "high": scale.high,
        "n": int(scale.value.size),
        "undefined_because": scale.undefined_because or ("" if scale.value.size else NO_VALUES),
    }
    if document["undefined_because"]:
        return document
    scaling = fit_scaling(scale.coder, scale.value, n_annotators=len(names))
    over, cluster = _clusters(scale)
    scaled, counted = _crossed(scale, cluster, len(names))
    change = alpha_change(
        scale.unit[counted], scale.value[counted].astype(float), scaled[counted], cluster
    )
    return {
        **document,
        "project": {
            "scale": scaling.project_scale,
            "mean": scaling.project_mean,
            "sd": scaling.project_sd,
        },
        "independent": over,
        "alpha": {
            "before": change.before.as_dict(),
            "after": change.after.as_dict(),
            "gain": change.gain.as_dict(),
        },
        "annotators": _annotators(scale, scaling, names),
    }


def _clusters(scale: Scale) -> tuple[str, Codes]:
    """What counts as independent, and its code for each unit: prompts, where there are enough."""
    if np.unique(scale.prompt[scale.unit]).size >= FEWEST_CLUSTERS:
        return "prompts", scale.prompt
    per_comparison = 2 if scale.kind == RATING else 1
    return "comparisons", np.arange(scale.prompt.size) // per_comparison


def _crossed(scale: Scale, cluster: Codes, n_annotators: int) -> tuple[Any, NDArray[np.bool_]]:
    """Values scaled by parameters fitted on the other half of the clusters, and which count.

    A value must not help to fit what it is scaled by: agreement would rise by itself. Ratings of
    annotators whose z-scores carry a flag count neither before nor after.
    """
    half = np.unique(cluster[scale.unit], return_inverse=True)[1] % 2
    scaled = np.zeros(scale.value.size)
    counted = np.ones(scale.value.size, dtype=bool)
    for this in (0, 1):
        mine, others = half == this, half != this
        fitted = fit_scaling(scale.coder[others], scale.value[others], n_annotators=n_annotators)
        if scale.kind == PREFERENCE:
            scaled[mine] = fitted.scaled(scale.coder[mine], scale.value[mine])
        else:
            scaled[mine] = fitted.z(scale.coder[mine], scale.value[mine])
            counted[mine] = fitted.z_flag[scale.coder[mine]] == 0
    return scaled, counted


def _annotators(scale: Scale, scaling: Scaling, names: list[dict[str, str]]) -> list[Document]:
    size = np.abs(scale.value) if scale.kind == PREFERENCE else scale.value
    n_values = scale.high - scale.low + 1
    cells = scale.coder * n_values + np.clip(size, scale.low, scale.high) - scale.low
    counts = np.bincount(cells, minlength=len(names) * n_values).reshape(-1, n_values)
    return [
        {
            **name,
            "n": int(scaling.n[one]),
            "scale": float(scaling.scale[one]),
            "mean": float(scaling.mean[one]),
            "sd": float(scaling.sd[one]),
            "flag": Z_FLAGS[scaling.z_flag[one]],
            "counts": counts[one].tolist(),
        }
        for one, name in enumerate(names)
        if scaling.n[one]
    ]


SECTION = Section(
    name="normalisation",
    title="Normalisation",
    measure=measure,
    charts=normalisation_charts,
    read=NormalisationReading,
)
