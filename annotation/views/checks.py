"""The rules of the checks, and the annotators whom they have stopped."""

from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotation.access import project_for_manager
from annotation.forms.checks import ChecksForm
from annotation.models import Gold, Membership
from annotation.selectors.gold import n_in_use, shares_of, stopped_people
from annotation.services.checks import restart_checks
from annotation.services.projects import update_project
from feedback_platform.errors import Conflict


@login_required
@require_http_methods(["GET", "POST"])
def checks(request: HttpRequest, slug: str) -> HttpResponse:
    """Change how often annotators are checked and what follows; let stopped ones go on."""
    project = project_for_manager(request.user, slug)
    n_gold = n_in_use(project)
    # A form writes into its instance while it validates; the page keeps what is stored.
    form = ChecksForm(
        request.POST if request.method == "POST" else None,
        instance=copy(project),
    )
    if form.is_valid():
        update_project(project=project, **form.cleaned_data)
        messages.success(request, "The checks were saved. They hold for what is handed out now.")
        return redirect("annotation:checks", slug)
    shares = shares_of(project, n_gold)
    context = {
        "project": project,
        "section": "settings",
        "form": form,
        "shares": shares,
        "n_work": 100 - sum(share.per_hundred for share in shares),
        "n_audits": round(100 * project.audit_share),
        "n_qualification": n_gold[Gold.Use.QUALIFICATION],
        "stopped": stopped_people(project),
    }
    status = 422 if form.is_bound else 200
    return render(request, "annotation/checks.html", context, status=status)


@login_required
@require_POST
def checks_restart(request: HttpRequest, slug: str, membership_id: int) -> HttpResponse:
    """Let a stopped annotator go on, with a clean slate."""
    project = project_for_manager(request.user, slug)
    membership = get_object_or_404(Membership, pk=membership_id, project=project, is_active=True)
    try:
        restart_checks(membership=membership)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{membership.name} can go on. Their checks count from now.")
    return redirect("annotation:checks", slug)
