"""Quality flags in lists, and when they were resolved."""

from django.db.models import OuterRef, QuerySet, Subquery

from annotation.models import Project
from quality.models import QualityFlag, QualityFlagEvent
from quality.reporting.worsening import Resolution, Subject

# On the pages that mention them.
SHOWN = 20
COUNT_CAP = 100


def quality_flags_of(project: Project, *, settled: bool) -> "QuerySet[QualityFlag]":
    """The open flags of a project, or the resolved ones, the newest first; one query."""
    rows = QualityFlag.objects.filter(project=project, is_open=not settled)
    return rows.select_related("report").defer("report__results", "report__charts").order_by("-pk")


def open_quality_flags(project: Project) -> list[QualityFlag]:
    """The newest open flags, one more than a page shows; one query."""
    return list(quality_flags_of(project, settled=False)[: SHOWN + 1])


def n_open_flags(project: Project) -> int:
    """Open flags, counted to one more than ``COUNT_CAP``; one query."""
    rows = QualityFlag.objects.filter(project=project, is_open=True)
    return rows[: COUNT_CAP + 1].count()


def history_of(flag: QualityFlag) -> list[QualityFlagEvent]:
    """What happened to a flag, the oldest first; one query."""
    rows = QualityFlagEvent.objects.filter(flag=flag).select_related("person")
    return list(rows.order_by("pk"))


def open_subjects(project: Project) -> set[Subject]:
    """What the open flags of a project are about; one query."""
    rows = QualityFlag.objects.filter(project=project, is_open=True)
    return set(rows.values_list("kind", "subject"))


def resolutions(project: Project) -> dict[Subject, Resolution]:
    """Of flags that were ever resolved, what was known the last time; one query."""
    newest = QualityFlagEvent.objects.filter(
        flag=OuterRef("pk"), kind=QualityFlagEvent.Kind.RESOLVED
    ).order_by("-pk")
    rows = QualityFlag.objects.filter(project=project).annotate(
        known_at=Subquery(newest.values("report__as_of")[:1]),
        known_week=Subquery(newest.values("report__headline__week")[:1]),
    )
    found = rows.exclude(known_at=None).values_list("kind", "subject", "known_at", "known_week")
    return {(kind, subject): Resolution(at, week) for kind, subject, at, week in found}
