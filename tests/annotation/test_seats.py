"""Releasing, reserving, skipping and expiring seats."""

import pytest
from django.utils import timezone

from annotation.models import Comparison, Membership, Project, Seat
from annotation.services import seats, seats_sql
from annotation.services.arranging import arrange_seats
from annotation.services.seats import (
    expire_leases,
    reserve_comparison,
    skip_comparison,
)
from feedback_platform.errors import Conflict
from tests.annotation.judges import judge, judge_all, let_leases_run_out, reserved
from tests.factories import make_comparison, make_judgment, make_membership, make_project

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


def released(project: Project, count: int) -> list[Comparison]:
    comparisons = [make_comparison(project) for _ in range(count)]
    arrange_seats(project=project)
    return comparisons


def test_a_release_makes_overlap_seats_for_each_comparison_once(project):
    comparisons = released(project, 3)

    assert arrange_seats(project=project) == (0, 0, 0)
    assert Seat.objects.filter(comparison=comparisons[0], state="free").count() == 2
    assert Seat.objects.count() == 6


def test_comparisons_judged_elsewhere_are_not_released(project, ann):
    make_judgment(make_comparison(project), ann, 2)

    assert arrange_seats(project=project) == (0, 0, 0)


def test_every_comparison_gets_its_first_judgment_before_any_gets_its_second(project, ann, ben):
    first, second, third = (comparison.pk for comparison in released(project, 3))

    judge(reserved(ann))
    judge(reserved(ann))

    assert judge_all(ben) == [third, first, second]


def test_an_annotator_judges_each_comparison_once_and_nothing_over_the_overlap(project, ann, ben):
    comparisons = [comparison.pk for comparison in released(project, 4)]
    cid = make_membership(project, "cid")

    assert sorted(judge_all(ann)) == comparisons
    assert sorted(judge_all(ben)) == comparisons
    assert judge_all(cid) == []


def test_asking_again_gives_the_same_assignment(project, ann):
    released(project, 2)

    assert reserved(ann) == reserved(ann)
    assert Membership.objects.get(pk=ann.pk).handed_out == 1


def test_a_skipped_comparison_goes_to_others_and_does_not_return(project, ann, ben):
    released(project, 1)
    skipped = reserved(ann)

    skip_comparison(assignment=skipped, reason="not my language")

    assert reserve_comparison(membership=ann).assignment is None
    assert reserved(ben).comparison_id == skipped.comparison_id
    skipped.refresh_from_db()
    assert (skipped.state, skipped.skip_reason) == ("skipped", "not my language")


def test_a_second_skip_of_the_same_assignment_does_nothing(project, ann, ben):
    released(project, 1)
    skipped = reserved(ann)
    skip_comparison(assignment=skipped)
    held = reserved(ben)

    skip_comparison(assignment=skipped)

    held.refresh_from_db()
    assert held.state == "held"
    assert Seat.objects.get(pk=held.seat_id).state == "held"


def test_a_judged_comparison_cannot_be_skipped(project, ann):
    released(project, 1)
    assignment = reserved(ann)
    judge(assignment)

    with pytest.raises(Conflict):
        skip_comparison(assignment=assignment)


def test_a_freed_seat_behind_the_cursor_is_served_first(project, ann, ben):
    first, *_ = released(project, 4)
    held = reserved(ann)
    judge(reserved(ben))
    judge(reserved(ben))

    skip_comparison(assignment=held)

    assert held.comparison_id == first.pk
    assert reserved(ben).comparison_id == first.pk


def test_comparisons_released_behind_the_cursor_are_found(project, ann):
    released(project, 3)
    judge_all(ann)
    Membership.objects.filter(pk=ann.pk).update(cursor_turn=9)
    later = [comparison.pk for comparison in released(project, 2)]

    assert judge_all(ann) == later


def test_a_lease_that_ran_out_frees_the_seat(project, ann, ben):
    released(project, 1)
    held = reserved(ann)
    let_leases_run_out()

    assert expire_leases() == 1
    assert expire_leases() == 0

    held.refresh_from_db()
    assert held.state == "expired"
    assert Seat.objects.filter(state="free").count() == 2
    assert reserved(ben).comparison_id == held.comparison_id


def test_overdue_leases_are_freed_without_the_beat_when_nothing_else_is_left(project, ann, ben):
    Project.objects.update(overlap=1)
    project.refresh_from_db()
    released(project, 1)
    held = reserved(ann)
    let_leases_run_out()

    assert reserved(ben).comparison_id == held.comparison_id


def test_coming_back_to_an_overdue_comparison_renews_the_lease(project, ann):
    released(project, 2)
    held = reserved(ann)
    let_leases_run_out()

    again = reserved(ann)

    assert again == held
    assert again.expires_at > timezone.now()


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_nothing_is_handed_out_while_the_project_is_not_open(project, ann, state):
    released(project, 1)
    Project.objects.update(state=state)
    ann.project.refresh_from_db()

    assert reserve_comparison(membership=ann).assignment is None


def test_a_long_stretch_of_own_comparisons_is_passed_in_windows(project, ann, monkeypatch):
    monkeypatch.setattr(seats_sql, "WINDOW", 4)
    monkeypatch.setattr(seats, "MAX_WINDOWS", 2)
    comparisons = released(project, 12)
    judge_all(ann)
    Membership.objects.filter(pk=ann.pk).update(cursor_turn=0, cursor_position=0)

    answers = [reserve_comparison(membership=ann) for _ in range(2)]

    assert answers[0].why == "busy"
    assert not answers[-1].assignment
    assert Membership.objects.get(pk=ann.pk).cursor_position > comparisons[6].pk


def test_the_seat_of_an_open_comparison_beyond_own_ones_is_found(project, ann, ben, monkeypatch):
    monkeypatch.setattr(seats_sql, "WINDOW", 3)
    released(project, 10)
    judge_all(ann)
    new = make_comparison(project)
    arrange_seats(project=project)
    Membership.objects.filter(pk=ann.pk).update(cursor_turn=0, cursor_position=0)

    assert judge_all(ann) == [new.pk]
