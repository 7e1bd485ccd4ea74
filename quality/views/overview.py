"""The quality page of a project: how it stands, what changed, and what to do next."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from annotation.access import membership_for_reviewer, project_for_manager
from annotation.models import Project
from feedback_platform.accounts import logged_in_user
from feedback_platform.keys import key_in
from quality.models import ReportSchedule
from quality.reporting.definitions import COUNTED, DEFINITIONS, DRAWN
from quality.reporting.standing import Standing
from quality.selectors.quality_flags import SHOWN, open_quality_flags
from quality.selectors.reports import (
    PAGE,
    active_report,
    reports_of,
    sections_of,
    succeeded_reports,
    trend_charts_of,
)
from quality.selectors.schedules import schedule_of
from quality.services.schedules import set_schedule
from quality.views.report_comparison import choice_of
from quality.views.reports import card_context, tabs_of


@login_required
@require_GET
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    """How the project stands by its newest report, and all its reports."""
    membership = membership_for_reviewer(request.user, slug)
    project = membership.project
    before = key_in(request, "before")
    found = reports_of(project, before=before)
    shown, more = found[:PAGE], found[PAGE:]
    here = reverse("quality:reports", args=[slug])
    active = active_report(project)
    context = {
        "project": project,
        "section": "quality",
        "is_manager": membership.is_manager,
        "reports": shown,
        "next_url": f"{here}?before={shown[-1].pk}" if more else "",
        "first_url": here if before is not None else "",
        "job": active,
        **(card_context(active, is_manager=membership.is_manager) if active else {}),
    }
    if before is None:
        context |= _standing(project) | _flags(project)
        context |= {"schedule": schedule_of(project), "choices": ReportSchedule.Every.choices}
    return render(request, "quality/reports.html", context)


@login_required
@require_POST
def report_schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose how often the project is measured by itself."""
    project = project_for_manager(request.user, slug)
    chosen = set_schedule(
        project=project, every=request.POST.get("every", ""), person=logged_in_user(request)
    )
    messages.success(request, f"Reports by themselves: {chosen.get_every_display().lower()}.")
    return redirect("quality:reports", slug)


def _standing(project: Project) -> dict[str, Any]:
    """What the newest report says; nothing before the first one."""
    known = succeeded_reports(project)
    if not known or not known[0].headline:
        return choice_of(known)
    newest, earlier = known[0], known[1] if len(known) > 1 else None
    return {
        "newest": newest,
        "earlier": earlier,
        "standing": Standing(
            newest.headline,
            earlier.headline if earlier else {},
            earlier.as_of if earlier else None,
        ),
        **_figures(newest.headline),
        "tabs": tabs_of(newest, "", sections_of(newest)),
        "charts": trend_charts_of(newest),
        **choice_of(known),
    }


def _figures(headline: dict[str, Any]) -> dict[str, Any]:
    """Agreement and counts, each with its explanation."""
    return {
        "figures": [
            {
                "definition": DEFINITIONS[name],
                "estimate": headline["agreement"][name],
                "interval": DRAWN,
            }
            for name in ("percent_direction", "alpha_direction")
        ],
        "counts": [
            {"definition": definition, "n": headline[name]} for name, definition in COUNTED.items()
        ],
    }


def _flags(project: Project) -> dict[str, Any]:
    flags = open_quality_flags(project)
    return {"flags": flags[:SHOWN], "more_flags": len(flags) > SHOWN}
