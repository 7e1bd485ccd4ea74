"""Going on with what a lease ran out on: the same assignment comes back, before anything new."""

from uuid import UUID

import pytest
from django.utils import timezone

from annotation.models import Assignment, Judgment, Membership, Project, Seat, Team
from annotation.services import seats
from annotation.services.seats import expire_leases, reserve_comparison, skip_comparison
from tests.annotation.asking import held as asked
from tests.annotation.at_once import at_once
from tests.annotation.judges import judge, let_leases_run_out, reserved
from tests.annotation.known import make_known, make_work
from tests.factories import make_membership, make_project

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


def test_what_was_left_off_comes_back_first_as_it_was(project, ann):
    make_work(project, 3)
    held = reserved(ann)
    Assignment.objects.filter(pk=held.pk).update(draft={"rationale": "So far"})
    let_leases_run_out()
    expire_leases()
    n_handed_out = Membership.objects.get(pk=ann.pk).handed_out

    again = reserved(ann)

    assert (again.pk, again.swapped, again.draft) == (
        held.pk,
        held.swapped,
        {"rationale": "So far"},
    )
    assert again.expires_at > timezone.now()
    assert Seat.objects.get(pk=held.seat_id).state == "held"
    assert Membership.objects.get(pk=ann.pk).handed_out == n_handed_out
    judge(again)
    assert reserved(ann).comparison_id != held.comparison_id


def test_what_the_page_still_shows_is_held_again_and_something_else_comes_next(project, ann):
    make_work(project, 5)
    shown = reserved(ann)
    ahead = reserve_comparison(membership=ann, known=[shown.pk]).assignment
    let_leases_run_out()
    expire_leases()

    found = reserve_comparison(membership=ann, known=[shown.pk, ahead.pk]).assignment

    held = Assignment.objects.filter(annotator=ann, state="held")
    assert {one.pk for one in held} == {shown.pk, ahead.pk, found.pk}
    assert len({shown.pk, ahead.pk, found.pk}) == 3


def test_what_somebody_else_has_got_since_does_not_come_back(project, ann, ben):
    Project.objects.update(overlap=1)
    project.refresh_from_db()
    make_work(project, 2)
    held = reserved(ann)
    let_leases_run_out()
    expire_leases()
    taken = reserved(ben)

    other = reserved(ann)

    assert taken.comparison_id == held.comparison_id
    assert other.comparison_id != held.comparison_id


def test_no_more_comes_back_than_may_be_held(project, ann):
    Project.objects.update(overlap=1)
    project.refresh_from_db()
    make_work(project, 9)
    for _ in range(2):
        known: list[UUID] = []
        while found := reserve_comparison(membership=ann, known=known).assignment:
            known.append(found.pk)
        let_leases_run_out()
        expire_leases()
        # The seats stay with nobody, but these four are not to be found at once.
        Seat.objects.filter(assignments__in=known).update(state="withheld")
    Seat.objects.filter(state="withheld").update(state="free", returned=True)

    reserved(ann)

    assert Assignment.objects.filter(annotator=ann, state="held").count() == seats.MOST_HELD
    assert Assignment.objects.filter(annotator=ann).count() == 2 * seats.MOST_HELD


def test_what_has_gone_to_a_team_of_others_does_not_come_back(project, ann):
    make_work(project, 2)
    held = reserved(ann)
    let_leases_run_out()
    expire_leases()
    team = Team.objects.create(project=project, name="Others")
    Seat.objects.filter(comparison=held.comparison_id).update(team=team)

    assert reserved(ann).comparison_id != held.comparison_id


def test_of_earlier_rows_for_one_comparison_one_comes_back(project, ann):
    make_work(project, 1)
    held = reserved(ann)
    let_leases_run_out()
    expire_leases()
    other = Seat.objects.exclude(pk=held.seat_id).get()
    newer = Assignment.objects.create(
        seat=other,
        comparison=held.comparison,
        annotator=ann,
        swapped=True,
        state="expired",
        expires_at=timezone.now(),
    )

    assert reserved(ann) == newer
    assert Assignment.objects.filter(state="expired").get() == held


@pytest.mark.parametrize("purpose", ["gold", "attention"])
def test_a_check_comes_back_as_work_does_with_what_was_answered(project, ann, purpose):
    make_work(project, 2)
    check = asked(ann, comparison=make_known(project)[0], purpose=purpose)
    Assignment.objects.filter(pk=check.pk).update(asked_answer="b")
    let_leases_run_out()
    expire_leases()
    assert Seat.objects.get(pk=check.seat_id).state == "withdrawn"

    again = reserved(ann)

    assert (again.pk, again.asked_answer) == (check.pk, "b")
    judge(again)
    assert Assignment.objects.filter(comparison=check.comparison).count() == 1


def test_a_qualification_comes_before_what_was_left_off(project, ann):
    make_work(project, 2)
    reserved(ann)
    let_leases_run_out()
    expire_leases()
    wanted = make_known(project, use="qualification")[0]
    Project.objects.update(requires_qualification=True)
    ann = Membership.objects.get(pk=ann.pk)

    assert reserved(ann).comparison_id == wanted.pk
    assert reserve_comparison(membership=ann, known=[]).assignment.comparison_id == wanted.pk


def test_what_was_left_off_and_judged_in_another_seat_is_over(project, ann, ben):
    make_work(project, 1)
    held = reserved(ann)
    let_leases_run_out()
    expire_leases()
    taken = reserved(ben)
    assert taken.seat_id == held.seat_id
    judge(reserved(ann))
    skip_comparison(assignment=taken)

    assert reserve_comparison(membership=ann).why == "nothing_left"


@pytest.mark.django_db(transaction=True)
def test_a_late_judgment_is_good_while_a_page_goes_on_with_it_in_the_same_moment(project, ann):
    make_work(project, 1)
    late = reserved(ann)
    let_leases_run_out()
    expire_leases()

    _, judged = at_once(lambda: reserved(ann), lambda: judge(late))

    assert judged.result().assignment == late
    assert Judgment.objects.count() == 1
    assert Seat.objects.get(pk=late.seat_id).state == "filled"


@pytest.mark.django_db(transaction=True)
def test_a_late_skip_holds_while_a_page_goes_on_with_it_in_the_same_moment(project, ann):
    make_work(project, 1)
    late = reserved(ann)
    let_leases_run_out()
    expire_leases()

    _, skipped = at_once(lambda: reserved(ann), lambda: skip_comparison(assignment=late))

    skipped.result()
    late.refresh_from_db()
    assert late.state == "skipped"
    assert Seat.objects.get(pk=late.seat_id).state == "free"
