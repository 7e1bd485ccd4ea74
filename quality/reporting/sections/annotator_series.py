"""Each annotator's agreement and gold accuracy over time, for the section of annotators."""

from typing import Any

import numpy as np

from quality.metrics.drift import Drift, drift, without_project_trend
from quality.metrics.evidence import Evidence
from quality.metrics.reliability import MISSING, positions_of_coders
from quality.reporting.sections.base import Document


def drifts(evidence: Evidence, rows: list[Document], order: Any) -> None:
    """Adds the drift of agreement with the others, less the project's, and of gold accuracy.

    Args:
        evidence: What the report is computed from.
        rows: Annotators, changed here.
        order: Places of the judgments by annotator, then time.
    """
    judged = evidence.judged
    directions = judged.directions()
    counts = directions.counts()
    value, unit = directions.value[order], directions.unit[order]
    others = counts.sum(axis=1)[unit] - 1
    met = np.flatnonzero((value != MISSING) & (others > 0))
    same = counts[unit[met], value[met]] - 1
    at, coder = evidence.at[order][met], judged.coder[order][met]
    score = without_project_trend(same / others[met], at)
    for row, own in zip(rows, positions_of_coders(coder, judged.n_coders), strict=True):
        row["drift"] = _as_document(drift(score[own], at[own]))
    known = evidence.known_answers
    silent = ~known.is_attention
    for row, own in zip(rows, positions_of_coders(known.coder, judged.n_coders), strict=True):
        mine = own[silent[own]]
        mine = mine[np.argsort(known.at[mine], kind="stable")]
        row["gold_drift"] = _as_document(
            drift(known.is_correct[mine].astype(float), known.at[mine])
        )


def _as_document(found: Drift) -> Document:
    return {
        "estimate": found.change.as_dict(),
        "p": found.p,
        "before": found.before,
        "after": found.after,
        "changed_at": found.changed_at,
        "windows": [
            [start, round(mean, 4), round(low, 4), round(high, 4), n]
            for start, mean, low, high, n in found.windows
        ],
    }
