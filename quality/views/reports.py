"""Reports: how they are asked for, and what they found."""

from collections.abc import Container
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from annotation.access import membership_for_reviewer, project_for_manager
from feedback_platform.accounts import logged_in_user
from feedback_platform.jobs.services import enqueue, request_cancel
from feedback_platform.jobs.views import job_card_response
from quality.access import report_for_manager, report_of_project
from quality.models import Report
from quality.reporting.reading import ReportReading
from quality.reporting.sections import SECTION_OF, SECTIONS
from quality.selectors.reports import agreement_before
from quality.services.reports import request_report, retry_report


@login_required
@require_POST
def report_build(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a report and show its progress."""
    project = project_for_manager(request.user, slug)
    report = request_report(project=project, requested_by=logged_in_user(request))
    enqueue(report)
    return redirect("quality:report", slug, report.pk)


@login_required
@require_GET
def report(request: HttpRequest, slug: str, report_id: int) -> HttpResponse:
    """A report: how far it is, or what it found."""
    membership = membership_for_reviewer(request.user, slug)
    report = report_of_project(membership.project, report_id)
    context: dict[str, Any] = {
        "project": report.project,
        "section": "quality",
        "is_manager": membership.is_manager,
        "report": report,
    }
    if report.results is None:
        card = card_context(report, is_manager=membership.is_manager)
        return render(request, "quality/report_progress.html", {**context, "job": report, **card})
    sections = report.results.get("sections", {})
    context |= {
        "reading": ReportReading(report.results, agreement_before(report)),
        "tabs": tabs_of(report, "", sections),
        "charts": charts_of(report, ""),
    }
    return render(request, "quality/report.html", context)


@login_required
@require_GET
def report_section(
    request: HttpRequest, slug: str, report_id: int, section_name: str
) -> HttpResponse:
    """One section of a report that has been built."""
    membership = membership_for_reviewer(request.user, slug)
    report = report_of_project(membership.project, report_id)
    section = SECTION_OF.get(section_name)
    sections = (report.results or {}).get("sections", {})
    if section is None or section_name not in sections:
        raise Http404("This report has no such section.")
    context = {
        "project": report.project,
        "section": "quality",
        "is_manager": membership.is_manager,
        "report": report,
        "layout": "quality/section.html",
        "title": section.title,
        "reading": section.read(sections[section_name]),
        "charts": charts_of(report, section_name),
        "tabs": tabs_of(report, section_name, sections),
    }
    return render(request, f"quality/sections/{section_name}.html", context)


@login_required
@require_GET
def report_card(request: HttpRequest, slug: str, report_id: int) -> HttpResponse:
    """The live card of a report being built."""
    membership = membership_for_reviewer(request.user, slug)
    report = report_of_project(membership.project, report_id)
    card = card_context(report, is_manager=membership.is_manager)
    return job_card_response(request, report, card)


@login_required
@require_GET
def report_file(request: HttpRequest, slug: str, report_id: int) -> HttpResponse:
    """Download the figures as the command prints them."""
    membership = membership_for_reviewer(request.user, slug)
    report = report_of_project(membership.project, report_id)
    if report.results is None:
        raise Http404("This report has no figures.")
    response = JsonResponse(report.results, json_dumps_params={"indent": 2, "ensure_ascii": False})
    name = f"{slug}-report-{report.pk}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_POST
def report_cancel(request: HttpRequest, slug: str, report_id: int) -> HttpResponse:
    """Stop a report; nothing half-done is kept."""
    report = report_for_manager(request.user, slug, report_id)
    request_cancel(report)
    return redirect("quality:report", slug, report.pk)


@login_required
@require_POST
def report_retry(request: HttpRequest, slug: str, report_id: int) -> HttpResponse:
    """Build a report again that failed or was cancelled."""
    report = report_for_manager(request.user, slug, report_id)
    retry_report(report=report)
    enqueue(report)
    return redirect("quality:report", slug, report.pk)


def tabs_of(report: Report, name: str, known: Container[str]) -> list[dict[str, Any]]:
    """The overview and those sections that a report has; ``name`` is the one that is open."""
    place = [report.project.slug, report.pk]
    overview = {
        "title": "Overview",
        "url": reverse("quality:report", args=place),
        "is_here": not name,
    }
    others = [
        {
            "title": section.title,
            "url": reverse("quality:report_section", args=[*place, section.name]),
            "is_here": section.name == name,
        }
        for section in SECTIONS
        if section.name in known
    ]
    return [overview, *others]


def charts_of(report: Report, name: str) -> list[dict[str, Any]]:
    """The charts of one section, or those of the overview."""
    charts = report.charts
    if name:
        return [chart for chart in charts if chart["name"].startswith(f"{name}-")]
    prefixes = tuple(f"{section.name}-" for section in SECTIONS)
    return [chart for chart in charts if not chart["name"].startswith(prefixes)]


def card_context(report: Report, *, is_manager: bool) -> dict[str, Any]:
    """Addresses of the live card; who may not manage may watch."""
    place = [report.project.slug, report.pk]
    may = {name: reverse(f"quality:report_{name}", args=place) for name in ("cancel", "retry")}
    return {
        "what": "Building the report",
        "card_url": reverse("quality:report_card", args=place),
        "cancel_url": may["cancel"] if is_manager else "",
        "retry_url": may["retry"] if is_manager else "",
    }
