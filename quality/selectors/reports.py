"""Reports in lists and beside earlier ones, without their heavy columns."""

from datetime import datetime
from typing import Any

from django.db.models import F, Func, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Coalesce

from annotation.models import Judgment, Project
from quality.models import Report
from quality.reporting.worsening import Earlier

PAGE = 25
# What lists show of a report, and where it is in its headline; older ones have none.
LISTED = {
    "percent": "agreement__percent_direction",
    "alpha": "agreement__alpha_direction",
    "n_judgments": "n_judgments",
    "n_flags": "n_flags",
}
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
    """Without what is large, with what lists show: see ``LISTED``."""
    rows = Report.objects.filter(project=project).defer("results", "charts").order_by("-pk")
    return rows.annotate(
        **{
            name: Coalesce(F(f"headline__{path}"), F(f"results__{path}"))
            for name, path in LISTED.items()
        }
    )


def trend_charts_of(report: Report) -> list[dict[str, Any]]:
    """The charts of the trend up to a report, without the others; one query."""
    wanted = """jsonb_path_query_array(%(expressions)s, '$[*] ? (@.name starts with "trend-")')"""
    charts = Func(F("charts"), template=wanted, output_field=JSONField())
    found: list[dict[str, Any]] = Report.objects.values_list(charts, flat=True).get(pk=report.pk)
    return found


def sections_of(report: Report) -> list[str]:
    """Names of the sections that a report has; one query."""
    names = Func(
        Coalesce(F("results__sections"), Value({}, output_field=JSONField())),
        function="jsonb_object_keys",
        output_field=TextField(),
    )
    return list(Report.objects.filter(pk=report.pk).values_list(names, flat=True))


def history_before(project: Project, *, code_version: str) -> list[tuple[datetime, Earlier]]:
    """Moment and headline of the newest reports by the same measures, oldest first; one query."""
    rows = Report.objects.filter(
        project=project, state=Report.State.SUCCEEDED, code_version=code_version
    ).exclude(headline={})
    found = rows.order_by("-pk").values_list("as_of", "pk", "headline")[:TREND]
    return [(as_of, Earlier(pk, headline)) for as_of, pk, headline in reversed(found) if as_of]


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
