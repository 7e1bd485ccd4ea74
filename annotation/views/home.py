"""The list of projects, and the page on which a project's work begins."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotation.access import membership_of, project_for_manager
from annotation.forms.home import StateForm
from annotation.selectors.people import memberships_of, n_paused
from annotation.selectors.projects import standing_of
from annotation.selectors.reviews import waiting_in
from annotation.services.projects import update_project
from feedback_platform.errors import BadInput

SAID = {
    "open": "{} is open: it hands out comparisons again.",
    "paused": "{} is paused: it hands out nothing, and what annotators hold they may still judge.",
    "closed": "{} is closed: it hands out nothing any more. Reopen it at any time.",
}


@login_required
@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    """The projects of the person, with how far each is and what to do next."""
    memberships = memberships_of(request.user)
    return render(request, "annotation/projects.html", {"memberships": memberships})


@login_required
@require_GET
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """Annotators go on judging; reviewers and managers see where the project stands."""
    membership = membership_of(request.user, slug)
    if not membership.may_review:
        return redirect("annotation:judge", slug)
    project = membership.project
    context = {
        "project": project,
        "membership": membership,
        "standing": standing_of(project),
        "waiting": waiting_in(project),
        "n_paused": n_paused(project),
    }
    return render(request, "annotation/project.html", context)


@login_required
@require_POST
def project_state(request: HttpRequest, slug: str) -> HttpResponse:
    """Pause, close or reopen a project."""
    project = project_for_manager(request.user, slug)
    form = StateForm(request.POST)
    if not form.is_valid():
        raise BadInput("That is not a state of a project. Choose open, paused or closed.")
    state = form.cleaned_data["state"]
    update_project(project=project, state=state)
    messages.success(request, SAID[state].format(project.name))
    return redirect("annotation:project", slug)
