"""Teams of a project, who is in them, and the comparisons that are to be given to them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from annotation.models import Comparison, Membership, Project, Seat, Team, TeamMember

PAGE = 50


@dataclass(frozen=True, slots=True)
class TeamPage:
    """One page of the teams by name; names to go on from, or ""."""

    rows: list[Team]
    n_found: int
    after: str
    before: str


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One page of a team's people by name; names to go on from, or ""."""

    rows: list[Membership]
    n_found: int
    after: str
    before: str


def teams_of(project: Project) -> QuerySet[Team]:
    """The teams that have a name of their own, in its order."""
    rows = Team.objects.filter(project=project, is_personal=False, removed_at=None)
    return rows.order_by("name")


def work_of_team(team: Team) -> str:
    """What is for this team alone, in words, or ""; up to three queries along indexes."""
    batches = list(team.batches.values_list("name", flat=True)[:1])
    if batches:
        return f"the batch {batches[0]}"
    comparisons = list(Comparison.objects.filter(team=team).values_list("external_id")[:1])
    if comparisons:
        return f"the comparison {comparisons[0][0]}"
    # Whom a batch or comparison is given to changes first, its seats follow in steps.
    free = Seat.objects.filter(project=team.project_id, team=team, state=Seat.State.FREE)
    return "seats that are just being given to others" if free.exists() else ""


def team_page(project: Project, *, search: str = "", after: str = "", before: str = "") -> TeamPage:
    """Up to 50 teams with ``n_members`` each; two queries."""
    found = teams_of(project)
    if search:
        found = found.filter(name__icontains=search)
    counted = found.annotate(
        n_members=Count("members", filter=Q(members__membership__is_active=True))
    )
    rows, older, newer = _by_name(counted, after, before)
    return TeamPage(rows, found.count(), after=older, before=newer)


def member_page(team: Team, *, after: str = "", before: str = "") -> MemberPage:
    """Up to 50 people of a team; two queries."""
    found = Membership.objects.filter(teams__team=team, is_active=True)
    rows, older, newer = _by_name(found, after, before)
    return MemberPage(rows, found.count(), after=older, before=newer)


def teams_by_name(project: Project, names: Collection[str]) -> dict[str, Team]:
    """The teams with these names; one query."""
    return {team.name: team for team in teams_of(project).filter(name__in=names)}


def teams_of_people(memberships: Collection[Membership]) -> dict[int, list[Team]]:
    """The teams of some people by their id, without those of one person; one query."""
    found: dict[int, list[Team]] = {}
    rows = TeamMember.objects.filter(membership__in=memberships, team__is_personal=False)
    for row in rows.select_related("team").order_by("team__name"):
        found.setdefault(row.membership_id, []).append(row.team)
    return found


def people_by_name(project: Project, names: Collection[str]) -> dict[str, Membership]:
    """The people with these names who can log in to the project; one query."""
    rows = Membership.objects.filter(
        project=project, name__in=names, user__isnull=False, is_active=True
    )
    return {row.name: row for row in rows}


def comparison_ids(project: Project, external_ids: Collection[str]) -> list[int]:
    """Keys of the comparisons with these external ids; one query."""
    rows = Comparison.objects.filter(project=project, external_id__in=external_ids)
    return list(rows.values_list("pk", flat=True))


def unknown_external_ids(project: Project, external_ids: Collection[str]) -> list[str]:
    """Those that the project does not have, in the order given; one query."""
    rows = Comparison.objects.filter(project=project, external_id__in=external_ids)
    known = set(rows.values_list("external_id", flat=True))
    return [one for one in external_ids if one not in known]


def _by_name(found: "QuerySet[Any]", after: str, before: str) -> "tuple[list[Any], str, str]":
    """A page of rows with unique names, and the names to go on from."""
    if before:
        rows = list(found.filter(name__lt=before).order_by("-name")[: PAGE + 1])
        has_earlier, has_later = len(rows) > PAGE, True
        rows = rows[:PAGE][::-1]
    else:
        rows = list(found.filter(name__gt=after).order_by("name")[: PAGE + 1])
        has_earlier, has_later = bool(after), len(rows) > PAGE
        rows = rows[:PAGE]
    later = rows[-1].name if rows and has_later else ""
    earlier = rows[0].name if rows and has_earlier else ""
    return rows, later, earlier
