"""Seats follow the batches and teams of their comparisons."""

from collections import Counter

import pytest

from annotation.models import (
    Batch,
    Comparison,
    Membership,
    Project,
    Seat,
    Team,
    TeamMember,
)
from annotation.services import arranging
from annotation.services.arranging import (
    arrange_seats,
)
from annotation.services.seats import expire_leases, reserve_comparison, skip_comparison
from tests.annotation.judges import judge, judge_all, let_leases_run_out, reserved
from tests.factories import make_comparison, make_membership, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project(overlap=2)


@pytest.fixture
def batch(project: Project) -> Batch:
    return Batch.objects.create(project=project, name="first", state="open")


@pytest.fixture
def ann(project: Project) -> Membership:
    return make_membership(project, "ann")


@pytest.fixture
def ben(project: Project) -> Membership:
    return make_membership(project, "ben")


def made(project: Project, count: int, **fields: object) -> list[Comparison]:
    comparisons = [make_comparison(project, **fields) for _ in range(count)]
    arrange_seats(project=project)
    return comparisons


def states(comparison: Comparison) -> Counter[str]:
    return Counter(Seat.objects.filter(comparison=comparison).values_list("state", flat=True))


def set_and_arrange(row: Project | Batch | Comparison, **fields: object) -> arranging.Arranged:
    type(row).objects.filter(pk=row.pk).update(**fields)
    project = row if isinstance(row, Project) else row.project
    return arrange_seats(project=project)


def test_a_batch_of_higher_priority_goes_first_from_now_on(project, batch, ann):
    made(project, 3, batch=batch)
    judge(reserved(ann))
    urgent = Batch.objects.create(project=project, name="urgent", state="open", priority=3)

    (late,) = made(project, 1, batch=urgent)

    assert reserved(ann).comparison_id == late.pk


def test_the_seats_of_a_paused_batch_come_back_in_their_places(project, batch, ann):
    comparisons = [comparison.pk for comparison in made(project, 3, batch=batch)]
    judge(reserved(ann))

    assert set_and_arrange(batch, state="paused") == (0, 0, 5)
    assert reserve_comparison(membership=ann).why == "nothing_left"
    assert set_and_arrange(batch, state="open") == (0, 0, 5)
    assert judge_all(ann) == comparisons[1:]


def test_a_seat_given_back_to_a_paused_batch_is_withheld(project, batch, ann):
    (comparison,) = made(project, 1, batch=batch)
    held = reserved(ann)
    set_and_arrange(batch, state="paused")

    skip_comparison(assignment=held)

    assert states(comparison) == {"withheld": 2}


def test_a_lease_of_a_closed_batch_ends_without_a_free_seat(project, batch, ann):
    (comparison,) = made(project, 1, batch=batch)
    reserved(ann)
    set_and_arrange(batch, state="closed")
    let_leases_run_out()

    expire_leases()

    assert states(comparison) == {"withdrawn": 2}


def test_a_late_judgment_is_taken_while_the_batch_is_paused(project, batch, ann):
    (comparison,) = made(project, 1, batch=batch)
    held = reserved(ann)
    let_leases_run_out()
    expire_leases()
    set_and_arrange(batch, state="paused")

    judge(held)

    assert states(comparison) == {"filled": 1, "withheld": 1}


def test_seats_given_to_a_team_leave_everybody_else_and_come_back(project, ann, ben):
    comparisons = [comparison.pk for comparison in made(project, 2)]
    judge_all(ben)
    team = Team.objects.create(project=project, name="team")
    TeamMember.objects.create(team=team, membership=ann)
    Comparison.objects.update(team=team)
    arrange_seats(project=project)
    cid = make_membership(project, "cid")

    assert reserve_comparison(membership=cid).why == "nothing_left"
    held = reserved(ann)
    assert held.comparison_id == comparisons[0]

    Comparison.objects.update(team=None)
    arrange_seats(project=project)

    assert reserved(cid).comparison_id == comparisons[1]
    skip_comparison(assignment=held)
    assert Seat.objects.get(pk=held.seat_id).team is None
