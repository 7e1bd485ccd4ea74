"""Importing files: the list, the upload, and the page of one import."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotation.access import project_for_manager
from annotation.formats.reading import FORMAT_NAMES
from annotation.forms.imports import ImportForm
from annotation.models import Import, Project
from annotation.selectors.batches import batch_of_import, offered_batches
from annotation.selectors.imports import SHOWN, imports_of
from annotation.services.imports import queue_import
from annotation.services.loading import ImportOptions
from annotation.services.uploads import rejects_path, store_upload
from feedback_platform.accounts import logged_in_user
from feedback_platform.body_limits import takes_upload
from feedback_platform.errors import Conflict, TooLarge
from feedback_platform.jobs.services import enqueue, request_cancel, requeue
from feedback_platform.jobs.views import job_card_response


@login_required
@require_GET
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    """The files that were imported into the project."""
    project = project_for_manager(request.user, slug)
    context = {
        "project": project,
        "section": "comparisons",
        "imports": imports_of(project),
        "shown": SHOWN,
    }
    return render(request, "annotation/imports.html", context)


@takes_upload
@login_required
@require_http_methods(["GET", "POST"])
def import_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Upload a file; a worker imports it."""
    project = project_for_manager(request.user, slug)
    form = ImportForm(request.POST or None, request.FILES or None, batches=offered_batches(project))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            stored = store_upload(name=file.name, pieces=file.chunks())
        except TooLarge as error:
            form.add_error("file", error.message)
        else:
            job = queue_import(
                project=project,
                file=stored,
                options=ImportOptions(**form.options()),
                check_only=form.cleaned_data["check_only"],
                requested_by=logged_in_user(request),
            )
            enqueue(job)
            return redirect("annotation:import", slug, job.pk)
    status = 422 if request.method == "POST" else 200
    context = {"project": project, "section": "comparisons", "form": form}
    return render(request, "annotation/import_form.html", context, status=status)


@login_required
@require_GET
def import_page(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """What one file added, and which of its rows were rejected."""
    project = project_for_manager(request.user, slug)
    job = _import(project, import_id)
    context = {
        "project": project,
        "section": "comparisons",
        "batch": batch_of_import(job),
        "format_name": FORMAT_NAMES.get(job.detected_format, ""),
        **_card_context(project, job),
    }
    return render(request, "annotation/import.html", context)


@login_required
@require_GET
def import_card(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """The live card of an import."""
    project = project_for_manager(request.user, slug)
    job = _import(project, import_id)
    return job_card_response(request, job, _card_context(project, job))


@login_required
@require_POST
def import_cancel(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """End an import; nothing of its file is kept."""
    project = project_for_manager(request.user, slug)
    job = _import(project, import_id)
    try:
        request_cancel(job)
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("annotation:import", slug, job.pk)


@login_required
@require_POST
def import_retry(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """Import the stored file once more."""
    project = project_for_manager(request.user, slug)
    job = _import(project, import_id)
    try:
        requeue(job)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        enqueue(job)
    return redirect("annotation:import", slug, job.pk)


@login_required
@require_GET
def import_rejects(request: HttpRequest, slug: str, import_id: int) -> HttpResponseBase:
    """Every rejected row as JSON lines."""
    project = project_for_manager(request.user, slug)
    job = _import(project, import_id)
    path = rejects_path(job.rejects_name)
    if not job.rejects_name or not path.is_file():
        raise Http404("This import has no rejected rows.")
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{job.original_name}.rejects.jsonl",
        content_type="application/x-ndjson",
    )


def _import(project: Project, import_id: int) -> Import:
    return get_object_or_404(Import, pk=import_id, project=project)


def _card_context(project: Project, job: Import) -> dict[str, Any]:
    arguments = [project.slug, job.pk]
    # A command's file is gone with the command; bad rows stay bad however often they are read.
    retry = reverse("annotation:import_retry", args=arguments)
    if job.foreground or job.n_rejected:
        retry = ""
    return {
        "job": job,
        "what": "Checking the file" if job.check_only else "Importing the file",
        "card_url": reverse("annotation:import_card", args=arguments),
        "cancel_url": reverse("annotation:import_cancel", args=arguments),
        "retry_url": retry,
    }
