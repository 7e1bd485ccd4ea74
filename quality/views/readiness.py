"""What managers say about the task of a project."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotation.access import project_for_manager
from feedback_platform.accounts import logged_in_user
from quality.forms.readiness import ReadinessForm
from quality.selectors.prompt_sets import newest_answers
from quality.services.readiness import answer_readiness


@login_required
@require_http_methods(["GET", "POST"])
def readiness_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """What the figures of a report cannot tell; the next report reads it."""
    project = project_for_manager(request.user, slug)
    newest = newest_answers(project)
    known = {name: getattr(newest, name) for name in ReadinessForm.base_fields} if newest else {}
    form = ReadinessForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        answer_readiness(project=project, answered_by=logged_in_user(request), **form.cleaned_data)
        messages.success(request, "Saved. The next report counts it.")
        return redirect("quality:reports", slug)
    context = {"project": project, "section": "quality", "form": form, "newest": newest}
    status = 422 if request.method == "POST" else 200
    return render(request, "quality/readiness_answers.html", context, status=status)
