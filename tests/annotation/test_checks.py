"""Gold mixed into the work: when it comes, what it does to an annotator, and what stays hidden."""

from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotation.models import Assignment, Judgment, Membership, Project, Seat, Team, TeamMember
from annotation.selectors.checks import Due
from annotation.services.checks import asks_why, due_check, restart_checks
from annotation.services.gold import make_gold
from annotation.services.judging import revise_judgment
from annotation.services.seats import Why, reserve_comparison, skip_comparison
from feedback_platform.errors import Conflict
from tests.annotation.judges import reserved
from tests.annotation.known import answer, judge_next, make_known, make_manager, make_work
from tests.factories import make_membership, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project(overlap=1, gold_rate=0.5, audit_share=0)


@pytest.fixture
def annotator(project: Project) -> Membership:
    return make_membership(project, "alice", side_seed=b"alice")


def test_each_block_of_hand_outs_has_one_gold_comparison(
    project: Project, annotator: Membership
) -> None:
    make_work(project, 5)
    make_known(project, 5)

    purposes = [one.purpose for one in judge_next(annotator, 10)]

    assert {tuple(sorted(purposes[at : at + 2])) for at in range(0, 10, 2)} == {("gold", "work")}


def test_gold_takes_no_seat_of_the_work_and_comes_once(
    project: Project, annotator: Membership
) -> None:
    make_work(project, 6)
    known = make_known(project, 2)

    judgments = judge_next(annotator, 8)

    assert sorted(one.comparison_id for one in judgments if one.purpose == "gold") == sorted(
        one.pk for one in known
    )
    assert Seat.objects.filter(purpose="work", state="filled").count() == 6
    assert reserve_comparison(membership=annotator).why == Why.NOTHING_LEFT


def test_retired_gold_and_gold_of_other_projects_is_not_handed_out(
    project: Project, annotator: Membership
) -> None:
    make_work(project, 4)
    make_known(make_project(slug="elsewhere"), 3)
    (retired,) = make_known(project)
    retired.gold.retired_at = timezone.now()
    retired.gold.save()

    assert {one.purpose for one in judge_next(annotator, 4)} == {"work"}


def test_gold_for_a_team_goes_to_its_people_only(project: Project, annotator: Membership) -> None:
    make_work(project, 4)
    (known,) = make_known(project)
    known.team = Team.objects.create(project=project, name="Spanish")
    known.save()
    bob = make_membership(project, "bob")
    TeamMember.objects.create(team=known.team, membership=bob)

    assert {one.purpose for one in judge_next(annotator, 2)} == {"work"}
    assert {one.purpose for one in judge_next(bob, 2)} == {"work", "gold"}


def test_work_whose_answer_became_known_checks_only_those_who_have_not_had_it(
    project: Project, annotator: Membership
) -> None:
    make_work(project, 1)
    known = judge_next(annotator, 1)[0].comparison
    make_gold(comparison=known, use="gold", accepted=["a"], person=make_manager(project))
    make_work(project, 8)
    bob = make_membership(project, "bob")

    alices, bobs = judge_next(annotator, 4), judge_next(bob, 4)

    assert {one.purpose for one in alices} == {"work"}
    assert [one.comparison_id for one in bobs if one.purpose == "gold"] == [known.pk]


def judged_until_stopped(membership: Membership, *, known: int) -> int:
    """Judge until nothing is handed out any more; how many that was."""
    for n in range(30):
        assignment = reserve_comparison(membership=membership).assignment
        if assignment is None:
            return n
        answer(assignment, known if assignment.purpose == "gold" else -1)
    raise AssertionError("nobody was stopped")


@pytest.fixture
def strict(project: Project) -> Membership:
    """An annotator of a project that pauses under 70 % of three gold comparisons."""
    Project.objects.update(pause_below=0.7, pause_after_gold=3)
    make_manager(project)
    make_work(project, 12)
    make_known(project, 8)
    membership = make_membership(project, "alice")
    return Membership.objects.select_related("project").get(pk=membership.pk)


