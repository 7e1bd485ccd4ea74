"""Letting people into a project, changing what they may do, and letting them go."""

from django.db import transaction
from django.utils import timezone

from annotation.models import Membership, Project
from feedback_platform.errors import Conflict
from feedback_platform.models import User

MAX_REASON = 500


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


def pause_member(*, membership: Membership, reason: str) -> None:
    """Hand out nothing more to somebody, who is shown the reason; what they hold stays theirs.

    Raises:
        Conflict: they are paused already.
    """
    active = Membership.objects.filter(pk=membership.pk, paused_at=None)
    if not active.update(paused_at=timezone.now(), pause_reason=reason[:MAX_REASON]):
        raise Conflict(f"{membership.name} is paused already. Resume them first.")


def resume_member(*, membership: Membership) -> None:
    """Hand out comparisons again; earlier gold and attention checks no longer count against them.

    Raises:
        Conflict: they are not paused.
    """
    paused = Membership.objects.filter(pk=membership.pk).exclude(paused_at=None)
    if not paused.update(paused_at=None, pause_reason="", checks_since=timezone.now()):
        raise Conflict(f"{membership.name} is not paused.")


def cap_member(
    *, membership: Membership, cap_judgments: int | None, cap_per_day: int | None
) -> None:
    """Set the person's own caps; None: those of the project."""
    Membership.objects.filter(pk=membership.pk).update(
        cap_judgments=cap_judgments, cap_per_day=cap_per_day
    )


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
