"""Batches: the list, one batch, and what a manager does with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from annotation.access import project_for_manager
from annotation.forms.batches import BatchFilterForm, BatchForm
from annotation.forms.teams import AudienceForm
from annotation.models import Arrangement, Batch, Project
from annotation.selectors.batches import batch_page, has_comparisons, latest_arrangements
from annotation.services.batches import (
    close_batch,
    pause_batch,
    release_batch,
    reopen_batch,
    resume_batch,
    update_batch,
)
from annotation.views.teams import chosen_team
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import Conflict
from feedback_platform.jobs.services import enqueue, requeue
from feedback_platform.jobs.views import job_card_response
from feedback_platform.paging import neighbour_urls

Move = Callable[..., Arrangement]
MOVES: dict[str, Move] = {
    "release": release_batch,
    "pause": pause_batch,
    "resume": resume_batch,
    "close": close_batch,
    "reopen": reopen_batch,
}


@login_required
@require_GET
def batches(request: HttpRequest, slug: str) -> HttpResponse:
    """The batches of a project, newest first."""
    project = project_for_manager(request.user, slug)
    filters = BatchFilterForm(request.GET)
    chosen = filters.chosen()
    page = batch_page(project, **chosen)
    here = reverse("annotation:batches", args=[slug])
    found = f"{page.n_found - page.is_capped:,}{'+' if page.is_capped else ''}"
    context = {
        "project": project,
        "section": "comparisons",
        "filters": filters,
        "is_filtered": bool(chosen["search"] or chosen["state"]),
        "page": page,
        "summary": f"{len(page.rows):,} of {found} batches",
        **neighbour_urls(
            here, before=page.before, after=page.after, q=chosen["search"], state=chosen["state"]
        ),
    }
    return render(request, "annotation/batches.html", context)


@login_required
@require_GET
def batch(request: HttpRequest, slug: str, batch_id: int) -> HttpResponse:
    """One batch: how far it is, its settings, and what was done with it."""
    project = project_for_manager(request.user, slug)
    return _batch_page(request, _batch(project, batch_id))


@login_required
@require_POST
def batch_move(request: HttpRequest, slug: str, batch_id: int, move: str) -> HttpResponse:
    """Release, pause, resume, close or reopen a batch; its seats follow in the background."""
    found = _batch(project_for_manager(request.user, slug), batch_id)
    try:
        enqueue(MOVES[move](batch=found, requested_by=logged_in_user(request)))
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("annotation:batch", slug, found.pk)


@login_required
@require_POST
def batch_change(request: HttpRequest, slug: str, batch_id: int) -> HttpResponse:
    """Change name, priority and overlap of a batch."""
    found = _batch(project_for_manager(request.user, slug), batch_id)
    form = BatchForm(request.POST, instance=_batch(found.project, batch_id))
    if form.is_valid():
        try:
            _update(request, found, **form.cleaned_data)
        except Conflict as error:
            form.add_error("name", error.message)
        else:
            return redirect("annotation:batch", slug, found.pk)
    return _batch_page(request, found, form=form, status=422)


@login_required
@require_POST
def batch_team(request: HttpRequest, slug: str, batch_id: int) -> HttpResponse:
    """Give a batch to a team or one person alone, or to everybody."""
    project = project_for_manager(request.user, slug)
    found = _batch(project, batch_id)
    form = AudienceForm(request.POST, project=project)
    if not form.is_valid():
        return _batch_page(request, found, audience=form, status=422)
    _update(request, found, team=chosen_team(form))
    return redirect("annotation:batch", slug, found.pk)


@login_required
@require_GET
def arrangement_card(request: HttpRequest, slug: str, arrangement_id: int) -> HttpResponse:
    """The live card of the seats following a change."""
    job = _arrangement(project_for_manager(request.user, slug), arrangement_id)
    return job_card_response(request, job, card_of(job))


@login_required
@require_POST
def arrangement_retry(request: HttpRequest, slug: str, arrangement_id: int) -> HttpResponse:
    """Let the seats follow once more after a failure."""
    job = _arrangement(project_for_manager(request.user, slug), arrangement_id)
    try:
        requeue(job)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        enqueue(job)
    if job.batch_id is None:
        return redirect("annotation:batches", slug)
    return redirect("annotation:batch", slug, job.batch_id)


def card_of(job: Arrangement) -> dict[str, Any]:
    """What the live card of an arrangement needs beside it; it cannot be cancelled half-way."""
    place = [job.project.slug, job.pk]
    return {
        "what": f"{job.title}: the seats follow",
        "card_url": reverse("annotation:arrangement_card", args=place),
        "cancel_url": "",
        "retry_url": reverse("annotation:arrangement_retry", args=place),
    }


def _batch(project: Project, batch_id: int) -> Batch:
    rows = Batch.objects.select_related("project", "team", "created_by")
    return get_object_or_404(rows, pk=batch_id, project=project)


def _arrangement(project: Project, arrangement_id: int) -> Arrangement:
    rows = Arrangement.objects.select_related("project")
    return get_object_or_404(rows, pk=arrangement_id, project=project)


def _update(request: HttpRequest, batch: Batch, **changes: Any) -> None:
    job = update_batch(batch=batch, requested_by=logged_in_user(request), **changes)
    if job is not None:
        enqueue(job)
    messages.success(request, "The batch was saved.")


def _batch_page(
    request: HttpRequest,
    found: Batch,
    *,
    form: BatchForm | None = None,
    audience: AudienceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    done = latest_arrangements(found)
    latest = done[0] if done else None
    whom = found.team
    named = {"person": whom.name} if whom and whom.is_personal else {"team": whom}
    context: dict[str, Any] = {
        "project": found.project,
        "section": "comparisons",
        "batch": found,
        "has_comparisons": has_comparisons(found),
        "form": form or BatchForm(instance=found),
        "audience_form": audience or AudienceForm(project=found.project, initial=named),
        "arrangements": done,
    }
    if latest is not None and latest.state != Arrangement.State.SUCCEEDED:
        context |= {"job": latest, **card_of(latest)}
    return render(request, "annotation/batch.html", context, status=status)
