"""Own earlier comparisons shown again: late enough, once, with the sides swapped."""

import pytest

from annotation.models import Assignment, Judgment, Membership
from annotation.selectors.checks import DISTANCE
from tests.annotation.known import judge_next, make_work
from tests.factories import make_membership, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def annotator() -> Membership:
    project = make_project(overlap=1, reshow_rate=0.5, audit_share=0)
    make_work(project, 60)
    return make_membership(project, "alice")


def test_a_comparison_comes_again_once_late_and_swapped(annotator: Membership) -> None:
    judgments = judge_next(annotator, 50)

    place = {one.comparison_id: at for at, one in enumerate(judgments) if one.purpose == "work"}
    again = [(at, one) for at, one in enumerate(judgments) if one.purpose == "reshow"]
    assert len(again) >= 8
    assert len({one.comparison_id for _, one in again}) == len(again)
    for at, one in again:
        first = judgments[place[one.comparison_id]]
        assert at - place[one.comparison_id] > DISTANCE
        assert one.swapped is not first.swapped
        assert one.occasion == 2


def test_blocks_of_ten_stay_balanced(annotator: Membership) -> None:
    judge_next(annotator, 50)

    sides = list(Assignment.objects.order_by("reserved_at").values_list("swapped", flat=True))

    assert {sides[at : at + 10].count(True) for at in range(0, 50, 10)} == {5}


def test_it_takes_no_seat_of_the_work(annotator: Membership) -> None:
    judgments = judge_next(annotator, 40)

    work = [one for one in judgments if one.purpose == "work"]
    assert len({one.comparison_id for one in work}) == len(work)
    assert Judgment.objects.filter(purpose="work").count() == len(work)


def test_comparisons_of_others_are_not_shown_again(annotator: Membership) -> None:
    judge_next(annotator, 30)
    bob = make_membership(annotator.project, "bob")

    assert {one.purpose for one in judge_next(bob, DISTANCE)} == {"work"}
