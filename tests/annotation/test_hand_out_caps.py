"""Nobody is handed more than their caps, and nothing while they are paused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.models import (
    Assignment,
    Judgment,
    Membership,
    Project,
)
from annotation.selectors.caps import caps_of
from annotation.services.arranging import arrange_seats
from annotation.services.seats import (
    reserve_comparison,
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


@pytest.mark.parametrize(("share", "seats", "cap"), [(0.05, 9, 1), (0.29, 100, 29), (0.5, 9, 4)])
def test_a_share_is_rounded_down_but_never_to_none(ann, share, seats, cap):
    ann.project.cap_share, ann.project.n_seats_arranged = share, seats

    assert caps_of(ann).in_all == cap


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
