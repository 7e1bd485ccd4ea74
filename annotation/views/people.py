"""People of a project: who they are, what they did, and what they may do."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from annotation.access import project_for_manager
from annotation.forms.people import (
    CapsForm,
    InvitationForm,
    PauseForm,
    PeopleFilterForm,
    RoleForm,
)
from annotation.models import Membership, Project
from annotation.selectors.people import (
    n_imported_annotators,
    open_invitations,
    people_page,
    person,
)
from annotation.selectors.teams import teams_of_people
from annotation.services.people import (
    cap_member,
    change_role,
    pause_member,
    remove_member,
    resume_member,
)
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import Conflict
from feedback_platform.paging import neighbour_urls


@login_required
@require_GET
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody who can log in to the project, and how many are invited."""
    return _people_page(request, project_for_manager(request.user, slug))


@login_required
@require_GET
def member(request: HttpRequest, slug: str, membership_id: int) -> HttpResponse:
    """One person: what they did, their caps, their teams, and whether they are paused."""
    project = project_for_manager(request.user, slug)
    return _member_page(request, _member(project, membership_id))


@login_required
@require_POST
def member_role(request: HttpRequest, slug: str, membership_id: int) -> HttpResponse:
    """Give a member another role."""
    project = project_for_manager(request.user, slug)
    membership = _member(project, membership_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That is not a role of this platform. Choose one of the list.")
        return _people_page(request, project, status=422)
    try:
        membership = change_role(membership=membership, **form.cleaned_data)
    except Conflict as error:
        messages.error(request, error.message)
        return _people_page(request, project, status=error.status)
    role = membership.get_role_display().lower()
    messages.success(request, f"{membership.name} is now {role} of {project.name}.")
    return _after_change(request, membership)


@login_required
@require_POST
def member_remove(request: HttpRequest, slug: str, membership_id: int) -> HttpResponse:
    """Close the project to a member."""
    project = project_for_manager(request.user, slug)
    try:
        membership = remove_member(membership=_member(project, membership_id))
    except Conflict as error:
        messages.error(request, error.message)
        return _people_page(request, project, status=error.status)
    name = membership.name
    messages.success(request, f"{name} cannot open {project.name} any more. Their judgments stay.")
    return _after_change(request, membership)


@login_required
@require_POST
def member_pause(request: HttpRequest, slug: str, membership_id: int) -> HttpResponse:
    """Hand out nothing more to a person, with the reason that they read."""
    membership = _member(project_for_manager(request.user, slug), membership_id)
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _member_page(request, membership, pause=form, status=422)
    pause_member(membership=membership, **form.cleaned_data)
    messages.success(request, f"{membership.name} gets no more comparisons and reads your reason.")
    return redirect("annotation:member", slug, membership.pk)


@login_required
@require_POST
def member_resume(request: HttpRequest, slug: str, membership_id: int) -> HttpResponse:
    """Hand out comparisons to a paused person again."""
    membership = _member(project_for_manager(request.user, slug), membership_id)
    resume_member(membership=membership)
    messages.success(
        request, f"{membership.name} gets comparisons again; earlier checks no longer count."
    )
    return redirect("annotation:member", slug, membership.pk)


@login_required
@require_POST
def member_caps(request: HttpRequest, slug: str, membership_id: int) -> HttpResponse:
    """Set how much one person may judge."""
    membership = _member(project_for_manager(request.user, slug), membership_id)
    form = CapsForm(request.POST, instance=membership)
    if not form.is_valid():
        return _member_page(request, membership, caps=form, status=422)
    cap_member(membership=membership, **form.cleaned_data)
    messages.success(request, f"The caps of {membership.name} were saved.")
    return redirect("annotation:member", slug, membership.pk)


def _member(project: Project, membership_id: int) -> Membership:
    rows = Membership.objects.select_related("project", "user")
    return get_object_or_404(
        rows, pk=membership_id, project=project, user__isnull=False, is_active=True
    )


def _after_change(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Back to the list, unless the manager has just given up the right to see it."""
    if membership.user_id != logged_in_user(request).pk:
        return redirect("annotation:people", membership.project.slug)
    if membership.is_active:
        return redirect("annotation:project", membership.project.slug)
    return redirect("annotation:projects")


def _people_page(request: HttpRequest, project: Project, *, status: int = 200) -> HttpResponse:
    filters = PeopleFilterForm(request.GET)
    page = people_page(project, **filters.chosen())
    teams = teams_of_people([one.membership for one in page.rows])
    here = reverse("annotation:people", args=[project.slug])
    kept = {name: filters.cleaned_data.get(name, "") for name in ("q", "role", "state")}
    context = {
        "project": project,
        "section": "settings",
        "filters": filters,
        "is_filtered": any(kept.values()),
        "page": page,
        "people": [(one, teams.get(one.membership.pk, [])) for one in page.rows],
        "n_imported": n_imported_annotators(project),
        "n_invitations": open_invitations(project).count(),
        "roles": Membership.Role.choices,
        "form": InvitationForm(project=project),
        "summary": f"{len(page.rows):,} of {page.n_found:,} people",
        **neighbour_urls(here, before=page.before, after=page.after, **kept),
    }
    return render(request, "annotation/people.html", context, status=status)


def _member_page(
    request: HttpRequest,
    membership: Membership,
    *,
    pause: PauseForm | None = None,
    caps: CapsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    # A form writes into its instance while it validates; the page shows what is stored.
    stored = _member(membership.project, membership.pk) if caps else membership
    context: dict[str, Any] = {
        "project": stored.project,
        "section": "settings",
        "person": person(stored),
        "membership": stored,
        "teams": teams_of_people([stored]).get(stored.pk, []),
        "roles": Membership.Role.choices,
        "pause_form": pause or PauseForm(),
        "caps_form": caps or CapsForm(instance=stored),
    }
    return render(request, "annotation/person.html", context, status=status)
