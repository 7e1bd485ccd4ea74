"""A report as one file to hand to others: every section, its charts and styles, no script."""

from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET

from annotation.access import membership_for_reviewer
from quality.access import report_of_project
from quality.models import Report
from quality.reporting.pages import standing_alone
from quality.reporting.reading import ReportReading
from quality.reporting.sections import SECTIONS
from quality.selectors.reports import agreement_before
from quality.views.reports import charts_of

STYLES = (
    "feedback_platform/tokens.css",
    "feedback_platform/base.css",
    "feedback_platform/layout.css",
    "feedback_platform/components.css",
    "feedback_platform/measures.css",
    "quality/report.css",
    "quality/report_alone.css",
    "feedback_platform/print.css",
)


@login_required
@require_GET
def report_html(request: HttpRequest, slug: str, report_id: int) -> HttpResponse:
    """Download a report as one HTML file that needs nothing else."""
    membership = membership_for_reviewer(request.user, slug)
    report = report_of_project(membership.project, report_id)
    if report.results is None:
        raise Http404("This report has no figures.")
    return file_response(report)


def file_response(report: Report) -> HttpResponse:
    """The download of a report that has figures."""
    response = HttpResponse(_file(report))
    name = f"{report.project.slug}-report-{report.pk}.html"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _file(report: Report) -> str:
    reading = ReportReading(report.results or {}, agreement_before(report))
    context = {"project": report.project, "report": report, "reading": reading}
    local = timezone.localtime(report.as_of)
    return render_to_string(
        "quality/report_alone.html",
        {
            **context,
            "as_of": f"{local.day} {local:%b %Y, %H:%M %Z}",
            "styles": _styles(),
            "parts": [_overview(context), *_sections(report, context)],
        },
    )


def _overview(context: dict[str, Any]) -> dict[str, str]:
    charts = charts_of(context["report"], "")
    html = render_to_string("quality/_report_overview.html", {**context, "charts": charts})
    alone = standing_alone(html, prefix="overview")
    return {"name": "overview", "title": "Overview", "html": alone}


def _sections(report: Report, context: dict[str, Any]) -> list[dict[str, str]]:
    """Each section of the report by its own template, in the order of the tabs."""
    known = (report.results or {}).get("sections", {})
    parts = []
    for section in SECTIONS:
        if section.name not in known:
            continue
        html = render_to_string(
            f"quality/sections/{section.name}.html",
            {
                **context,
                "layout": "quality/_section_bare.html",
                "title": section.title,
                "reading": section.read(known[section.name]),
                "charts": charts_of(report, section.name),
            },
        )
        alone = standing_alone(html, prefix=section.name)
        parts.append({"name": section.name, "title": section.title, "html": alone})
    return parts


@cache
def _styles() -> str:
    """All style sheets of a report's pages, in the order of the pages."""
    return "\n".join(_style(name) for name in STYLES)


def _style(name: str) -> str:
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(f"there is no style sheet {name}")
    return Path(path).read_text()
