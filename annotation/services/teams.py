"""Teams, and comparisons that are for them or for one person alone."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.models import Comparison, Membership, Project, Team, TeamMember
from annotation.selectors.teams import comparison_ids, unknown_external_ids, work_of_team
from annotation.services.arranging import Arranged, arrange_seats
from feedback_platform.errors import BadInput, Conflict

# Comparisons given away at once, and unknown ids listed.
MAX_ASSIGNED = 10_000
SHOWN_UNKNOWN = 50


def create_team(*, project: Project, name: str) -> Team:
    """
    Raises:
        Conflict: there is a team of this name.
    """
    try:
        with transaction.atomic():
            return Team.objects.create(project=project, name=name)
    except IntegrityError as error:
        raise Conflict(f"There is a team called {name}. Choose another name.") from error


def rename_team(*, team: Team, name: str) -> None:
    """
    Raises:
        Conflict: another team has this name.
    """
    try:
        with transaction.atomic():
            Team.objects.filter(pk=team.pk).update(name=name)
    except IntegrityError as error:
        raise Conflict(f"There is a team called {name}. Choose another name.") from error


def add_to_team(*, team: Team, memberships: Sequence[Membership]) -> int:
    """Put people of the project into a team; who is in it stays. Returns how many are new."""
    wanted = [one.pk for one in memberships]
    there = set(
        TeamMember.objects.filter(team=team, membership__in=wanted).values_list(
            "membership_id", flat=True
        )
    )
    new = [TeamMember(team=team, membership=one) for one in memberships if one.pk not in there]
    TeamMember.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def remove_from_team(*, team: Team, membership: Membership) -> None:
    """Take a person out of a team; what they hold of its comparisons stays theirs."""
    TeamMember.objects.filter(team=team, membership=membership).delete()


@transaction.atomic
def remove_team(*, team: Team) -> None:
    """Take a team out of every list; judgments made for it stay, and its name is free again.

    Raises:
        Conflict: something is for this team alone.
    """
    stored = Team.objects.select_for_update().get(pk=team.pk)
    if stored.removed_at is not None:
        return
    work = work_of_team(stored)
    if work:
        raise Conflict(
            f"{stored.name} still has work: {work}. Give it to everybody or to another team first."
        )
    TeamMember.objects.filter(team=stored).delete()
    stored.invitations.update(team=None)
    stored.removed_at = timezone.now()
    stored.save(update_fields=["removed_at"])


@transaction.atomic
def team_of_person(*, membership: Membership) -> Team:
    """The team of this one person, by which comparisons are given to them; made when needed."""
    team, _ = Team.objects.get_or_create(
        project_id=membership.project_id, is_personal=True, name=membership.name
    )
    TeamMember.objects.get_or_create(team=team, membership=membership)
    return team


def assign_comparisons(
    *, project: Project, external_ids: Sequence[str], team: Team | None
) -> tuple[int, Arranged]:
    """Give comparisons to a team alone, or back to everybody; their seats follow at once.

    Seats that somebody holds or has filled stay as they are. Returns how many comparisons they
    are, and what became of their seats. Not to be called in a transaction: seats follow in steps,
    and doing it again, or any other arrangement, goes on where this one ended.

    Raises:
        BadInput: none or too many ids, or ids that the project does not have: nothing changes.
    """
    wanted = list(dict.fromkeys(external_ids))
    if not wanted:
        raise BadInput("No comparison is named. Give one external id per line.")
    if len(wanted) > MAX_ASSIGNED:
        raise BadInput(
            f"{len(wanted):,} comparisons are more than the {MAX_ASSIGNED:,} that can be given at "
            "once. Send them in parts, or put them into a batch and give the batch."
        )
    unknown = unknown_external_ids(project, wanted)
    if unknown:
        raise BadInput(_refusal(unknown, project))
    ids = comparison_ids(project, wanted)
    Comparison.objects.filter(pk__in=ids).update(team=team)
    return len(ids), arrange_seats(project=project, comparisons=ids)


def _refusal(unknown: list[str], project: Project) -> str:
    shown = "\n".join(unknown[:SHOWN_UNKNOWN])
    more = len(unknown) - SHOWN_UNKNOWN
    rest = f"\nand {more:,} more" if more > 0 else ""
    one = len(unknown) == 1
    count = "1 external id is" if one else f"{len(unknown):,} external ids are"
    return (
        f"{count} not in {project.name}, so nothing was changed. Correct or remove "
        f"{'it' if one else 'them'}:\n{shown}{rest}"
    )
