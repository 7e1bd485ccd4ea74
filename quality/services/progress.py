"""Keeping the progress of a project fresh while somebody looks at it."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotation.models import Project
from feedback_platform.jobs.services import send_on_commit
from quality.charts.progress import daily_chart
from quality.forecast import forecast_finish
from quality.models import ProgressSnapshot
from quality.selectors.progress import SHOWN_ANNOTATORS, Counted, counted, progress_by_project

TASK = "quality.count_progress"
FRESH = timedelta(seconds=10)
# The same for a list of projects, and how many of them are counted for one look.
LISTED_FRESH = timedelta(minutes=10)
LISTED_AT_ONCE = 20
# Counting takes at most this share of the time, however large the project.
SHARE_OF_TIME = 0.05
# A worker that has not published by then is taken for dead.
GIVEN_UP_AFTER = timedelta(minutes=5)


def refresh_progress(*, project: Project) -> ProgressSnapshot:
    """The progress as counted last; where that is too long ago, it is counted anew for all.

    Costs one query while the numbers are fresh, three otherwise.
    """
    snapshot = ProgressSnapshot.objects.filter(project=project).defer("batches").first()
    if snapshot is None:
        snapshot, _ = ProgressSnapshot.objects.get_or_create(project=project)
    now = timezone.now()
    if not _is_due(snapshot):
        return snapshot
    same = ProgressSnapshot.objects.filter(_unclaimed(now), pk=snapshot.pk, as_of=snapshot.as_of)
    if same.update(claimed_at=now):
        send_on_commit(TASK, snapshot.pk)
        snapshot.claimed_at = now
    return snapshot


def refresh_listed(*, project_ids: Sequence[int]) -> dict[int, ProgressSnapshot]:
    """The progress of some projects as counted last; those of long ago are counted anew.

    Lists need no fresh numbers. Costs one query while they are good enough.
    """
    snapshots = progress_by_project(project_ids)
    missing = [pk for pk in project_ids if pk not in snapshots]
    if missing:
        rows = [ProgressSnapshot(project_id=pk) for pk in missing]
        ProgressSnapshot.objects.bulk_create(rows, ignore_conflicts=True)
    if missing or any(_is_old(row) for row in snapshots.values()):
        _count_listed(project_ids)
    return snapshots


@transaction.atomic
def _count_listed(project_ids: Sequence[int]) -> None:
    now = timezone.now()
    old = Q(as_of=None) | Q(as_of__lt=now - LISTED_FRESH)
    due = ProgressSnapshot.objects.filter(old & _unclaimed(now), project__in=project_ids)
    # What somebody else is about to claim is left to them.
    ids = due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:LISTED_AT_ONCE]
    claimed = list(ids)
    ProgressSnapshot.objects.filter(pk__in=claimed).update(claimed_at=now)
    for pk in claimed:
        send_on_commit(TASK, pk)


def _is_old(snapshot: ProgressSnapshot) -> bool:
    return snapshot.as_of is None or snapshot.as_of < timezone.now() - LISTED_FRESH


def count_progress(*, snapshot_id: int) -> None:
    """Count the project of a snapshot and publish the result, unless a newer one is there."""
    snapshot = ProgressSnapshot.objects.select_related("project").get(pk=snapshot_id)
    started, as_of = time.monotonic(), timezone.now()
    found = counted(snapshot.project, now=as_of)
    results = _results(found)
    older = ProgressSnapshot.objects.filter(Q(as_of=None) | Q(as_of__lt=as_of), pk=snapshot_id)
    older.update(
        as_of=as_of,
        results=results,
        batches={str(row["batch_id"] or ""): _seats(row) for row in found.batches},
        seconds=time.monotonic() - started,
        claimed_at=None,
    )


def _unclaimed(now: datetime) -> Q:
    return Q(claimed_at=None) | Q(claimed_at__lt=now - GIVEN_UP_AFTER)


def _is_due(snapshot: ProgressSnapshot) -> bool:
    if snapshot.as_of is None:
        return True
    pause = max(FRESH, timedelta(seconds=snapshot.seconds / SHARE_OF_TIME))
    return snapshot.as_of < timezone.now() - pause


def _results(found: Counted) -> dict[str, Any]:
    seats = _sum(found.batches)
    n_left = seats["free"] + seats["held"]
    forecast = forecast_finish(found.stretches, n_left=n_left, first_part=found.first_part)
    annotators = [
        {
            "membership": row["membership"],
            "name": row["name"],
            "is_paused": row["is_paused"],
            "total": row["total"],
            "today": row["today"],
            "last_hour": row["hour"],
            "last_at": row["last_at"].isoformat(),
            "active_seconds": None if row["active_ms"] is None else row["active_ms"] / 1000,
        }
        for row in found.annotators[:SHOWN_ANNOTATORS]
    ]
    chart = daily_chart(found.days)
    return {
        **seats,
        "today": sum(row["today"] for row in found.annotators),
        "last_hour": sum(row["hour"] for row in found.annotators),
        "judged_here": sum(row["total"] for row in found.annotators),
        "days": [{"date": date, "n": n} for date, n in found.days],
        "forecast": asdict(forecast),
        "annotators": annotators,
        "n_annotators": len(found.annotators),
        "chart": asdict(chart) if chart else None,
    }


_COUNTS = ("comparisons", "finished", "unreleased", "filled", "held", "free", "withheld")


def _sum(batches: list[dict[str, Any]]) -> dict[str, int]:
    total = {name: sum(row[name] for row in batches) for name in _COUNTS}
    return {**total, "wanted": _wanted(total)}


def _seats(row: dict[str, Any]) -> dict[str, int]:
    return {**{name: row[name] for name in _COUNTS}, "wanted": _wanted(row)}


def _wanted(row: dict[str, Any]) -> int:
    return int(row["filled"] + row["held"] + row["free"] + row["withheld"])
