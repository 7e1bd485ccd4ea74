"""Checks in the hand-out: beside the overlap, with a seat of their own."""

import pytest

from annotation.models import (
    Assignment,
    Comparison,
    Gold,
    Membership,
    Project,
    Purpose,
    Seat,
)
from annotation.services.arranging import arrange_seats
from annotation.services.seats import (
    expire_leases,
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


def made(project: Project, count: int, **fields: object) -> list[int]:
    comparisons = [make_comparison(project, **fields).pk for _ in range(count)]
    arrange_seats(project=project)
    return comparisons


def why(membership: Membership, **options: object) -> str:
    handout = reserve_comparison(membership=membership, **options)
    assert handout.assignment is None
    return str(handout.why)


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
