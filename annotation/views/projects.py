"""The settings of a project: general, answers and hand-out."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotation.access import project_for_manager
from annotation.forms.projects import AnswersForm, GeneralForm, HandOutForm
from annotation.models import Project
from annotation.selectors.batches import unfinished_arrangement
from annotation.services.arranging import needs_arrangement, request_arrangement
from annotation.services.projects import FIXED, FIXED_BY_JUDGMENTS, has_judgments, update_project
from annotation.views.batches import card_of
from annotation.views.preview import preview_context
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import Conflict
from feedback_platform.jobs.services import enqueue


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Name, question and state, and how annotators are treated."""
    project = project_for_manager(request.user, slug)
    # A form writes into its instance while it validates; the page keeps what is stored.
    form = GeneralForm(_sent(request), instance=copy(project))
    if form.is_valid():
        update_project(project=project, **form.cleaned_data)
        messages.success(request, "The settings were saved.")
        return redirect("annotation:settings", slug)
    return _page(request, "settings", project, form)


@login_required
@require_http_methods(["GET", "POST"])
def settings_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """The scale and the answers beside it, until the first judgment."""
    project = project_for_manager(request.user, slug)
    locked = FIXED_BY_JUDGMENTS if has_judgments(project) else ()
    if locked and request.method == "POST":
        raise Conflict(FIXED)
    form = AnswersForm(_sent(request), instance=copy(project), locked=locked)
    if form.is_valid():
        try:
            update_project(project=project, **form.cleaned_data)
        except Conflict as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "The answers were saved.")
            return redirect("annotation:settings_answers", slug)
    preview = {"preview": preview_context(copy(project))}
    return _page(request, "settings_answers", project, form, **preview)


@login_required
@require_http_methods(["GET", "POST"])
def settings_hand_out(request: HttpRequest, slug: str) -> HttpResponse:
    """Order, overlap, caps and lease; the seats follow a change as work of its own."""
    project = project_for_manager(request.user, slug)
    form = HandOutForm(_sent(request), instance=copy(project))
    if form.is_valid():
        wanted = form.settings()
        changed = {name: wanted[name] for name in wanted if getattr(project, name) != wanted[name]}
        update_project(project=project, **changed)
        if needs_arrangement(changed):
            user = logged_in_user(request)
            enqueue(request_arrangement(project=project, title="New rules", requested_by=user))
        messages.success(request, "The rules of the hand-out were saved.")
        return redirect("annotation:settings_hand_out", slug)
    job = unfinished_arrangement(project)
    card = {"job": job, **card_of(job)} if job else {}
    return _page(request, "settings_hand_out", project, form, **card)


def _sent(request: HttpRequest) -> Any:
    """The form's data; an empty one was sent as well, and is wrong."""
    return request.POST if request.method == "POST" else None


def _page(
    request: HttpRequest, name: str, project: Project, form: Any, **more: Any
) -> HttpResponse:
    context = {"project": project, "section": "settings", "form": form, **more}
    status = 422 if form.is_bound else 200
    return render(request, f"annotation/{name}.html", context, status=status)
