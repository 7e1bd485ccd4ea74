"""Keeping the progress of a project fresh while somebody looks at it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotation.models import Project
from feedback_platform.jobs.services import send_on_commit
from quality.models import ProgressSnapshot
from quality.selectors.progress import progress_by_project

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


def _unclaimed(now: datetime) -> Q:
    return Q(claimed_at=None) | Q(claimed_at__lt=now - GIVEN_UP_AFTER)


def _is_due(snapshot: ProgressSnapshot) -> bool:
    if snapshot.as_of is None:
        return True
    pause = max(FRESH, timedelta(seconds=snapshot.seconds / SHARE_OF_TIME))
    return snapshot.as_of < timezone.now() - pause
