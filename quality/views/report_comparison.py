"""Two reports side by side."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotation.access import membership_for_reviewer
from annotation.models import Project
from feedback_platform.errors import BadInput
from feedback_platform.keys import key_in
from quality.access import report_with_figures
from quality.models import Report
from quality.reporting.comparison import compare_documents, finding_of
from quality.reporting.sections import SECTIONS
from quality.selectors.reports import COMPARABLE, succeeded_reports


@login_required
@require_GET
def report_comparison(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures of two reports and their differences; without a choice, the newest two."""
    project = membership_for_reviewer(request.user, slug).project
    known = succeeded_reports(project)
    context: dict[str, Any] = {"project": project, "section": "quality", **choice_of(known)}
    chosen = _chosen(request, project, known)
    if chosen is not None:
        first, second = chosen
        compared = compare_documents(first.results or {}, second.results or {})
        context |= {"first": first, "second": second, "compared": compared}
        context["finding"] = finding_of(compared)
        rows_of = compared["sections"]
        context["sections"] = [
            (section.title, rows_of[section.name])
            for section in SECTIONS
            if rows_of.get(section.name)
        ]
    return render(request, "quality/report_comparison.html", context)


def choice_of(known: list[Report]) -> dict[str, Any]:
    """What the form for a choice of two reports needs."""
    # Only the newest are offered by name: where there are so many, there may be older ones.
    return {"comparable": known, "has_older": len(known) >= COMPARABLE}


def _chosen(
    request: HttpRequest, project: Project, known: list[Report]
) -> tuple[Report, Report] | None:
    """The two reports of the address, or the newest two; None where there are not two.

    A number that was typed, ``older``, goes before the first one that was chosen from the list.
    """
    typed = request.GET.get("older", "")
    asked = [key_in(request, "older" if typed else "first"), key_in(request, "second")]
    if not any(request.GET.get(name) for name in ("first", "second")):
        if len(known) < 2:
            return None
        asked = [known[1].pk, known[0].pk]
    first, second = asked
    if first is None or second is None:
        raise BadInput("Choose two reports to compare, by their numbers.")
    earlier = _typed(project, first) if typed else report_with_figures(project, first)
    return earlier, report_with_figures(project, second)


def _typed(project: Project, number: int) -> Report:
    try:
        return report_with_figures(project, number)
    except Http404 as missing:
        raise BadInput(f"This project has no report {number} with figures.") from missing
