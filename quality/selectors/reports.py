"""Reports in lists and beside earlier ones, without their heavy columns."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from annotation.models import Judgment, Project
from quality.models import Report
from quality.reporting.worsening import Earlier

PAGE = 25
# Reports that a newer one is compared with.
HISTORY = 20
# Reports in the trend.
TREND = 60


def reports_of(project: Project, *, before: int | None = None) -> list[Report]:
    """Reports below a key, newest first, one more than a page holds; one query.

    Results and charts, which are large, are not loaded.
    """
    rows = _light(project).select_related("requested_by")
    return list((rows if before is None else rows.filter(pk__lt=before))[: PAGE + 1])


def succeeded_reports(project: Project) -> list[Report]:
    """The newest reports with figures, newest first, without the figures; one query."""
    return list(_light(project).filter(state=Report.State.SUCCEEDED)[:HISTORY])


def newest_report(project: Project) -> Report | None:
    """The newest report with figures, without the figures; one query."""
    return _light(project).filter(state=Report.State.SUCCEEDED).first()


def _light(project: Project) -> "QuerySet[Report]":
    return Report.objects.filter(project=project).defer("results", "charts").order_by("-pk")


def history_before(project: Project, *, code_version: str) -> list[tuple[datetime, Earlier]]:
    """Moment and headline of the newest reports by the same measures, oldest first; one query."""
    rows = Report.objects.filter(
        project=project, state=Report.State.SUCCEEDED, code_version=code_version
    ).exclude(headline={})
    found = rows.order_by("-pk").values_list("as_of", "pk", "headline")[:TREND]
    return [(as_of, Earlier(pk, headline)) for as_of, pk, headline in reversed(found)]


def newest_judgment(project: Project) -> int:
    """Key of the newest judgment of a project, 0 where there is none; one query."""
    keys = Judgment.objects.filter(project=project).order_by("-pk").values_list("pk", flat=True)
    return keys.first() or 0


def active_report(project: Project) -> Report | None:
    """The newest report that is queued or running; one query."""
    active = [Report.State.QUEUED, Report.State.RUNNING]
    rows = Report.objects.select_related("project", "requested_by")
    return rows.filter(project=project, state__in=active).first()


def agreement_before(report: Report) -> tuple[datetime | None, dict[str, Any]] | None:
    """When the project was last measured before this report, and its agreement; one query."""
    return (
        Report.objects.filter(
            project=report.project, state=Report.State.SUCCEEDED, as_of__lt=report.as_of
        )
        .order_by("-as_of")
        .values_list("as_of", "results__agreement")
        .first()
    )
