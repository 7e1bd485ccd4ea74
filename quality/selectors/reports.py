"""Reports in lists and beside earlier ones, without their heavy columns."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Func, JSONField, Max, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, TruncDate

from annotation.models import Judgment, Project
from quality.models import QualityFlagEvent, Report
from quality.reporting.worsening import Earlier

PAGE = 25
# What lists show of a report, and where it is in its headline; older ones have none.
LISTED = {
    "percent": "agreement__percent_direction",
    "alpha": "agreement__alpha_direction",
    "n_judgments": "n_judgments",
    "n_flags": "n_flags",
}
# Reports in a list of those that can be compared.
COMPARABLE = 20
# A newer report is compared with the last one of each of so many days, so that what decays slowly
# is seen however often a project is measured; with the newest ones; and with those at which a
# flag was resolved. The trend is drawn through them.
HISTORY_DAYS = timedelta(days=60)
HISTORY_NEWEST = 20
HISTORY_RESOLVED = 20


def reports_of(project: Project, *, before: int | None = None) -> list[Report]:
    """Reports below a key, newest first, one more than a page holds; one query.

    Results and charts, which are large, are not loaded.
    """
    rows = _light(project).select_related("requested_by").order_by("-pk")
    return list((rows if before is None else rows.filter(pk__lt=before))[: PAGE + 1])


def succeeded_reports(project: Project) -> list[Report]:
    """The newest reports with figures, newest first, without the figures; one query."""
    newest = _newest_first(_measured(project)).values("pk")[:COMPARABLE]
    return list(_newest_first(_light(project).filter(pk__in=newest)))


def newest_report(project: Project) -> Report | None:
    """The newest report with figures, without the figures; one query."""
    newest = _newest_first(_measured(project)).values("pk")[:1]
    return _light(project).filter(pk__in=newest).first()


def _measured(project: Project) -> "QuerySet[Report]":
    return Report.objects.filter(project=project, state=Report.State.SUCCEEDED)


def _newest_first(reports: "QuerySet[Report]") -> "QuerySet[Report]":
    """By what they measured: a report that is tried again has an old key and the newest moment."""
    return reports.order_by(F("as_of").desc(nulls_last=True), "-pk")


def _light(project: Project) -> "QuerySet[Report]":
    """Without what is large, with what lists show: see ``LISTED``."""
    rows = Report.objects.filter(project=project).defer("results", "charts")
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


def history_before(project: Project, *, as_of: datetime, code_version: str) -> list[Earlier]:
    """Reports as of earlier moments by the same measures, thinned, oldest first; one query.

    At most 100 headlines are read, however many reports there are.
    """
    earlier = _measured(project).filter(code_version=code_version, as_of__lt=as_of)
    of_days = (
        earlier.filter(as_of__gte=as_of - HISTORY_DAYS)
        .values(day=TruncDate("as_of", tzinfo=UTC))
        .values(last=Max("as_of"))
    )
    newest = earlier.order_by("-as_of")[:HISTORY_NEWEST]
    resolved = QualityFlagEvent.objects.filter(
        flag__project=project, kind=QualityFlagEvent.Kind.RESOLVED
    ).order_by("-pk")[:HISTORY_RESOLVED]
    rows = earlier.filter(
        Q(as_of__in=of_days) | Q(pk__in=newest.values("pk")) | Q(pk__in=resolved.values("report"))
    )
    found = rows.order_by("as_of").values_list("pk", "as_of", "headline")
    # Old reports have no headline. Asked in SQL, every headline would be unpacked to be compared.
    return [Earlier(pk, at, headline) for pk, at, headline in found if at and headline]


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
