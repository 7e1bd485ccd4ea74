"""Who is handed what: ahead of time, to teams, within caps, and while somebody is paused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.models import (
    Assignment,
    Comparison,
    Gold,
    Judgment,
    Membership,
    Project,
    Purpose,
    Seat,
    Team,
    TeamMember,
)
from annotation.services import seats_sql
from annotation.services.arranging import arrange_seats
from annotation.services.seats import (
    expire_leases,
    renew_leases,
    reserve_comparison,
    skip_comparison,
)
from tests.annotation.judges import judge, judge_all, let_leases_run_out, reserved
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


# Caps and pauses


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"cap_judgments": 2}, "cap_reached"),
        ({"cap_per_day": 2}, "cap_today"),
        ({"cap_share": 0.2}, "cap_reached"),
        ({"cap_judgments": 2, "cap_per_day": 8}, "cap_reached"),
        ({"cap_judgments": 8, "cap_per_day": 2}, "cap_today"),
    ],
)
def test_nothing_is_handed_out_beyond_a_cap(project, fields, reason):
    made(project, 5)
    Project.objects.update(**fields)
    ann = make_membership(Project.objects.get(), "ann")

    assert len(judge_all(ann)) == 2
    assert why(ann) == reason


def test_what_is_held_counts_towards_a_cap(project):
    made(project, 5)
    Project.objects.update(cap_judgments=3)
    ann = make_membership(Project.objects.get(), "ann")
    judge(reserved(ann))
    held = fetched_ahead(ann, 2)

    assert why(ann, known=[assignment.pk for assignment in held]) == "enough_ahead"
    assert reserved(ann) == held[0]


def test_the_caps_of_a_person_go_before_those_of_the_project(project, ann, ben):
    made(project, 5)
    Project.objects.update(cap_judgments=1, cap_per_day=1)
    Membership.objects.filter(pk=ann.pk).update(cap_judgments=3, cap_per_day=4)
    ann = Membership.objects.get(pk=ann.pk)
    ben = Membership.objects.get(pk=ben.pk)

    assert len(judge_all(ann)) == 3
    assert len(judge_all(ben)) == 1


def test_yesterdays_judgments_do_not_count_today(project):
    made(project, 3)
    Project.objects.update(cap_per_day=1)
    ann = make_membership(Project.objects.get(), "ann")
    held = reserved(ann)
    yesterday = timezone.now() - timedelta(days=1)
    Judgment.objects.create(
        project=project,
        comparison_id=held.comparison_id,
        annotator=ann,
        seat_id=held.seat_id,
        outcome="both_bad",
        submitted_at=yesterday,
        occasion=2,
    )

    assert len(judge_all(ann)) == 1


def test_caps_cost_nothing_where_none_is_set(project, ann, django_assert_num_queries):
    made(project, 2)

    # Savepoint, reserve, release.
    with django_assert_num_queries(3):
        reserve_comparison(membership=ann)


def test_a_paused_annotator_gets_nothing_and_may_send_what_they_hold(project, ann):
    made(project, 2)
    held = reserved(ann)
    Membership.objects.update(paused_at=timezone.now(), pause_reason="Below 70 %")

    assert why(ann) == "paused"
    assert ann.pause_reason == "Below 70 %"
    assert judge(held).pk


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_nothing_is_handed_out_while_the_project_is_not_open(project, ann, state):
    made(project, 1)
    Project.objects.update(state=state)
    ann.project.refresh_from_db()

    assert why(ann) == f"project_{state}"


# Checks


@pytest.fixture
def checked(project: Project) -> Project:
    """Every second hand-out is a known comparison, as far as they go."""
    Project.objects.update(gold_rate=0.5)
    for _ in range(2):
        Gold.objects.create(comparison=make_comparison(project, is_check=True), accepted=["a"])
    made(project, 8)
    return Project.objects.get()


def test_checks_come_between_and_leave_the_overlap_alone(checked):
    ann = make_membership(checked, "ann")

    judged = judge_all(ann)

    purposes = list(Assignment.objects.values_list("purpose", flat=True))
    assert purposes.count("gold") == 2
    assert len(judged) == 10
    assert not Seat.objects.exclude(purpose=Purpose.WORK).exclude(state="filled").exists()
    assert Seat.objects.filter(purpose=Purpose.WORK, state="free").count() == 8


@pytest.mark.parametrize("end", ["skip", "expire"])
def test_a_check_that_is_not_judged_leaves_no_seat(checked, end):
    ann = make_membership(checked, "ann")
    while (held := reserved(ann)).purpose == Purpose.WORK:
        judge(held)

    if end == "skip":
        skip_comparison(assignment=held)
    else:
        let_leases_run_out()
        expire_leases()

    assert Seat.objects.get(pk=held.seat_id).state == "withdrawn"


def test_a_late_answer_to_a_check_is_taken(checked):
    ann = make_membership(checked, "ann")
    while (held := reserved(ann)).purpose == Purpose.WORK:
        judge(held)
    let_leases_run_out()
    expire_leases()

    judge(held)

    assert Seat.objects.get(pk=held.seat_id).state == "filled"


def test_who_is_not_qualified_gets_no_work(project):
    made(project, 2)
    Project.objects.update(requires_qualification=True)
    ann = make_membership(Project.objects.get(), "ann")

    assert why(ann) == "not_qualified"


def test_a_comparison_known_from_a_check_does_not_come_as_work(project, ann):
    Project.objects.update(gold_rate=0.5)
    ann = Membership.objects.select_related("project").get(pk=ann.pk)
    comparisons = made(project, 6)
    Gold.objects.create(comparison=Comparison.objects.get(pk=comparisons[3]), accepted=["a"])

    assert sorted(judge_all(ann)) == comparisons
