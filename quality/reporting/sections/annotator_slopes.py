"""Each annotator's liking for length and form, for the section of annotators."""

from typing import Any

import numpy as np

from quality.metrics.evidence import Evidence
from quality.metrics.judged import A, B
from quality.metrics.response_form import FORMS, form_differences, log_length_ratio
from quality.metrics.slopes import Slopes, slopes, standardised
from quality.reporting.sections.base import Document

LENGTH = "length"


def all_slopes(evidence: Evidence, rows: list[Document]) -> tuple[Document, Document]:
    """Adds slopes of length and form to the annotators.

    Length is known of every comparison. Form, beside length, is looked up in the sample of texts.

    Returns:
        The project's slopes by name, and of how many comparisons the texts were read.
    """
    direction = evidence.judged.direction
    decided = np.flatnonzero((direction == A) | (direction == B))
    length = log_length_ratio(evidence)[:, None]
    by_length = _slopes(evidence, decided, length[evidence.judged.unit[decided]])
    pool: Document = {}
    for row in rows:
        row["slopes"] = {}
    _add(rows, pool, by_length, {LENGTH: 0})
    texts = evidence.texts
    if texts.unit.size:
        place = np.full(evidence.judged.n_units, -1)
        place[texts.unit] = np.arange(texts.unit.size)
        of_texts = place[evidence.judged.unit[decided]]
        read = of_texts >= 0
        forms = np.column_stack([length[texts.unit], form_differences(texts)])
        found = _slopes(evidence, decided[read], forms[of_texts[read]])
        differs = np.count_nonzero(forms, axis=0)
        _add(rows, pool, found, {name: at for at, name in enumerate(FORMS, 1) if differs[at]})
    return pool, {"n": len(texts.prompt), "of": texts.n_judged, "is_sample": texts.is_sample}


def _slopes(evidence: Evidence, places: Any, features: Any) -> Slopes:
    judged = evidence.judged
    return slopes(
        standardised(features),
        judged.direction[places] == B,
        judged.swapped[places],
        judged.coder[places],
        n_coders=judged.n_coders,
    )


def _add(rows: list[Document], pool: Document, found: Slopes, columns: dict[str, int]) -> None:
    for name, at in columns.items():
        pool[name] = found.pool[at].as_dict()
        for row, own, against in zip(rows, found.own, found.against_others, strict=True):
            row["slopes"][name] = {
                "own": own[at].as_dict(),
                "against_others": against[at].as_dict(),
            }
