"""Quality flags in lists, and when they were resolved."""

from django.db.models import OuterRef, QuerySet, Subquery

from annotation.models import Project
from quality.models import QualityFlag, QualityFlagEvent
from quality.reporting.worsening import Subject

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


def resolutions(project: Project) -> dict[Subject, tuple[int, str]]:
    """Of flags that were ever resolved: the report that was newest then, and the day; one query."""
    newest = (
        QualityFlagEvent.objects.filter(flag=OuterRef("pk"), kind=QualityFlagEvent.Kind.RESOLVED)
        .order_by("-pk")
        .values("report_id", "created_at")
    )
    rows = QualityFlag.objects.filter(project=project).annotate(
        resolved_report=Subquery(newest.values("report_id")[:1]),
        resolved_at=Subquery(newest.values("created_at")[:1]),
    )
    found = rows.exclude(resolved_report=None).values_list(
        "kind", "subject", "resolved_report", "resolved_at"
    )
    return {(kind, subject): (pk, at.date().isoformat()) for kind, subject, pk, at in found}
