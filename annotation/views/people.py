"""People of a project, their roles, and invitations to them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotation.access import project_for_manager
from annotation.forms.people import AccountForm, InvitationForm, RoleForm
from annotation.models import Invitation, Membership, Project
from annotation.selectors.people import (
    NOT_OPEN,
    active_membership,
    invitation_by_token,
    members,
    n_imported_annotators,
    open_invitations,
)
from annotation.services.people import (
    accept_invitation,
    change_role,
    create_account,
    invite,
    remove_member,
    revoke_invitation,
)
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import Conflict, Gone
from feedback_platform.models import User

LOGIN_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_required
@require_GET
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody in the project, and the invitations that are still open."""
    project = project_for_manager(request.user, slug)
    return _people_page(request, project, InvitationForm())


@login_required
@never_cache
@require_POST
def invitation_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Make an invitation; its link is in this answer and nowhere else."""
    project = project_for_manager(request.user, slug)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _people_page(request, project, form, status=422)
    invitation, token = invite(
        project=project, created_by=logged_in_user(request), **form.cleaned_data
    )
    path = reverse("annotation:invitation", args=[token])
    new = {"invitation": invitation, "link": request.build_absolute_uri(path)}
    return _people_page(request, project, InvitationForm(), new=new)


@login_required
@require_POST
def invitation_revoke(request: HttpRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation that nobody has used."""
    project = project_for_manager(request.user, slug)
    invitation = get_object_or_404(Invitation, pk=invitation_id, project=project)
    revoke_invitation(invitation=invitation)
    messages.success(request, "The invitation was withdrawn: its link opens nothing any more.")
    return redirect("annotation:people", slug)


@login_required
@require_POST
def member_role(request: HttpRequest, slug: str, membership_id: int) -> HttpResponse:
    """Give a member another role."""
    project = project_for_manager(request.user, slug)
    membership = _member(project, membership_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That is not a role of this platform. Choose one of the list.")
        return _people_page(request, project, InvitationForm(), status=422)
    try:
        membership = change_role(membership=membership, **form.cleaned_data)
    except Conflict as error:
        messages.error(request, error.message)
        return _people_page(request, project, InvitationForm(), status=error.status)
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
        return _people_page(request, project, InvitationForm(), status=error.status)
    name = membership.name
    messages.success(request, f"{name} cannot open {project.name} any more. Their judgments stay.")
    return _after_change(request, membership)


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


def _member(project: Project, membership_id: int) -> Membership:
    return get_object_or_404(
        Membership, pk=membership_id, project=project, user__isnull=False, is_active=True
    )


def _after_change(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Back to the list, unless the manager has just given up the right to see it."""
    if membership.user_id != logged_in_user(request).pk:
        return redirect("annotation:people", membership.project.slug)
    if membership.is_active:
        return redirect("annotation:project", membership.project.slug)
    return redirect("annotation:projects")


def _people_page(
    request: HttpRequest,
    project: Project,
    form: InvitationForm,
    *,
    new: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "project": project,
        "section": "settings",
        "people": members(project),
        "n_imported": n_imported_annotators(project),
        "invitations": open_invitations(project),
        "roles": Membership.Role.choices,
        "form": form,
        "new": new,
    }
    return render(request, "annotation/people.html", context, status=status)
