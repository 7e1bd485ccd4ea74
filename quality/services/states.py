"""Keeping the snapshots of comparisons up to date with the ledger, and building them anew."""

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from annotation.models import Comparison, Project
from quality.models import AnnotatorAccuracy, ComparisonState, Watermark
from quality.selectors.states import measured_accuracy
from quality.services.adapting import adapt_overlaps
from quality.services.states_sql import CHANGED, FORGET, REFRESH
from quality.services.watermarks import Heads, advance, heads_now, is_due, locked_watermark

STATES = "states"
# Comparisons of one statement.
CHUNK = 10_000
ACCURACY_HOLDS = timedelta(minutes=1)


def refresh_changed() -> int:
    """Bring the snapshots up to date; returns how many comparisons were looked at.

    Costs two queries when nothing has happened anywhere. One caller works, others leave at
    once. Then the comparisons of adaptive projects get or lose seats: what a crash in between
    leaves out is looked at again, since new rows are read until they are settled.
    """
    with transaction.atomic():
        mark = locked_watermark(STATES)
        if mark is None or not is_due(mark):
            return 0
        heads = heads_now(mark)
        arrangements = sorted(set(heads.arrangements) - set(mark.read.get("arrangements", [])))
        if heads.keys == mark.settled and not arrangements:
            return 0
        started = time.monotonic()
        changed = _changed(mark, heads, arrangements)
        refresh_states(comparisons=changed)
        advance(mark, heads, seconds=time.monotonic() - started)
    _adapt(changed)
    return len(changed)


def refresh_states(*, comparisons: Iterable[int]) -> int:
    """Compute the snapshots of these comparisons from the ledger; returns how many rows changed."""
    n_changed = 0
    for chunk in _chunks(comparisons):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(REFRESH, {"comparisons": chunk})
            n_changed += cursor.rowcount
            cursor.execute(FORGET, {"comparisons": chunk})
            n_changed += cursor.rowcount
    return n_changed


def rebuild_states(*, project: Project) -> int:
    """Compute every snapshot of a project and adapt its overlaps; returns how many rows changed."""
    keys = Comparison.objects.filter(project=project).order_by("pk").values_list("pk", flat=True)
    n_changed = refresh_states(comparisons=keys.iterator(chunk_size=CHUNK))
    _refresh_accuracy(project)
    adapted = Comparison.objects.filter(project=project, adapted_overlap__isnull=False)
    if project.adapts_overlap or adapted.exists():
        for chunk in _chunks(keys.iterator(chunk_size=CHUNK)):
            refresh_states(comparisons=adapt_overlaps(project=project, comparisons=chunk))
    return n_changed


def rebuild_all_states() -> int:
    """The same for every project: what the watermark may have missed is there at the latest now."""
    return sum(rebuild_states(project=project) for project in Project.objects.order_by("pk"))


def _changed(mark: Watermark, heads: Heads, arrangements: list[int]) -> list[int]:
    parameters: dict[str, Any] = {"arrangements": arrangements}
    for name, key in heads.keys.items():
        parameters |= {f"settled_{name}": mark.settled.get(name, 0), f"head_{name}": key}
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, parameters)
        return [key for (key,) in cursor.fetchall()]


def _adapt(changed: list[int]) -> None:
    """Let overlaps follow the votes on these comparisons, where they do or did until lately."""
    for chunk in _chunks(changed):
        rows = ComparisonState.objects.filter(pk__in=chunk).filter(
            Q(project__adapts_overlap=True) | Q(comparison__adapted_overlap__isnull=False)
        )
        by_project: dict[int, list[int]] = {}
        for key, project_id in rows.order_by("pk").values_list("pk", "project_id"):
            by_project.setdefault(project_id, []).append(key)
        for project in Project.objects.filter(pk__in=by_project).order_by("pk"):
            if project.adapts_overlap:
                _refresh_accuracy(project, unless_newer_than=ACCURACY_HOLDS)
            adapted = adapt_overlaps(project=project, comparisons=by_project[project.pk])
            refresh_states(comparisons=adapted)


def _refresh_accuracy(project: Project, unless_newer_than: timedelta = timedelta(0)) -> None:
    """Estimate the annotators' accuracy anew where the stored one is too old."""
    recent = timezone.now() - unless_newer_than
    if AnnotatorAccuracy.objects.filter(project=project, as_of__gt=recent).exists():
        return
    found = measured_accuracy(project)
    AnnotatorAccuracy.objects.update_or_create(
        project=project,
        defaults={
            "accuracy": found.value,
            "n_comparisons": found.n_comparisons,
            "as_of": timezone.now(),
        },
    )


def _chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    keys = iter(keys)
    while chunk := list(islice(keys, CHUNK)):
        yield chunk
