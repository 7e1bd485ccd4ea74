"""Inviting people: one or many at a time, and what becomes of an invitation."""

import secrets
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.formats.invitations import Invitee
from annotation.formats.problems import BadRow
from annotation.models import Invitation, Membership, Project, Team, TeamMember
from annotation.selectors.people import NOT_OPEN, digest_of, labels_with_invitation
from annotation.selectors.teams import teams_by_name
from annotation.services.people import add_member
from feedback_platform.errors import BadInput, Conflict, Gone
from feedback_platform.models import User

TOKEN_BYTES = 32


class RefusedInvitees(BadInput):
    """Rows of a list of people that cannot be invited; nobody of the list was."""

    def __init__(self, problems: Sequence[BadRow]) -> None:
        n = len(problems)
        rows = "1 bad row" if n == 1 else f"{n:,} bad rows"
        super().__init__(f"{rows}, so nobody was invited. Correct them, then send the list again.")
        self.problems = problems


def invite(
    *, project: Project, role: str, created_by: User, label: str = "", team: Team | None = None
) -> tuple[Invitation, str]:
    """Create a single-use invitation; its token is returned here and stored nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        project=project,
        role=role,
        created_by=created_by,
        digest=digest_of(token),
        label=label,
        team=team,
    )
    return invitation, token


@transaction.atomic
def invite_many(
    *, project: Project, invitees: Sequence[Invitee], created_by: User
) -> list[tuple[Invitation, str]]:
    """Create an invitation with its token for each person of a list, or for nobody.

    The same list sent twice is refused the second time: its people have an open invitation.

    Raises:
        RefusedInvitees: a team does not exist, or somebody has an open invitation already.
    """
    # One list at a time: two clicks would else both find nobody invited.
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    teams = teams_by_name(project, {one.team for one in invitees if one.team})
    invited = labels_with_invitation(project, [one.label for one in invitees])
    problems = [
        problem for one in invitees for problem in _problems_of(one, teams=teams, invited=invited)
    ]
    if problems:
        raise RefusedInvitees(problems)
    tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _ in invitees]
    invitations = Invitation.objects.bulk_create(
        Invitation(
            project=project,
            role=one.role,
            created_by=created_by,
            digest=digest_of(token),
            label=one.label,
            team=teams.get(one.team),
        )
        for one, token in zip(invitees, tokens, strict=True)
    )
    return list(zip(invitations, tokens, strict=True))


def revoke_invitation(*, invitation: Invitation) -> None:
    """Withdraw an invitation.

    Raises:
        Conflict: somebody has accepted it, or it is withdrawn already.
    """
    unused = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not unused.update(revoked_at=timezone.now()):
        raise Conflict("This invitation was used or withdrawn before, so it cannot be withdrawn.")


def revoke_open_invitations(*, project: Project) -> int:
    """Withdraw every invitation that nobody has used; returns how many."""
    now = timezone.now()
    unused = Invitation.objects.filter(project=project, accepted_at=None, revoked_at=None)
    return unused.filter(expires_at__gt=now).update(revoked_at=now)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Membership:
    """Make the user a member with the invitation's role and team; of two at once, one wins.

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
    membership = add_member(project=invitation.project, user=user, role=invitation.role)
    if invitation.team_id is not None:
        TeamMember.objects.get_or_create(team_id=invitation.team_id, membership=membership)
    return membership


@transaction.atomic
def create_account(*, invitation: Invitation, username: str, password: str) -> User:
    """Create the invited person's account together with their membership.

    Raises:
        Conflict: the name is taken.
        Gone: the invitation was used, withdrawn or has expired; no account is left behind.
    """
    taken = f"The name {username} is taken. Choose another one."
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict(taken)
    try:
        with transaction.atomic():
            user = User.objects.create_user(username, password=password)
    except IntegrityError as error:
        # Somebody took it in this very moment.
        raise Conflict(taken) from error
    accept_invitation(invitation=invitation, user=user)
    return user


def _problems_of(invitee: Invitee, *, teams: dict[str, Team], invited: set[str]) -> list[BadRow]:
    problems = []
    if invitee.team and invitee.team not in teams:
        reason = f'there is no team "{invitee.team}": create it first, or correct the name'
        problems.append(BadRow(invitee.line, "team", reason))
    if invitee.label.casefold() in invited:
        reason = (
            f'"{invitee.label}" has an open invitation: withdraw that one first, or leave the '
            "row out"
        )
        problems.append(BadRow(invitee.line, "name", reason))
    return problems
