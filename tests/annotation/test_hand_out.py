"""Who is handed what: ahead of time, to teams, within caps, and while somebody is paused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.models import (
    Assignment,
    Membership,
    Project,
    Team,
    TeamMember,
)
from annotation.services import seats_sql
from annotation.services.arranging import arrange_seats
from annotation.services.seats import (
    renew_leases,
    reserve_comparison,
    skip_comparison,
)
from tests.annotation.judges import judge, judge_all, reserved
from tests.factories import make_comparison, make_membership, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project(overlap=2)


@pytest.fixture
def ann(project: Project) -> Membership:
    return make_membership(project, "ann")


@pytest.fixture
def ben(project: Project) -> Membership:
    return make_membership(project, "ben")


def made(project: Project, count: int, **fields: object) -> list[int]:
    comparisons = [make_comparison(project, **fields).pk for _ in range(count)]
    arrange_seats(project=project)
    return comparisons


def team_of(*members: Membership, name: str = "team") -> Team:
    team = Team.objects.create(project=members[0].project, name=name)
    for membership in members:
        TeamMember.objects.create(team=team, membership=membership)
    return team


def fetched_ahead(membership: Membership, count: int) -> list[Assignment]:
    """As a page that keeps asking while it holds what it has got."""
    held: list[Assignment] = []
    for _ in range(count):
        known = [assignment.pk for assignment in held]
        assignment = reserve_comparison(membership=membership, known=known).assignment
        assert assignment is not None
        held.append(assignment)
    return held


def why(membership: Membership, **options: object) -> str:
    handout = reserve_comparison(membership=membership, **options)
    assert handout.assignment is None
    return str(handout.why)


# Ahead


def test_up_to_four_comparisons_are_held_at_once(project, ann):
    comparisons = made(project, 6)

    held = fetched_ahead(ann, 4)

    assert [assignment.comparison_id for assignment in held] == comparisons[:4]
    assert why(ann, known=[assignment.pk for assignment in held]) == "enough_ahead"


def test_a_page_that_knows_nothing_gets_the_oldest_it_holds(project, ann):
    made(project, 6)
    first, second, third = fetched_ahead(ann, 3)

    assert reserved(ann) == first
    assert reserve_comparison(membership=ann, known=[first.pk]).assignment == second
    assert reserve_comparison(membership=ann, known=[third.pk, first.pk]).assignment == second


def test_ids_that_are_not_held_change_nothing(project, ann, ben):
    made(project, 3)
    foreign = reserved(ben)
    judge(reserved(ann))

    given = reserve_comparison(membership=ann, known=[foreign.pk] * 50).assignment

    assert given is not None
    assert Assignment.objects.filter(annotator=ann, state="held").count() == 1


def test_every_block_of_ten_is_balanced_also_ahead(project, ann, ben):
    made(project, 30)
    for membership in (ann, ben):
        held = fetched_ahead(membership, 3)
        while held:
            judge(held.pop(0))
            known = [assignment.pk for assignment in held]
            found = reserve_comparison(membership=membership, known=known).assignment
            held += [found] if found else []

    sides = {
        membership.name: list(
            Assignment.objects.filter(annotator=membership)
            .order_by("reserved_at")
            .values_list("swapped", flat=True)
        )
        for membership in (ann, ben)
    }

    for order in sides.values():
        assert [sum(order[block : block + 10]) for block in (0, 10, 20)] == [5, 5, 5]
    assert sides["ann"] != sides["ben"]


def test_a_heartbeat_keeps_all_that_is_held(project, ann):
    made(project, 3)
    fetched_ahead(ann, 3)
    soon = timezone.now() + timedelta(seconds=5)
    Assignment.objects.update(expires_at=soon)

    assert renew_leases(membership=ann) == 3

    assert not Assignment.objects.filter(expires_at__lte=soon).exists()


def test_what_is_given_holds_the_texts_without_another_query(
    project, ann, django_assert_num_queries
):
    made(project, 1)
    assignment = reserved(ann)

    with django_assert_num_queries(0):
        comparison = assignment.comparison
        assert (comparison.prompt, comparison.messages) != ("", [])
        assert not hasattr(comparison, "rendered")
        assert assignment.annotator.project == comparison.project


# Teams


def test_members_of_a_team_get_its_comparisons_first_then_everybodys(project, ann, ben):
    for_all = made(project, 2)
    for_team = made(project, 2, team=team_of(ann))

    assert judge_all(ann) == [*for_team, *for_all]
    assert judge_all(ben) == for_all


def test_the_teams_of_one_person_are_served_in_one_order(project, ann):
    first = team_of(ann, name="first")
    second = team_of(ann, name="second")
    (late,) = made(project, 1, team=first)
    (early,) = made(project, 1, team=second, priority=9)

    assert judge_all(ann) == [early, late]


def test_a_team_has_a_cursor_of_its_own_for_each_member(project, ann, ben):
    comparisons = made(project, 5, team=team_of(ann, ben))
    for _ in range(3):
        judge(reserved(ann))

    places = dict(TeamMember.objects.values_list("membership__name", "cursor_position"))

    assert places == {"ann": comparisons[2], "ben": 0}
    assert judge_all(ben) == [comparisons[3], comparisons[4], *comparisons[:3]]


def test_a_long_stretch_of_a_teams_own_comparisons_is_passed_in_windows(project, ann, monkeypatch):
    monkeypatch.setattr(seats_sql, "WINDOW", 3)
    team = team_of(ann)
    made(project, 6, team=team)
    judge_all(ann)
    for_all = made(project, 1)
    TeamMember.objects.update(cursor_turn=0, cursor_priority=-32_768, cursor_position=0)

    assert judge_all(ann) == for_all


def test_new_comparisons_of_a_team_are_found_behind_its_cursors(project, ann):
    team = team_of(ann)
    made(project, 2, team=team)
    judge_all(ann)
    TeamMember.objects.update(cursor_turn=9)

    late = made(project, 1, team=team)

    assert judge_all(ann) == late


def test_a_freed_seat_of_a_team_returns_to_the_team(project, ann, ben):
    made(project, 1)
    (own,) = made(project, 1, team=team_of(ann, ben))
    skip_comparison(assignment=reserved(ann))

    assert reserved(ben).comparison_id == own
    assert reserved(ann).comparison_id != own
