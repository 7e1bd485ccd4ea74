"""The criteria of a project, and what annotators say about why."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotation.access import project_for_manager
from annotation.forms.criteria import CriterionForm, MoveForm, PresetForm
from annotation.forms.projects import ReasonsForm
from annotation.models import Criterion, Project
from annotation.project_templates import criterion_sets, template_called
from annotation.selectors.criteria import criteria_of
from annotation.services.criteria import (
    FIXED_BY_JUDGMENTS,
    add_criterion,
    add_presets,
    is_fixed,
    move_criterion,
    restore_criterion,
    retire_criterion,
    update_criterion,
)
from annotation.services.projects import update_project
from annotation.views.preview import preview_context
from feedback_platform.errors import BadInput, Conflict


@login_required
@require_http_methods(["GET", "POST"])
def criteria(request: HttpRequest, slug: str) -> HttpResponse:
    """List what is asked for; change the reasons."""
    project = project_for_manager(request.user, slug)
    sent = request.POST if request.method == "POST" else None
    form = ReasonsForm(sent, instance=copy(project))
    if form.is_valid():
        update_project(project=project, **form.cleaned_data)
        messages.success(request, "The reasons were saved.")
        return redirect("annotation:criteria", slug)
    known = criteria_of(project)
    context = {
        "project": project,
        "section": "settings",
        "form": form,
        "asked": [one for one in known if not one.is_retired],
        "retired": [one for one in known if one.is_retired],
        "presets": list(criterion_sets()),
        "preview": preview_context(copy(project)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "annotation/criteria.html", context, status=status)


@login_required
@require_POST
def criteria_presets(request: HttpRequest, slug: str) -> HttpResponse:
    """Add the criteria of a template."""
    project = project_for_manager(request.user, slug)
    form = PresetForm(request.POST)
    if not form.is_valid():
        raise BadInput("Choose one of the sets of criteria on the page.")
    template = template_called(form.cleaned_data["preset"])
    try:
        added = add_presets(project=project, presets=template.criteria)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        done = "is asked for now" if added == 1 else "are asked for now"
        text = f"{added} more {done}." if added else "All of them are asked for already."
        messages.success(request, text)
    return redirect("annotation:criteria", slug)


@login_required
@require_http_methods(["GET", "POST"])
def criterion_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a criterion."""
    project = project_for_manager(request.user, slug)
    form = CriterionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            created = add_criterion(project=project, **form.cleaned_data)
        except (BadInput, Conflict) as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{created.name} is asked for now.")
            return redirect("annotation:criteria", slug)
    return _page(request, project, form, None)


@login_required
@require_http_methods(["GET", "POST"])
def criterion(request: HttpRequest, slug: str, criterion_id: int) -> HttpResponse:
    """Change a criterion."""
    found = _criterion(request, slug, criterion_id)
    locked = FIXED_BY_JUDGMENTS if is_fixed(found) else ()
    sent = request.POST if request.method == "POST" else None
    form = CriterionForm(sent, instance=copy(found), locked=locked)
    if form.is_valid():
        try:
            update_criterion(criterion=found, **form.cleaned_data)
        except (BadInput, Conflict) as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "The criterion was saved.")
            return redirect("annotation:criteria", slug)
    return _page(request, found.project, form, found)


@login_required
@require_POST
def criterion_move(request: HttpRequest, slug: str, criterion_id: int) -> HttpResponse:
    """Ask for it earlier or later."""
    found = _criterion(request, slug, criterion_id)
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise BadInput("Say whether to move it earlier or later.")
    move_criterion(criterion=found, earlier=form.cleaned_data["direction"] == "earlier")
    return redirect("annotation:criteria", slug)


@login_required
@require_POST
def criterion_retire(request: HttpRequest, slug: str, criterion_id: int) -> HttpResponse:
    """Ask for it no more."""
    found = _criterion(request, slug, criterion_id)
    retire_criterion(criterion=found)
    messages.success(request, f"{found.name} is asked for no more. Earlier answers stay.")
    return redirect("annotation:criteria", slug)


@login_required
@require_POST
def criterion_restore(request: HttpRequest, slug: str, criterion_id: int) -> HttpResponse:
    """Ask for it again."""
    found = _criterion(request, slug, criterion_id)
    try:
        restore_criterion(criterion=found)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{found.name} is asked for again.")
    return redirect("annotation:criteria", slug)


def _criterion(request: HttpRequest, slug: str, criterion_id: int) -> Criterion:
    project = project_for_manager(request.user, slug)
    rows = Criterion.objects.select_related("project")
    return get_object_or_404(rows, pk=criterion_id, project=project)


def _page(
    request: HttpRequest, project: Project, form: CriterionForm, found: Criterion | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "project": project,
        "section": "settings",
        "form": form,
        "criterion": found,
    }
    status = 422 if form.is_bound else 200
    return render(request, "annotation/criterion.html", context, status=status)
