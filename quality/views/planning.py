"""The power planner: how many judgments a wanted interval needs."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotation.access import membership_for_reviewer
from quality.charts.plan import plan_chart
from quality.forms.planning import PlanForm
from quality.reporting.planning import PlanReading, planned, with_agreement
from quality.selectors.plans import noise_of


@login_required
@require_GET
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and the plan for what it asks."""
    membership = membership_for_reviewer(request.user, slug)
    source = noise_of(membership.project)
    form = PlanForm(request.GET)
    context: dict[str, Any] = {
        "project": membership.project,
        "section": "quality",
        "is_manager": membership.is_manager,
        "form": form,
        "source": source,
    }
    if not form.is_valid():
        return render(request, "quality/plan.html", context, status=422)
    question, noise = form.question(), source.noise
    if form.cleaned_data["agreement"] is not None:
        noise = with_agreement(noise, form.cleaned_data["agreement"])
    found = planned(question, noise)
    context["reading"] = PlanReading(question, noise, found)
    context["chart"] = plan_chart(found, width=question.width)
    return render(request, "quality/plan.html", context)
