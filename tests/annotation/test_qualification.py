"""The qualification: before the work, with feedback, with a pass mark and a number of tries."""

from uuid import uuid4

import pytest

from annotation.models import Gold, Judgment, Membership, Project, QualificationAttempt
from annotation.selectors.qualification import feedback_on, needed, not_qualified_because
from annotation.services.checks import restart_checks
from annotation.services.gold import retire_gold
from annotation.services.judging import revise_judgment
from annotation.services.seats import Why, reserve_comparison, skip_comparison
from feedback_platform.errors import Conflict
from tests.annotation.judges import reserved
from tests.annotation.known import answer, judge_next, make_known, make_manager, make_work
from tests.factories import make_membership, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = make_project(
        overlap=1,
        requires_qualification=True,
        qualification_pass_mark=0.75,
        qualification_tries=2,
    )
    make_manager(project)
    make_work(project, 2)
    make_known(project, 4, use="qualification")
    return project


@pytest.fixture
def annotator(project: Project) -> Membership:
    return make_membership(project, "alice")


def test_work_begins_after_a_pass(annotator: Membership) -> None:
    judgments = judge_next(annotator, 4)

    (attempt,) = QualificationAttempt.objects.all()
    assert {one.purpose for one in judgments} == {"qualification"}
    assert (attempt.n_correct, attempt.n_judged, attempt.has_passed) == (4, 4, True)
    assert Membership.objects.get(name="alice").qualified_at is not None
    assert reserved(annotator).purpose == "work"


def test_the_pass_mark_itself_is_enough(annotator: Membership) -> None:
    judge_next(annotator, 3)
    answer(reserved(annotator), 1)

    assert QualificationAttempt.objects.get().has_passed


def test_a_failed_try_is_followed_by_another_in_another_order(annotator: Membership) -> None:
    first = [one.comparison_id for one in judge_next(annotator, 4, known=1)]

    second = [one.comparison_id for one in judge_next(annotator, 4, known=-1)]

    assert sorted(first) == sorted(second)
    assert [one.has_passed for one in QualificationAttempt.objects.all()] == [False, True]
    assert list(Judgment.objects.order_by("pk").values_list("occasion", flat=True)) == (
        [1] * 4 + [2] * 4
    )
    assert reserved(annotator).purpose == "work"


def test_after_the_last_try_nothing_is_handed_out_and_it_says_why(annotator: Membership) -> None:
    judge_next(annotator, 8, known=1)

    handout = reserve_comparison(membership=annotator)

    assert (handout.assignment, handout.why) == (None, Why.NOT_QUALIFIED)
    assert not_qualified_because(annotator) == (
        "0 of 4 were right; 3 are needed to qualify. That was the last try. "
        "Ask a manager of this project: carol."
    )


def test_a_manager_can_give_another_try(annotator: Membership) -> None:
    judge_next(annotator, 8, known=1)

    restart_checks(membership=annotator)
    annotator = Membership.objects.select_related("project").get(pk=annotator.pk)
    judge_next(annotator, 4, known=-1)

    assert reserved(annotator).purpose == "work"
    assert list(QualificationAttempt.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_without_comparisons_for_it_nobody_begins_and_it_says_why(annotator: Membership) -> None:
    for gold in Gold.objects.all():
        retire_gold(gold=gold)

    assert reserve_comparison(membership=annotator).why == Why.NOT_QUALIFIED
    assert "has no comparisons for it yet" in not_qualified_because(annotator)


def test_what_is_left_is_not_followed_by_work_before_it_is_judged(annotator: Membership) -> None:
    judge_next(annotator, 2)
    held = [reserved(annotator)]
    held.append(reserve_comparison(membership=annotator, known=[held[0].pk]).assignment)

    ahead = reserve_comparison(membership=annotator, known=[one.pk for one in held if one])

    assert (ahead.assignment, ahead.why) == (None, Why.ENOUGH_AHEAD)


def test_a_skipped_comparison_comes_again_at_the_end(annotator: Membership) -> None:
    skipped = reserved(annotator)
    skip_comparison(assignment=skipped)

    judgments = judge_next(annotator, 4)

    assert judgments[-1].comparison_id == skipped.comparison_id
    assert reserved(annotator).purpose == "work"


def test_a_try_ends_when_what_is_left_of_it_is_retired(annotator: Membership) -> None:
    judged = {one.comparison_id for one in judge_next(annotator, 3)}
    retire_gold(gold=Gold.objects.exclude(comparison__in=judged).get())

    assert reserved(annotator).purpose == "work"
    assert QualificationAttempt.objects.get().n_judged == 3


def test_each_answer_is_followed_by_feedback_in_the_words_of_the_screen(
    annotator: Membership,
) -> None:
    judgment = answer(reserved(annotator), 1)

    feedback = feedback_on(judgment)

    assert feedback is not None
    side = "Right" if judgment.swapped else "Left"
    assert not feedback.is_correct
    assert feedback.accepted == [f"{side} is better"]
    assert feedback.explanation == "It is so."
    assert feedback.finished is None


def test_the_last_answer_of_a_try_says_what_follows(annotator: Membership) -> None:
    last = judge_next(annotator, 4, known=1)[-1]

    feedback = feedback_on(last)

    assert feedback is not None
    assert feedback.outcome == (
        "0 of 4 were right; 3 are needed to qualify. "
        "You may try again: the comparisons come in another order."
    )


def test_work_has_no_feedback(annotator: Membership) -> None:
    judge_next(annotator, 4)
    judgment = judge_next(annotator, 1)[0]

    assert judgment.purpose == "work"
    assert feedback_on(judgment) is None


def test_an_answer_cannot_be_changed_after_the_right_one_was_shown(annotator: Membership) -> None:
    judgment = answer(reserved(annotator), 1)

    with pytest.raises(Conflict, match="cannot be changed"):
        revise_judgment(
            judgment=judgment,
            idempotency_key=uuid4(),
            outcome="preference",
            shown_preference=-1,
        )


@pytest.mark.parametrize(("share", "n", "fewest"), [(0.7, 10, 7), (0.75, 4, 3), (0.8, 3, 3)])
def test_rounding_asks_for_no_more_than_the_share(share: float, n: int, fewest: int) -> None:
    assert needed(share, n) == fewest