def test_an_annotator_under_the_mark_is_paused_with_figures_and_a_name(strict: Membership) -> None:
    judge_next(strict, 4, known=-1)

    judged_until_stopped(strict, known=1)

    stored = Membership.objects.get(pk=strict.pk)
    assert stored.paused_at is not None
    assert stored.pause_reason == (
        "You agreed with 2 of 3 comparisons whose answer is known; this project asks for 3. "
        "Ask a manager of this project: carol."
    )
    assert reserve_comparison(membership=strict).why == Why.PAUSED


def test_nobody_is_paused_before_the_least_number_of_gold(strict: Membership) -> None:
    judge_next(strict, 4, known=1)

    assert Membership.objects.get(pk=strict.pk).paused_at is None


def test_who_agrees_often_enough_goes_on(strict: Membership) -> None:
    assert len(judge_next(strict, 16, known=-1)) == 16


def test_without_a_mark_gold_pauses_nobody(strict: Membership) -> None:
    strict.project.pause_below = None

    assert len(judge_next(strict, 16, known=1)) == 16


def test_who_resumes_starts_anew(strict: Membership) -> None:
    judged_until_stopped(strict, known=1)

    restart_checks(membership=strict)

    stored = Membership.objects.get(pk=strict.pk)
    assert (stored.paused_at, stored.pause_reason) == (None, "")
    # Three more may be missed before the next pause.
    fresh = Membership.objects.select_related("project").get(pk=strict.pk)
    judged_until_stopped(fresh, known=1)
    assert Judgment.objects.filter(purpose="gold").count() == 6


def test_who_is_not_stopped_cannot_be_restarted(strict: Membership) -> None:
    with pytest.raises(Conflict, match="can go on already"):
        restart_checks(membership=strict)


def test_the_first_answer_counts_whatever_it_is_changed_to(strict: Membership) -> None:
    judge_next(strict, 4, known=1)
    for miss in Judgment.objects.filter(purpose="gold"):
        better = -1 if not miss.swapped else 1
        revise_judgment(
            judgment=miss, idempotency_key=uuid4(), outcome="preference", shown_preference=better
        )

    judged_until_stopped(strict, known=-1)

    assert "1 of 3" in Membership.objects.get(pk=strict.pk).pause_reason


def test_skipped_gold_does_not_return_and_frees_no_seat(
    project: Project, annotator: Membership
) -> None:
    make_work(project, 2)
    make_known(project)
    assignment = reserved(annotator)
    if assignment.purpose != "gold":
        answer(assignment, -1)
        assignment = reserved(annotator)

    skip_comparison(assignment=assignment)

    later = Assignment.objects.filter(purpose="gold")
    while (again := reserve_comparison(membership=annotator).assignment) is not None:
        answer(again, -1)
    assert later.count() == 1
    assert not Seat.objects.exclude(purpose="work").filter(state="free").exists()


@pytest.mark.parametrize(
    ("purpose", "preference", "fewest", "most"),
    # One in twenty of 400, give or take four standard deviations.
    [("gold", 1, 400, 400), ("gold", -1, 3, 38), ("work", 1, 3, 38)],
)
def test_a_reason_is_asked_for_missed_gold_and_now_and_then(
    annotator: Membership, purpose: str, preference: int, fewest: int, most: int
) -> None:
    (known,) = make_known(annotator.project)
    judgment = Judgment(annotator=annotator, comparison=known, purpose=purpose)
    judgment.outcome, judgment.preference = "preference", preference

    asked = 0
    for number in range(400):
        judgment.assignment_id = UUID(int=number)
        asked += asks_why(judgment=judgment)

    assert fewest <= asked <= most


def test_only_what_is_drawn_costs_queries(
    annotator: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_known(annotator.project, 3)
    annotator.project.gold_rate = 0.05

    with django_assert_num_queries(3):
        due = [due_check(membership=annotator, n_handed_out=count) for count in range(20)]

    assert [one.purpose for one in due if isinstance(one, Due)] == ["gold"]
    assert due.count(None) == 19
