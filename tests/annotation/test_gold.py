"""Saying which answers are right: one comparison, a whole batch, and taking it back."""

import pytest

from annotation.models import Batch, Comparison, Gold, Project, Seat
from annotation.selectors.gold import answers_to, gold_of, gold_page
from annotation.services.arranging import arrange_seats
from annotation.services.gold import make_batch_gold, make_gold, retire_gold
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User
from tests.annotation.judges import judge, reserved
from tests.annotation.known import judge_next, make_known, make_manager, make_work
from tests.factories import make_comparison, make_judgment, make_membership, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project(overlap=2)


@pytest.fixture
def carol(project: Project) -> User:
    return make_manager(project)


def test_a_comparison_without_work_is_for_checks_from_then_on(
    project: Project, carol: User
) -> None:
    make_work(project, 1)
    comparison = Comparison.objects.get()

    gold = make_gold(
        comparison=comparison, use="gold", accepted=["tie", "a"], explanation=" So. ", person=carol
    )

    comparison.refresh_from_db()
    assert comparison.is_check
    assert not Seat.objects.filter(state="free").exists()
    # In the order in which answers are offered.
    assert (gold.accepted, gold.explanation, gold.created_by) == (["a", "tie"], "So.", carol)
    arrange_seats(project=project)
    assert not Seat.objects.filter(state="free").exists()


@pytest.mark.parametrize("is_judged", [True, False])
def test_a_comparison_with_work_stays_work(project: Project, carol: User, is_judged: bool) -> None:
    make_work(project, 1)
    assignment = reserved(make_membership(project, "alice"))
    if is_judged:
        judge(assignment)

    make_gold(comparison=assignment.comparison, use="gold", accepted=["a"], person=carol)

    assert not Comparison.objects.get().is_check
    assert Seat.objects.filter(state="free").count() == 1


def test_a_qualification_tells_no_answer_that_is_still_wanted_as_work(
    project: Project, carol: User
) -> None:
    comparison = make_judgment(
        make_comparison(project), make_membership(project, "alice"), 1
    ).comparison

    with pytest.raises(Conflict, match="judged as work"):
        make_gold(comparison=comparison, use="qualification", accepted=["a"], person=carol)

    assert not Gold.objects.exists()


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        ([], "none is given (expected: a, b, both_good, both_bad)"),
        (["c"], "c is not offered"),
        (["tie"], "tie is not offered"),
        (["a", "cannot_judge"], "cannot_judge is not offered"),
    ],
)
def test_only_offered_answers_can_be_accepted(
    project: Project, carol: User, accepted: list[str], said: str
) -> None:
    project.offers_tie = project.offers_cannot_judge = False
    project.save()

    with pytest.raises(BadInput) as refused:
        make_gold(comparison=make_comparison(project), use="gold", accepted=accepted, person=carol)

    assert said in refused.value.message


def test_a_corrected_answer_holds_for_earlier_results(project: Project, carol: User) -> None:
    Project.objects.update(gold_rate=0.5)
    make_work(project, 2)
    (known,) = make_known(project, accepted=["b"])
    judge_next(make_membership(Project.objects.get(), "alice"), 2, known=-1)

    make_gold(comparison=known, use="gold", accepted=["a"], person=carol)

    (row,) = gold_page(project).rows
    assert (row.accuracy["n"], row.accuracy["value"]) == (1, 1.0)
    gold = gold_of(known)
    assert gold is not None
    assert answers_to(gold) == [("A is better", 1, True)]


def test_a_retired_one_stays_with_its_results_and_can_come_back(
    project: Project, carol: User
) -> None:
    (known,) = make_known(project)

    retire_gold(gold=known.gold)

    assert gold_page(project).rows == []
    assert len(gold_page(project, state="retired").rows) == 1
    with pytest.raises(Conflict):
        retire_gold(gold=known.gold)
    make_gold(comparison=known, use="attention", accepted=["b"], person=carol)
    (row,) = gold_page(project, use="attention").rows
    assert row.accepted == ["B is better"]


def test_the_hardest_come_first_with_their_interval(project: Project) -> None:
    Project.objects.update(gold_rate=0.5)
    make_work(project, 4)
    easy, hard = make_known(project, accepted=["a"]), make_known(project, accepted=["b"])
    unseen = make_known(project, use="attention")
    judge_next(make_membership(Project.objects.get(), "alice"), 4, known=-1)

    rows = gold_page(project).rows

    assert [row.gold.comparison for row in rows] == hard + easy + unseen
    # Wilson's interval of 1 in 1 is [0.21, 1].
    assert rows[1].accuracy["low"] == pytest.approx(0.2065, abs=1e-4)
    assert rows[2].accuracy["undefined_because"]


@pytest.fixture
def batch(project: Project) -> Batch:
    batch = Batch.objects.create(project=project, name="Known ones")
    for expected in ("a", ["tie", "b"]):
        metadata = {"expected": expected, "explanation": "It is so."}
        make_comparison(project, batch=batch, metadata=metadata)
    return batch


def test_a_batch_says_its_answers_in_the_metadata(batch: Batch, carol: User) -> None:
    assert make_batch_gold(batch=batch, use="qualification", person=carol) == 2

    golds = Gold.objects.order_by("comparison")
    assert [one.accepted for one in golds] == [["a"], ["tie", "b"]]
    assert {one.explanation for one in golds} == {"It is so."}
    assert {one.is_check for one in Comparison.objects.all()} == {True}


def test_a_batch_with_gaps_is_refused_whole_and_names_them(batch: Batch, carol: User) -> None:
    missing = make_comparison(batch.project, batch=batch)
    wrong = make_comparison(batch.project, batch=batch, metadata={"expected": "left"})

    with pytest.raises(BadInput) as refused:
        make_batch_gold(batch=batch, use="gold", person=carol)

    assert f"{missing.external_id}: none is given" in refused.value.message
    assert f"{wrong.external_id}: left is not offered" in refused.value.message
    assert not Gold.objects.exists()
    assert not Comparison.objects.filter(is_check=True).exists()


def test_an_empty_batch_is_refused(project: Project, carol: User) -> None:
    empty = Batch.objects.create(project=project, name="Empty")

    with pytest.raises(BadInput, match="1 to 2,000"):
        make_batch_gold(batch=empty, use="gold", person=carol)


def test_a_batch_taken_twice_has_its_answers_once(batch: Batch, carol: User) -> None:
    make_batch_gold(batch=batch, use="gold", person=carol)
    make_batch_gold(batch=batch, use="attention", person=carol)

    assert set(Gold.objects.values_list("use", flat=True)) == {"attention"}
    assert Gold.objects.count() == 2
