"""Inviting people, changing their role, and letting them go."""

import secrets

from django.db import transaction
from django.utils import timezone

from annotation.models import Invitation, Membership, Project
from annotation.selectors.people import NOT_OPEN, digest_of
from feedback_platform.errors import Conflict, Gone
from feedback_platform.models import User

TOKEN_BYTES = 32


def invite(*, project: Project, role: str, created_by: User) -> tuple[Invitation, str]:
    """Create a single-use invitation; its token is returned here and stored nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        project=project, role=role, created_by=created_by, digest=digest_of(token)
    )
    return invitation, token


def revoke_invitation(*, invitation: Invitation) -> None:
    """Withdraw an invitation.

    Raises:
        Conflict: somebody has accepted it, or it is withdrawn already.
    """
    unused = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not unused.update(revoked_at=timezone.now()):
        raise Conflict("This invitation was used or withdrawn before, so it cannot be withdrawn.")


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Membership:
    """Make the user a member with the invitation's role; of two at once, one wins.

    Raises:
        Conflict: the user is a member already; the invitation stays open for somebody else.
        Gone: the invitation was used, withdrawn or has expired.
    """
    now = timezone.now()
    still_open = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    if not still_open.update(accepted_at=now, accepted_by=user):
        raise Gone(NOT_OPEN)
    return add_member(project=invitation.project, user=user, role=invitation.role)


@transaction.atomic
def create_account(*, invitation: Invitation, username: str, password: str) -> User:
    """Create the invited person's account together with their membership.

    Raises:
        Conflict: the name is taken.
        Gone: the invitation was used, withdrawn or has expired; no account is left behind.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict(f"The name {username} is taken. Choose another one.")
    user = User.objects.create_user(username, password=password)
    accept_invitation(invitation=invitation, user=user)
    return user


@transaction.atomic
def add_member(*, project: Project, user: User, role: str) -> Membership:
    """Let a user into a project, or back into it with their earlier judgments.

    Raises:
        Conflict: the user is a member already.
    """
    # One writer per project at a time: names and managers are looked at before they change.
    Project.objects.select_for_update().get(pk=project.pk)
    membership = Membership.objects.filter(project=project, user=user).first()
    if membership is None:
        name = _free_name(project, user.get_username())
        return Membership.objects.create(
            project=project, user=user, name=name, pseudonym=project.pseudonym_of(name), role=role
        )
    if membership.is_active:
        raise Conflict(f"You are in {project.name} already, as {membership.get_role_display()}.")
    membership.role, membership.is_active = role, True
    membership.save(update_fields=["role", "is_active"])
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: str) -> Membership:
    """Give a member another role.

    Raises:
        Conflict: the project would be left without a manager.
    """
    membership = _locked(membership)
    if role != Membership.Role.MANAGER:
        _refuse_last_manager(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


@transaction.atomic
def remove_member(*, membership: Membership) -> Membership:
    """Close the project to a member; their judgments stay.

    Raises:
        Conflict: the project would be left without a manager.
    """
    membership = _locked(membership)
    _refuse_last_manager(membership)
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    return membership


def _locked(membership: Membership) -> Membership:
    Project.objects.select_for_update().get(pk=membership.project_id)
    return Membership.objects.select_related("project").get(pk=membership.pk)


def _refuse_last_manager(membership: Membership) -> None:
    if not (membership.is_manager and membership.is_active):
        return
    others = Membership.objects.filter(
        project=membership.project,
        role=Membership.Role.MANAGER,
        is_active=True,
        user__is_active=True,
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise Conflict(
            f"{membership.name} is the only manager of {membership.project.name}. "
            "Make somebody else a manager first."
        )


def _free_name(project: Project, wanted: str) -> str:
    """The wanted name, numbered where an imported annotator has it: they may differ."""
    taken = set(
        Membership.objects.filter(project=project, name__startswith=wanted[:140]).values_list(
            "name", flat=True
        )
    )
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted[:140]} ({number})" in taken:
        number += 1
    return f"{wanted[:140]} ({number})"
