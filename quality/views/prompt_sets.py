"""Prompts of other datasets: upload, progress, deletion."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotation.access import project_for_manager
from annotation.services.uploads import store_upload
from feedback_platform.accounts import logged_in_user
from feedback_platform.body_limits import takes_upload
from feedback_platform.errors import Conflict, TooLarge
from feedback_platform.jobs.services import enqueue, request_cancel, requeue
from feedback_platform.jobs.views import job_card_response
from quality.access import prompt_set_for_manager
from quality.forms.readiness import PromptSetForm
from quality.models import PromptSet
from quality.selectors.prompt_sets import prompt_sets_of
from quality.services.prompt_sets import delete_prompt_set, queue_prompt_set


@takes_upload
@login_required
@require_http_methods(["GET", "POST"])
def prompt_sets(request: HttpRequest, slug: str) -> HttpResponse:
    """The sets of a project, and the form that takes in another."""
    project = project_for_manager(request.user, slug)
    form = PromptSetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = queue_prompt_set(
                project=project,
                file=store_upload(name=file.name, pieces=file.chunks()),
                column=form.cleaned_data["column"],
                requested_by=logged_in_user(request),
            )
        except (TooLarge, Conflict) as error:
            form.add_error("file", error.message)
        else:
            enqueue(job)
            return redirect("quality:prompt_sets", slug)
    context = {
        "project": project,
        "section": "quality",
        "form": form,
        "rows": [{"job": job, **_card_context(job)} for job in prompt_sets_of(project)],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "quality/prompt_sets.html", context, status=status)


@login_required
@require_GET
def prompt_set_card(request: HttpRequest, slug: str, prompt_set_id: int) -> HttpResponse:
    """The live card of a set that is being read."""
    job = prompt_set_for_manager(request.user, slug, prompt_set_id)
    return job_card_response(request, job, _card_context(job))


@login_required
@require_POST
def prompt_set_cancel(request: HttpRequest, slug: str, prompt_set_id: int) -> HttpResponse:
    """End the reading of a set; nothing of its file is kept."""
    job = prompt_set_for_manager(request.user, slug, prompt_set_id)
    try:
        request_cancel(job)
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("quality:prompt_sets", slug)


@login_required
@require_POST
def prompt_set_retry(request: HttpRequest, slug: str, prompt_set_id: int) -> HttpResponse:
    """Read the stored file once more."""
    job = prompt_set_for_manager(request.user, slug, prompt_set_id)
    try:
        requeue(job)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        enqueue(job)
    return redirect("quality:prompt_sets", slug)


@login_required
@require_POST
def prompt_set_delete(request: HttpRequest, slug: str, prompt_set_id: int) -> HttpResponse:
    """Forget a set; reports that knew it stay as they are."""
    job = prompt_set_for_manager(request.user, slug, prompt_set_id)
    try:
        delete_prompt_set(prompt_set=job)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{job.original_name} is deleted.")
    return redirect("quality:prompt_sets", slug)


def _card_context(job: PromptSet) -> dict[str, Any]:
    place = [job.project.slug, job.pk]
    return {
        "what": f"Reading {job.original_name}",
        "card_url": reverse("quality:prompt_set_card", args=place),
        "cancel_url": reverse("quality:prompt_set_cancel", args=place),
        "retry_url": "" if job.foreground else reverse("quality:prompt_set_retry", args=place),
    }
