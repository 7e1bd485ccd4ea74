"""Who is in a project, and who is invited."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from annotation.models import Invitation, Judgment, Membership, Project, Purpose
from annotation.selectors.checks import IS_CORRECT
from feedback_platform.errors import Gone
from feedback_platform.models import User

NOT_OPEN = (
    "This invitation cannot be used: it was used already, withdrawn, or is older than seven days. "
    "Ask a manager of the project for a new one."
)

PAGE = 25
# Judgments of one person are counted up to here: the page says "10,000+".
COUNT_CAP = 10_000

# From the index by annotator and time; the work of one person is read up to the cap.
_WORK = """
SELECT membership.id, work.total, work.today, work.last_at
FROM annotation_membership AS membership
CROSS JOIN LATERAL (
    SELECT count(*) AS total,
           count(*) FILTER (WHERE submitted_at >= %(midnight)s) AS today,
           max(submitted_at) AS last_at
    FROM (SELECT submitted_at FROM annotation_judgment
          WHERE annotator_id = membership.id AND supersedes_id IS NULL AND purpose = 'work'
          ORDER BY submitted_at DESC LIMIT %(cap)s + 1) AS newest) AS work
WHERE membership.id = ANY(%(memberships)s)
"""


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
    n_judgments: int = 0
    n_today: int = 0
    last_judged_at: datetime | None = None
    # First answers to gold comparisons since checks count for them.
    n_gold: int = 0
    n_gold_correct: int = 0

    @property
    def is_capped(self) -> bool:
        """Whether there are more judgments than were counted."""
        return self.n_judgments > COUNT_CAP

    @property
    def gold_accuracy(self) -> float | None:
        return self.n_gold_correct / self.n_gold if self.n_gold else None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the people who can log in, by name; names to go on from, or ""."""

    rows: list[Person]
    n_found: int
    after: str
    before: str


def people_page(
    project: Project,
    *,
    search: str = "",
    role: str = "",
    paused: bool | None = None,
    after: str = "",
    before: str = "",
) -> PeoplePage:
    """Up to 25 people with what they have done; five queries of bounded cost."""
    found = _can_log_in(project)
    if search:
        found = found.filter(name__icontains=search)
    if role:
        found = found.filter(role=role)
    if paused is not None:
        found = found.filter(paused_at__isnull=not paused)
    if before:
        rows = list(found.filter(name__lt=before).order_by("-name")[: PAGE + 1])
        has_earlier, has_later = len(rows) > PAGE, True
        rows = rows[:PAGE][::-1]
    else:
        rows = list(found.filter(name__gt=after).order_by("name")[: PAGE + 1])
        has_earlier, has_later = bool(after), len(rows) > PAGE
        rows = rows[:PAGE]
    return PeoplePage(
        rows=_with_work(rows),
        n_found=found.count(),
        after=rows[-1].name if rows and has_later else "",
        before=rows[0].name if rows and has_earlier else "",
    )


def person(membership: Membership) -> Person:
    """One member with what they have done; two queries."""
    return _with_work([membership])[0]


def _can_log_in(project: Project) -> QuerySet[Membership]:
    rows = Membership.objects.filter(project=project, user__isnull=False, is_active=True)
    return rows.select_related("user")


def _with_work(memberships: list[Membership]) -> list[Person]:
    by_id = {one.pk: one for one in memberships}
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    with connection.cursor() as cursor:
        cursor.execute(_WORK, {"memberships": list(by_id), "midnight": midnight, "cap": COUNT_CAP})
        work = {row[0]: row[1:] for row in cursor.fetchall()}
    gold = (
        Judgment.objects.filter(
            annotator__in=list(by_id),
            purpose=Purpose.GOLD,
            supersedes=None,
            submitted_at__gte=F("annotator__checks_since"),
        )
        .values("annotator")
        .annotate(n=Count("pk"), correct=Count("pk", filter=Q(IS_CORRECT)))
        .values_list("annotator", "n", "correct")
    )
    checks = {row[0]: row[1:] for row in gold}
    people = []
    for pk, one in by_id.items():
        total, today, last_at = work.get(pk, (0, 0, None))
        n_gold, n_correct = checks.get(pk, (0, 0))
        people.append(Person(one, total, today, last_at, n_gold, n_correct))
    return people


def n_paused(project: Project) -> int:
    return _can_log_in(project).exclude(paused_at=None).count()


def n_imported_annotators(project: Project) -> int:
    return Membership.objects.filter(project=project, user=None).count()


def open_invitations(project: Project) -> QuerySet[Invitation]:
    """The newest first."""
    return (
        Invitation.objects.filter(
            project=project, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
        )
        .select_related("created_by", "team")
        .order_by("-pk")
    )


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """One page of the open invitations, newest first; keys of the neighbouring pages or None."""

    rows: list[Invitation]
    n_found: int
    after: int | None
    before: int | None


def invitation_page(
    project: Project, *, search: str = "", after: int | None = None, before: int | None = None
) -> InvitationPage:
    """Up to 25 open invitations, older than ``after`` or newer than ``before``; two queries."""
    found = open_invitations(project)
    if search:
        found = found.filter(label__icontains=search)
    if before is not None:
        rows = list(found.filter(pk__gt=before).order_by("pk")[: PAGE + 1])
        has_newer, has_older = len(rows) > PAGE, True
        rows = rows[:PAGE][::-1]
    else:
        rows = list((found if after is None else found.filter(pk__lt=after))[: PAGE + 1])
        has_newer, has_older = after is not None, len(rows) > PAGE
        rows = rows[:PAGE]
    return InvitationPage(
        rows=rows,
        n_found=found.count(),
        after=rows[-1].pk if rows and has_older else None,
        before=rows[0].pk if rows and has_newer else None,
    )


def labels_with_invitation(project: Project, labels: Collection[str]) -> set[str]:
    """Which of these people have an open invitation, in small letters; one query."""
    wanted = {label.casefold() for label in labels}
    stored = open_invitations(project).exclude(label="").values_list("label", flat=True)
    return {label.casefold() for label in stored} & wanted


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
