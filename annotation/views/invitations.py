"""Invitations: made one by one or from a list, withdrawn, and accepted."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from annotation.access import project_for_manager
from annotation.formats.invitations import MAX_ROWS, links_as_csv, read_invitees
from annotation.forms.people import (
    AccountForm,
    InvitationFilterForm,
    InvitationForm,
    InviteListForm,
)
from annotation.models import Invitation, Project
from annotation.selectors.people import (
    NOT_OPEN,
    active_membership,
    invitation_by_token,
    invitation_page,
)
from annotation.services.invitations import (
    RefusedInvitees,
    accept_invitation,
    create_account,
    invite,
    invite_many,
    revoke_invitation,
    revoke_open_invitations,
)
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import Conflict, Gone
from feedback_platform.models import User
from feedback_platform.paging import neighbour_urls

LOGIN_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Bad rows of a list that are shown.
SHOWN_PROBLEMS = 50


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """The open invitations; a new one's link is in the answer to its form and nowhere else."""
    project = project_for_manager(request.user, slug)
    if request.method == "GET":
        return _page(request, project, InvitationForm(project=project))
    form = InvitationForm(request.POST, project=project)
    if not form.is_valid():
        return _page(request, project, form, status=422)
    made, token = invite(project=project, created_by=logged_in_user(request), **form.cleaned_data)
    new = {"invitation": made, "link": _link(request, token)}
    return _page(request, project, InvitationForm(project=project), new=new)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def invite_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite the people of a list; their links are in this answer and nowhere else."""
    project = project_for_manager(request.user, slug)
    sent = request.POST if request.method == "POST" else None
    form = InviteListForm(sent, request.FILES or None)
    context: dict[str, Any] = {
        "project": project,
        "section": "settings",
        "form": form,
        "most": MAX_ROWS,
    }
    if form.is_valid():
        invitees, problems = read_invitees(form.list_text())
        if not problems:
            try:
                made = invite_many(
                    project=project, invitees=invitees, created_by=logged_in_user(request)
                )
            except RefusedInvitees as refusal:
                problems = list(refusal.problems)
            else:
                rows = [(one, _link(request, token)) for one, token in made]
                return render(
                    request,
                    "annotation/invited.html",
                    {**context, "rows": rows, "csv": _as_csv(rows)},
                )
        context |= {"problems": problems[:SHOWN_PROBLEMS], "n_problems": len(problems)}
    status = 422 if request.method == "POST" else 200
    return render(request, "annotation/invite_list.html", context, status=status)


@login_required
@require_POST
def invitation_revoke(request: HttpRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation that nobody has used."""
    project = project_for_manager(request.user, slug)
    invitation = get_object_or_404(Invitation, pk=invitation_id, project=project)
    revoke_invitation(invitation=invitation)
    messages.success(request, "The invitation was withdrawn: its link opens nothing any more.")
    return redirect("annotation:invitations", slug)


@login_required
@require_POST
def invitations_revoke(request: HttpRequest, slug: str) -> HttpResponse:
    """Withdraw every open invitation."""
    project = project_for_manager(request.user, slug)
    n = revoke_open_invitations(project=project)
    links = "1 invitation was" if n == 1 else f"{n:,} invitations were"
    messages.success(request, f"{links} withdrawn: the links open nothing any more.")
    return redirect("annotation:invitations", slug)


@sensitive_post_parameters("password1", "password2")
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; accept it with an account, or with a new one."""
    invited = invitation_by_token(token)
    member = active_membership(invited.project, request.user)
    if member is not None:
        # The person's own used link, opened again, or a link that they do not need.
        messages.info(
            request, f"You are in {member.project.name}, as {member.get_role_display().lower()}."
        )
        return redirect("annotation:project", member.project.slug)
    if not invited.is_open:
        raise Gone(NOT_OPEN)
    form = AccountForm(request.POST or None)
    if request.method == "POST":
        if request.user.is_authenticated:
            accept_invitation(invitation=invited, user=logged_in_user(request))
            return redirect("annotation:project", invited.project.slug)
        if form.is_valid() and (user := _new_account(invited, form)):
            login(request, user, backend=LOGIN_BACKEND)
            return redirect("annotation:project", invited.project.slug)
    context = {"invitation": invited, "form": form, "token": token}
    return render(
        request, "annotation/invitation.html", context, status=422 if form.is_bound else 200
    )


def _new_account(invited: Invitation, form: AccountForm) -> User | None:
    name, password = form.cleaned_data["username"], form.cleaned_data["password1"]
    try:
        return create_account(invitation=invited, username=name, password=password)
    except Conflict as error:
        form.add_error("username", error.message)
        return None


def _link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("annotation:invitation", args=[token]))


def _as_csv(rows: list[tuple[Invitation, str]]) -> str:
    return links_as_csv(
        (
            one.label,
            one.role,
            one.team.name if one.team else "",
            link,
            _minute(one.expires_at),
        )
        for one, link in rows
    )


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _page(
    request: HttpRequest,
    project: Project,
    form: InvitationForm,
    *,
    new: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    chosen = InvitationFilterForm(request.GET).chosen()
    page = invitation_page(project, **chosen)
    here = reverse("annotation:invitations", args=[project.slug])
    context = {
        "project": project,
        "section": "settings",
        "form": form,
        "new": new,
        "page": page,
        "search": chosen["search"],
        "summary": f"{len(page.rows):,} of {page.n_found:,} open invitations",
        **neighbour_urls(here, before=page.before, after=page.after, q=chosen["search"]),
    }
    return render(request, "annotation/invitations.html", context, status=status)
