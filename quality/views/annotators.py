"""The annotators of a report: the list, and the sheet of one of them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from annotation.access import membership_for_reviewer
from annotation.models import Membership
from quality.access import report_of_project
from quality.charts.annotator_sheet import sheet_charts
from quality.forms.annotators import AnnotatorsForm
from quality.models import Report
from quality.reporting.annotator_sheet import AnnotatorSheet
from quality.reporting.annotators import AnnotatorsReading
from quality.reporting.sections.annotators import SECTION
from quality.views.reports import charts_of, tabs_of

PAGE = 50


@login_required
@require_GET
def annotators(request: HttpRequest, slug: str, report_id: int) -> HttpResponse:
    """All annotators of a report: flags, charts, and the list by name, flag and order."""
    context = _context(request, slug, report_id)
    report: Report = context["report"]
    reading = AnnotatorsReading(context.pop("document"))
    form = AnnotatorsForm(request.GET or None, initial={"order": "need"})
    found = (AnnotatorsForm(request.GET) if request.GET else AnnotatorsForm({})).found
    context |= {
        "layout": "quality/section.html",
        "title": SECTION.title,
        "reading": reading,
        "form": form,
        "listed": _listed(request.path, reading, **found),
        "charts": charts_of(report, SECTION.name),
    }
    return render(request, f"quality/sections/{SECTION.name}.html", context)


@login_required
@require_GET
def annotator_sheet(
    request: HttpRequest, slug: str, report_id: int, pseudonym: str
) -> HttpResponse:
    """Every figure of one annotator, with its explanation."""
    context = _context(request, slug, report_id)
    sheet = AnnotatorSheet.of(context.pop("document"), pseudonym)
    if sheet is None:
        raise Http404("This report has no such annotator.")
    project = context["project"]
    people = Membership.objects.filter(project=project, pseudonym=pseudonym)
    context |= {
        "sheet": sheet,
        "charts": sheet_charts(sheet.row, sheet.document),
        "member": people.first() if context["is_manager"] else None,
        "comparisons_url": reverse("quality:comparisons", args=[slug])
        + "?"
        + urlencode({"annotator": pseudonym}),
    }
    return render(request, "quality/annotator_sheet.html", context)


def _context(request: HttpRequest, slug: str, report_id: int) -> dict[str, Any]:
    """The report with its section of annotators, for those who may read it."""
    membership = membership_for_reviewer(request.user, slug)
    report = report_of_project(membership.project, report_id)
    sections = (report.results or {}).get("sections", {})
    if SECTION.name not in sections:
        raise Http404("This report has no such section.")
    return {
        "project": report.project,
        "section": "quality",
        "is_manager": membership.is_manager,
        "report": report,
        "document": sections[SECTION.name],
        "tabs": tabs_of(report, SECTION.name, sections),
    }


def _listed(
    here: str, reading: AnnotatorsReading, *, find: str, kind: str, order: str, page: int
) -> dict[str, Any]:
    """One page of the list, and the addresses of its neighbours."""
    rows = reading.rows_by(order, find=find, kind=kind)
    last = max(1, -(-len(rows) // PAGE))
    page = min(page, last)
    asked = {"find": find, "kind": kind, "order": order}

    def url(number: int) -> str:
        if not 1 <= number <= last:
            return ""
        return f"{here}?{urlencode({**asked, 'page': number})}"

    first = (page - 1) * PAGE
    shown = rows[first : first + PAGE]
    total = len(reading.document["annotators"])
    return {
        "rows": shown,
        "previous_url": url(page - 1),
        "next_url": url(page + 1),
        "summary": f"{first + bool(shown):,} to {first + len(shown):,} of {len(rows):,} "
        f"annotators found, {total:,} in all",
    }
