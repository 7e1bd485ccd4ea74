"""Creating projects, and their settings."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotation.access import project_for_manager
from annotation.forms.projects import ProjectForm, SettingsForm
from annotation.services.projects import (
    FIXED_BY_JUDGMENTS,
    create_project,
    has_judgments,
    update_project,
)
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import Conflict


@login_required
@permission_required("annotation.add_project", raise_exception=True)
@require_http_methods(["GET", "POST"])
def project_create(request: HttpRequest) -> HttpResponse:
    """Create a project; the person becomes its manager."""
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            created = create_project(creator=logged_in_user(request), **form.cleaned_data)
        except Conflict as error:
            form.add_error("slug", error.message)
        else:
            messages.success(request, f"{created.name} was created. Import comparisons next.")
            return redirect("annotation:project", created.slug)
    return render(request, "annotation/project_form.html", {"form": form}, status=_status(form))


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what may still be changed about a project."""
    project = project_for_manager(request.user, slug)
    locked = FIXED_BY_JUDGMENTS if has_judgments(project) else ()
    # A form writes into its instance while it validates; the page keeps what is stored.
    form = SettingsForm(request.POST or None, instance=copy(project), locked=locked)
    if request.method == "POST" and form.is_valid():
        try:
            update_project(project=project, **form.cleaned_data)
        except Conflict as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "The settings were saved.")
            return redirect("annotation:settings", slug)
    context = {"project": project, "section": "settings", "form": form}
    return render(request, "annotation/settings.html", context, status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.is_bound else 200
