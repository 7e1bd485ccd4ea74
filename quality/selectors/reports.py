"""Reports in lists and in comparison with earlier ones, without their heavy columns."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet

from annotation.models import Project
from feedback_platform.jobs.models import LongWork
from quality.models import Report

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One page of a project's reports, the newest first."""

    reports: list[Report]
    n_reports: int
    # Keys for the links to the neighbouring pages; None where there is none.
    older_than: int | None
    newer_than: int | None


def reports_page(
    project: Project, *, older_than: int | None = None, newer_than: int | None = None
) -> ReportPage:
    """The page after or before a key; four queries.

    Each report has ``percent``, ``alpha`` (estimates or None), ``n_judgments`` and ``n_flags``
    of its results; results and charts themselves are not loaded.
    """
    rows = _listed(project)
    if newer_than is not None:
        shown = list(rows.filter(pk__gt=newer_than).order_by("pk")[:PAGE_SIZE])[::-1]
    else:
        older = rows if older_than is None else rows.filter(pk__lt=older_than)
        shown = list(older[:PAGE_SIZE])
    every = Report.objects.filter(project=project)
    has_older = bool(shown) and every.filter(pk__lt=shown[-1].pk).exists()
    has_newer = bool(shown) and every.filter(pk__gt=shown[0].pk).exists()
    return ReportPage(
        reports=shown,
        n_reports=every.count(),
        older_than=shown[-1].pk if has_older else None,
        newer_than=shown[0].pk if has_newer else None,
    )


def active_report(project: Project) -> Report | None:
    """The newest report that is queued or running; one query."""
    active = [LongWork.State.QUEUED, LongWork.State.RUNNING]
    return Report.objects.filter(project=project, state__in=active).first()


def agreement_before(report: Report) -> tuple[datetime, dict[str, Any]] | None:
    """When the project was last measured before this report, and its agreement; one query."""
    return (
        Report.objects.filter(
            project_id=report.project_id, state=LongWork.State.SUCCEEDED, as_of__lt=report.as_of
        )
        .order_by("-as_of")
        .values_list("as_of", "results__agreement")
        .first()
    )


def _listed(project: Project) -> "QuerySet[Report]":
    n_flags = Func(F("results__flags"), function="jsonb_array_length", output_field=IntegerField())
    return (
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
