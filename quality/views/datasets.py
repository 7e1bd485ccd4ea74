"""The Data pages: dataset versions, how they are asked for, and their files."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotation.access import project_for_manager
from feedback_platform.accounts import logged_in_user
from feedback_platform.jobs.services import enqueue, request_cancel, requeue
from feedback_platform.jobs.views import job_card_response
from feedback_platform.keys import key_in
from quality.access import dataset_for_manager
from quality.formats.manifest import MANIFEST_NAME
from quality.formats.version import CARD_NAME
from quality.forms.datasets import RecipeForm
from quality.models import DatasetVersion
from quality.selectors.curation import material
from quality.selectors.datasets import PAGE, dataset_versions, recipe_preview, version_page
from quality.services.datasets import request_dataset


@login_required
@require_GET
def datasets(request: HttpRequest, slug: str) -> HttpResponse:
    """The versions of a project, newest first."""
    project = project_for_manager(request.user, slug)
    before = key_in(request, "before")
    found = dataset_versions(project, before=before)
    shown, more = found[:PAGE], found[PAGE:]
    here = reverse("quality:datasets", args=[slug])
    context = {
        "project": project,
        "section": "data",
        "versions": shown,
        "next_url": f"{here}?before={shown[-1].pk}" if more else "",
        "first_url": here if before else "",
        "material": None if shown else material(project),
    }
    return render(request, "quality/datasets.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def dataset_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a version; with options in the address, only show what they mean."""
    project = project_for_manager(request.user, slug)
    form = RecipeForm(request.POST or request.GET or None)
    if request.method == "POST" and form.is_valid():
        version = request_dataset(
            project=project, recipe=form.recipe, requested_by=logged_in_user(request)
        )
        enqueue(version)
        return redirect("quality:dataset", slug, version.pk)
    context = {
        "project": project,
        "section": "data",
        "form": form,
        "recipe": form.recipe,
        "preview": recipe_preview(project, form.recipe),
    }
    # A preview that cannot be given is shown with its errors; it refuses nothing.
    status = 422 if request.method == "POST" else 200
    is_fragment = request.htmx  # type: ignore[attr-defined]
    template = "quality/_dataset_preview.html" if is_fragment else "quality/dataset_form.html"
    return render(request, template, context, status=status)


@login_required
@require_GET
def dataset(request: HttpRequest, slug: str, version_id: int) -> HttpResponse:
    """A version: how far it is, or what it holds."""
    version = dataset_for_manager(request.user, slug, version_id)
    create_url = reverse("quality:dataset_create", args=[slug])
    context = {
        "project": version.project,
        "section": "data",
        "version": version,
        "job": version,
        "page": version_page(version) if version.manifest else None,
        "card_name": CARD_NAME,
        "manifest_name": MANIFEST_NAME,
        "again_url": f"{create_url}?{urlencode(version.recipe)}",
        **_card_context(version),
    }
    return render(request, "quality/dataset.html", context)


@login_required
@require_GET
def dataset_card(request: HttpRequest, slug: str, version_id: int) -> HttpResponse:
    """The live card of a build."""
    version = dataset_for_manager(request.user, slug, version_id)
    return job_card_response(request, version, _card_context(version))


@login_required
@require_POST
def dataset_cancel(request: HttpRequest, slug: str, version_id: int) -> HttpResponse:
    """Stop a build; nothing half-done is kept."""
    version = dataset_for_manager(request.user, slug, version_id)
    request_cancel(version)
    return redirect("quality:dataset", slug, version.pk)


@login_required
@require_POST
def dataset_retry(request: HttpRequest, slug: str, version_id: int) -> HttpResponse:
    """Build a version again that failed or was cancelled, with the same recipe."""
    version = dataset_for_manager(request.user, slug, version_id)
    requeue(version)
    enqueue(version)
    return redirect("quality:dataset", slug, version.pk)


@login_required
@require_GET
def dataset_file(request: HttpRequest, slug: str, version_id: int, name: str) -> FileResponse:
    """Download one file; only what the manifest lists has an address."""
    version = dataset_for_manager(request.user, slug, version_id)
    if not version.manifest or name not in {*version.manifest["files"], MANIFEST_NAME}:
        raise Http404("This dataset version has no such file.")
    download = f"{slug}-{version.pk}-{name.replace('/', '-')}"
    try:
        content = (version.folder / name).open("rb")
    except FileNotFoundError as error:
        raise Http404("The file is not on this server any more.") from error
    return FileResponse(content, as_attachment=True, filename=download)


def _card_context(version: DatasetVersion) -> dict[str, Any]:
    place = [version.project.slug, version.pk]
    return {
        "what": "Building the dataset version",
        "card_url": reverse("quality:dataset_card", args=place),
        "cancel_url": reverse("quality:dataset_cancel", args=place),
        "retry_url": reverse("quality:dataset_retry", args=place),
    }
