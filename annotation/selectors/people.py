"""Who is in a project, and who is invited."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from annotation.models import Invitation, Judgment, Membership, Project
from feedback_platform.errors import Gone
from feedback_platform.models import User

NOT_OPEN = (
    "This invitation cannot be used: it was used already, withdrawn, or is older than seven days. "
    "Ask a manager of the project for a new one."
)


def digest_of(token: str) -> str:
    """What is stored of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def memberships_of(user: User | AnonymousUser) -> list[Membership]:
    """The user's projects by name, with their names loaded; one query, none for strangers."""
    if not user.is_authenticated:
        return []
    return list(
        Membership.objects.filter(user=user, is_active=True)
        .select_related("project")
        .order_by("project__name", "project_id")
    )


@dataclass(frozen=True, slots=True)
class Person:
    """A member with what they have done."""

    membership: Membership
    n_judgments: int
    last_judged_at: datetime | None


def members(project: Project) -> list[Person]:
    """The people who can log in, by name; two queries."""
    memberships = list(
        Membership.objects.filter(project=project, user__isnull=False, is_active=True)
        .select_related("user")
        .order_by("name")
    )
    ledger = (
        Judgment.objects.filter(annotator__in=memberships, supersedes=None)
        .values("annotator")
        .annotate(n=Count("pk"), last=Max("submitted_at"))
    )
    counted = {row["annotator"]: (row["n"], row["last"]) for row in ledger}
    return [Person(one, *counted.get(one.pk, (0, None))) for one in memberships]


def n_imported_annotators(project: Project) -> int:
    return Membership.objects.filter(project=project, user=None).count()


def open_invitations(project: Project) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        project=project, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).select_related("created_by")


def invitation_by_token(token: str) -> Invitation:
    """The invitation behind a link, with its project; it may be used or withdrawn.

    Raises:
        Gone: there is none.
    """
    invitation = (
        Invitation.objects.select_related("project", "created_by")
        .filter(digest=digest_of(token))
        .first()
    )
    if invitation is None:
        raise Gone(NOT_OPEN)
    return invitation


def active_membership(project: Project, user: User | AnonymousUser) -> Membership | None:
    if not user.is_authenticated:
        return None
    return Membership.objects.filter(project=project, user=user, is_active=True).first()
