"""Teams: who is in them, and which comparisons are for them alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotation.access import project_for_manager
from annotation.forms.teams import AssignForm, AudienceForm, FilterForm, NamesForm, TeamForm
from annotation.models import Membership, Project, Team
from annotation.selectors.batches import batches_of_team
from annotation.selectors.teams import member_page, team_page, teams_of
from annotation.services.teams import (
    MAX_ASSIGNED,
    add_to_team,
    assign_comparisons,
    create_team,
    remove_from_team,
    remove_team,
    rename_team,
    team_of_person,
)
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.paging import neighbour_urls


@login_required
@require_http_methods(["GET", "POST"])
def teams(request: HttpRequest, slug: str) -> HttpResponse:
    """The teams of a project; a new one is made here."""
    project = project_for_manager(request.user, slug)
    form = TeamForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = create_team(project=project, **form.cleaned_data)
        except Conflict as error:
            form.add_error("name", error.message)
        else:
            messages.success(request, f"{made.name} was created. Add its people next.")
            return redirect("annotation:team", slug, made.pk)
    chosen = FilterForm(request.GET).chosen()
    page = team_page(project, **chosen)
    here = reverse("annotation:teams", args=[slug])
    context = {
        "project": project,
        "section": "settings",
        "form": form,
        "page": page,
        "search": chosen["search"],
        "summary": f"{len(page.rows):,} of {page.n_found:,} teams",
        **neighbour_urls(here, before=page.before, after=page.after, q=chosen["search"]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "annotation/teams.html", context, status=status)


@login_required
@require_GET
def team(request: HttpRequest, slug: str, team_id: int) -> HttpResponse:
    """One team: its people, and the batches that are for it alone."""
    project = project_for_manager(request.user, slug)
    return _team_page(request, _team(project, team_id))


@login_required
@require_POST
def team_rename(request: HttpRequest, slug: str, team_id: int) -> HttpResponse:
    """Give a team another name."""
    found = _team(project_for_manager(request.user, slug), team_id)
    form = TeamForm(request.POST)
    if form.is_valid():
        try:
            rename_team(team=found, **form.cleaned_data)
        except Conflict as error:
            form.add_error("name", error.message)
        else:
            messages.success(request, f"The team is called {form.cleaned_data['name']} now.")
            return redirect("annotation:team", slug, found.pk)
    return _team_page(request, found, rename=form, status=422)


@login_required
@require_POST
def team_delete(request: HttpRequest, slug: str, team_id: int) -> HttpResponse:
    """Remove a team for which there is nothing to do."""
    found = _team(project_for_manager(request.user, slug), team_id)
    try:
        remove_team(team=found)
    except Conflict as error:
        messages.error(request, error.message)
        return _team_page(request, found, status=409)
    messages.success(request, f"The team {found.name} was removed.")
    return redirect("annotation:teams", slug)


@login_required
@require_POST
def team_add(request: HttpRequest, slug: str, team_id: int) -> HttpResponse:
    """Put people into a team."""
    project = project_for_manager(request.user, slug)
    found = _team(project, team_id)
    form = NamesForm(request.POST, project=project)
    if not form.is_valid():
        return _team_page(request, found, add=form, status=422)
    n = add_to_team(team=found, memberships=form.cleaned_data["names"])
    people = "1 person was" if n == 1 else f"{n:,} people were"
    messages.success(request, f"{people} added to {found.name}.")
    return redirect("annotation:team", slug, found.pk)


@login_required
@require_POST
def team_remove(request: HttpRequest, slug: str, team_id: int, membership_id: int) -> HttpResponse:
    """Take a person out of a team."""
    project = project_for_manager(request.user, slug)
    found = _team(project, team_id)
    member = get_object_or_404(Membership, pk=membership_id, project=project)
    remove_from_team(team=found, membership=member)
    messages.success(request, f"{member.name} is not in {found.name} any more.")
    return redirect("annotation:team", slug, found.pk)


@login_required
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, slug: str) -> HttpResponse:
    """Give comparisons, by their external ids, to a team or to one person alone."""
    project = project_for_manager(request.user, slug)
    sent = request.POST if request.method == "POST" else None
    form = AssignForm(sent, request.FILES or None, project=project)
    if form.is_valid():
        audience = chosen_team(form)
        try:
            n, _ = assign_comparisons(project=project, external_ids=form.ids(), team=audience)
        except BadInput as error:
            form.add_error("external_ids", error.message)
        else:
            whom = audience.name if audience else "everybody"
            comparisons = "1 comparison is" if n == 1 else f"{n:,} comparisons are"
            messages.success(request, f"{comparisons} for {whom} now.")
            return redirect("annotation:assign", slug)
    context = {"project": project, "section": "comparisons", "form": form, "most": MAX_ASSIGNED}
    status = 422 if request.method == "POST" else 200
    return render(request, "annotation/assign.html", context, status=status)


def chosen_team(form: AudienceForm) -> Team | None:
    """Whom a valid form names; a person's own team is made where there is none yet."""
    person: Membership | None = form.cleaned_data["person"]
    if person is not None:
        return team_of_person(membership=person)
    chosen: Team | None = form.cleaned_data["team"]
    return chosen


def _team(project: Project, team_id: int) -> Team:
    return get_object_or_404(teams_of(project), pk=team_id)


def _team_page(
    request: HttpRequest,
    found: Team,
    *,
    rename: TeamForm | None = None,
    add: NamesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    chosen = FilterForm(request.GET).chosen()
    page = member_page(found, after=chosen["after"], before=chosen["before"])
    here = reverse("annotation:team", args=[found.project.slug, found.pk])
    context: dict[str, Any] = {
        "project": found.project,
        "section": "settings",
        "team": found,
        "page": page,
        "batches": batches_of_team(found),
        "rename_form": rename or TeamForm(initial={"name": found.name}),
        "add_form": add or NamesForm(project=found.project),
        "summary": f"{len(page.rows):,} of {page.n_found:,} people",
        **neighbour_urls(here, before=page.before, after=page.after),
    }
    return render(request, "annotation/team.html", context, status=status)
