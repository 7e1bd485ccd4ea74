"""Ratings and preferences by criterion, beside the judgments they belong to."""

import numpy as np
from django.db.models import BooleanField, Case, QuerySet, Value, When
from numpy.typing import NDArray

from annotation.models import Criterion, CriterionPreference, Project, Rating
from quality.metrics.evidence import NONE, CriterionPreferences, Ratings
from quality.selectors.columns import copied_columns
from quality.selectors.reliability import Judgments


def criterion_preferences(project: Project, read: Judgments) -> list[CriterionPreferences]:
    """Preferences by criterion, of the judgments that were read; two queries."""
    columns = {"judgment": ">i8", "criterion": ">i8", "preference": ">i2"}
    rows = CriterionPreference.objects.filter(criterion__project=project).order_by("judgment_id")
    found = copied_columns(
        rows.values_list("judgment_id", "criterion_id", "preference"), columns, noted=_ignored
    )
    place = _places(found["judgment"], read.key)
    answers = []
    for criterion in _criteria_of(project, Criterion.Kind.PREFERENCE):
        mine = (found["criterion"] == criterion.pk) & (place != NONE)
        order = np.argsort(place[mine], kind="stable")
        answers.append(
            CriterionPreferences(
                key=criterion.key,
                name=criterion.name,
                judgment=place[mine][order],
                preference=found["preference"][mine][order].astype(np.int64),
            )
        )
    return answers


def ratings_of(project: Project, read: Judgments) -> list[Ratings]:
    """Ratings by criterion, of the judgments that were read; two queries."""
    columns = {"judgment": ">i8", "criterion": ">i8", "of_b": "?", "value": ">i2"}
    of_b = Case(
        When(response=Rating.Response.B, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    rows = Rating.objects.filter(criterion__project=project).order_by("judgment_id", "response")
    found = copied_columns(
        rows.values_list("judgment_id", "criterion_id", of_b, "value"), columns, noted=_ignored
    )
    place = _places(found["judgment"], read.key)
    answers = []
    for criterion in _criteria_of(project, Criterion.Kind.RATING):
        mine = (found["criterion"] == criterion.pk) & (place != NONE)
        order = np.argsort(place[mine], kind="stable")
        answers.append(
            Ratings(
                key=criterion.key,
                name=criterion.name,
                low=criterion.low,
                high=criterion.high,
                judgment=place[mine][order],
                of_b=found["of_b"][mine][order],
                value=found["value"][mine][order].astype(np.int64),
            )
        )
    return answers


def _criteria_of(project: Project, kind: str) -> "QuerySet[Criterion]":
    return Criterion.objects.filter(project=project, kind=kind)


def _places(wanted: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each wanted key stands in ``keys`` (any order); NONE where it does not."""
    if not keys.size:
        return np.full(wanted.size, NONE, dtype=np.int64)
    order = np.argsort(keys)
    at = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), keys.size - 1)]
    return np.where(keys[at] == wanted, at, NONE)


def _ignored(_: int) -> None:
    """Only the reading of judgments takes long enough to be told."""
