"""The guidelines of a project: the editor, the versions and what changed between them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotation.access import project_for_manager
from annotation.differences import differences
from annotation.forms.guidelines import GuidelinesForm
from annotation.rendering import render_text
from annotation.selectors.guidelines import (
    guidelines_of,
    guidelines_text,
    readers_of,
    reading_of,
    versions_of,
)
from annotation.services.guidelines import MAX_TEXT, publish_guidelines
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import BadInput, Conflict


@login_required
@require_http_methods(["GET", "POST"])
def guidelines(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the next version, see the earlier ones and who has read the one in force."""
    project = project_for_manager(request.user, slug)
    initial = {"text": guidelines_text(project), "based_on": project.guidelines_number}
    sent = request.POST.copy()
    form = GuidelinesForm(sent if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            published = publish_guidelines(
                project=project, person=logged_in_user(request), **form.cleaned_data
            )
        except (BadInput, Conflict) as error:
            form.add_error(None, error.message)
            # What was written stays; publishing again now means this text on top of the other.
            project.refresh_from_db(fields=["guidelines_number"])
            sent["based_on"] = str(project.guidelines_number)
        else:
            messages.success(
                request, f"Version {published.number} is in force. Annotators read it first."
            )
            return redirect("annotation:guidelines", slug)
    context: dict[str, Any] = {
        "project": project,
        "section": "settings",
        "form": form,
        "html": mark_safe(render_text(str(form["text"].value() or "")[:MAX_TEXT])),
        "versions": versions_of(project),
        "reading": reading_of(project),
        "readers": readers_of(project),
    }
    status = 422 if form.is_bound else 200
    return render(request, "annotation/guidelines.html", context, status=status)


@login_required
@require_POST
def guidelines_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The text as annotators would read it. Nothing is stored."""
    project_for_manager(request.user, slug)
    text = request.POST.get("text", "")
    if not text.strip():
        raise BadInput("There is nothing to show yet. Write something first.")
    context = {"html": mark_safe(render_text(text[:MAX_TEXT]))}
    return render(request, "annotation/_guidelines_preview.html", context)


@login_required
@require_GET
def guidelines_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version, and what it changed."""
    project = project_for_manager(request.user, slug)
    version = guidelines_of(project, number)
    if version is None:
        raise Http404
    before = guidelines_of(project, number - 1)
    context = {
        "project": project,
        "section": "settings",
        "version": version,
        "html": mark_safe(render_text(version.text)),
        "lines": differences(before.text, version.text) if before else [],
    }
    return render(request, "annotation/guidelines_version.html", context)
