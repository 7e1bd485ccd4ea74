"""Reports in lists and beside earlier ones, without their heavy columns."""

from datetime import datetime
from typing import Any

from django.db.models import F, Func, IntegerField

from annotation.models import Project
from quality.models import Report

PAGE = 25


def reports_of(project: Project, *, before: int | None = None) -> list[Report]:
    """Reports below a key, newest first, one more than a page holds; one query.

    Each has ``percent`` and ``alpha`` (estimates), ``n_judgments`` and ``n_flags`` of its
    results, None where it has none; results and charts themselves are not loaded.
    """
    n_flags = Func(F("results__flags"), function="jsonb_array_length", output_field=IntegerField())
    rows = (
        Report.objects.filter(project=project)
        .defer("results", "charts", "parameters")
        .select_related("requested_by")
        .annotate(
            percent=F("results__agreement__percent_direction"),
            alpha=F("results__agreement__alpha_direction"),
            n_judgments=F("results__n_judgments"),
            n_flags=n_flags,
        )
    )
    return list((rows if before is None else rows.filter(pk__lt=before))[: PAGE + 1])


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
