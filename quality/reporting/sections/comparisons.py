"""Comparisons: who is stronger, what contradicts itself, and what another judgment would buy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.charts.comparisons import comparison_charts
from quality.metrics.bootstrap import MIN_GROUPS
from quality.metrics.evidence import Evidence
from quality.metrics.judged import OUTCOME_NAMES, TIE, A, B
from quality.metrics.noise import measured_noise
from quality.reporting.comparisons import ComparisonsReading
from quality.reporting.contests import (
    contests,
    splits,
    triads_among,
    triads_of_annotators,
    worst_first,
)
from quality.reporting.further import further_judgments
from quality.reporting.players import models_in, responses_in
from quality.reporting.sections.base import Context, Document, Section
from quality.reporting.strengths import strengths


def measure(evidence: Evidence, context: Context) -> Document:
    """Strengths, triads, contested prompts, and the gain of further judgments."""
    offered = _offered(evidence)
    values = np.flatnonzero(offered)
    data = evidence.judged.directions()
    votes = data.counts()[:, values]
    noise = measured_noise(
        data.unit, data.coder, data.value, n_units=data.n_units, n_coders=data.n_coders,
        offered=offered,
    )  # fmt: skip
    context.step("Strengths of models")
    models = models_in(evidence)
    document: Document = {
        "values": [OUTCOME_NAMES[value] for value in values],
        "n_comparisons": data.n_units,
        "n_judged": int(np.count_nonzero(votes.any(axis=1))),
        "noise": noise.as_dict(),
        "models": strengths(evidence, models),
    }
    context.step("Strengths of responses that recur")
    responses = responses_in(evidence)
    document["responses"] = strengths(evidence, responses)
    context.step("Triads")
    document["triads"] = {
        "models": triads_among(evidence, models, rng=context.rng()),
        "responses": triads_among(evidence, responses, rng=context.rng()),
        "annotators": triads_of_annotators(evidence, responses),
    }
    context.step("Contested comparisons")
    accuracy = noise.accuracy
    # The accuracy is fitted to all prompts together: against few of them nothing stands out.
    prompts_recur = MIN_GROUPS <= np.unique(evidence.judged.prompt).size < data.n_units
    document["contested"] = {
        "comparisons": contests(evidence, votes, accuracy=accuracy, per_prompt=False),
        "prompts": contests(evidence, votes, accuracy=accuracy, per_prompt=True)
        if prompts_recur
        else None,
    }
    document["splits"] = splits(votes, accuracy=accuracy)
    document["worst"] = worst_first(evidence, votes)
    context.step("What further judgments buy")
    document["further"] = further_judgments(evidence, votes, accuracy=accuracy, rng=context.rng())
    return document


def _offered(evidence: Evidence) -> NDArray[np.bool_]:
    """Which of A, tie and B were offered or given."""
    ties = evidence.offers_tie or bool((evidence.judged.direction == TIE).any())
    offered = np.zeros(3, dtype=np.bool_)
    offered[[A, B]] = True
    offered[TIE] = ties
    return offered


def read(document: Document) -> Any:
    """The document in the words of its page."""
    return ComparisonsReading(document)


SECTION = Section(
    name="comparisons",
    title="Comparisons",
    measure=measure,
    charts=comparison_charts,
    read=read,
)
