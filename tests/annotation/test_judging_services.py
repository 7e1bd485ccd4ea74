"""What becomes of a judgment that is sent: stored, repeated, refused, revised, excluded."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import Error, transaction
from django.utils import timezone

from annotation.models import Assignment, Exclusion, Judgment, Membership, Project, Seat
from annotation.services.arranging import arrange_seats
from annotation.services.judging import exclude_judgment, revise_judgment
from annotation.services.seats import expire_leases, skip_comparison
from feedback_platform.errors import BadInput, Conflict, Gone
from tests.annotation.judges import judge, reserved
from tests.factories import make_comparison, make_membership, make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = make_project(overlap=1)
    make_comparison(project)
    make_comparison(project)
    arrange_seats(project=project)
    return project


@pytest.fixture
def ann(project: Project) -> Membership:
    return make_membership(project, "ann")


@pytest.fixture
def ben(project: Project) -> Membership:
    return make_membership(project, "ben")


def expire(assignment: Assignment) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Assignment.objects.filter(pk=assignment.pk).update(expires_at=past)
    expire_leases()


@pytest.mark.parametrize(("swapped", "own"), [(True, 2), (False, -2)])
def test_a_preference_is_stored_in_the_comparisons_own_order(ann, swapped, own):
    assignment = reserved(ann)
    assignment.swapped = swapped

    judgment = judge(assignment, shown_preference=-2, active_ms=4200, rationale="clearer")

    stored = Judgment.objects.get()
    assert stored == judgment
    assert (stored.preference, stored.raw_strength, stored.swapped) == (own, 2, swapped)
    assert (stored.active_ms, stored.rationale, stored.annotator) == (4200, "clearer", ann)
    assert Seat.objects.get(pk=assignment.seat_id).state == "filled"
    assert Assignment.objects.get(pk=assignment.pk).state == "done"


@pytest.mark.parametrize("outcome", ["both_good", "both_bad", "cannot_judge"])
def test_every_outcome_fills_the_seat(ann, outcome):
    judgment = judge(reserved(ann), None, outcome=outcome)

    assert (judgment.outcome, judgment.preference, judgment.raw_strength) == (outcome, None, None)
    assert Seat.objects.get(pk=judgment.seat_id).state == "filled"


def test_the_two_way_scale_stores_no_strength(project, ann):
    Project.objects.update(scale="two_way")
    ann.project.refresh_from_db()

    judgment = judge(reserved(ann), shown_preference=1)

    assert judgment.raw_strength is None


@pytest.mark.parametrize(
    ("offers", "answer"),
    [
        ({"scale": "two_way"}, {"shown_preference": 2}),
        ({"offers_tie": False}, {"shown_preference": 0}),
        ({"offers_both_good": False}, {"shown_preference": None, "outcome": "both_good"}),
        ({"offers_both_bad": False}, {"shown_preference": None, "outcome": "both_bad"}),
        ({"offers_cannot_judge": False}, {"shown_preference": None, "outcome": "cannot_judge"}),
        ({}, {"shown_preference": None}),
        ({}, {"shown_preference": 4}),
        ({}, {"shown_preference": 1, "outcome": "both_good"}),
        ({}, {"shown_preference": None, "outcome": "excellent"}),
    ],
)
def test_an_answer_that_the_project_does_not_offer_is_refused(project, ann, offers, answer):
    Project.objects.update(**offers)
    ann.project.refresh_from_db()
    assignment = reserved(ann)

    with pytest.raises(BadInput):
        judge(assignment, **answer)

    assert not Judgment.objects.exists()
    assert Seat.objects.get(pk=assignment.seat_id).state == "held"


def test_the_same_key_and_answer_again_return_the_stored_judgment(ann):
    assignment, key = reserved(ann), uuid4()
    first = judge(assignment, 1, idempotency_key=key, rationale="shorter")

    second = judge(assignment, 1, idempotency_key=key, rationale="shorter", active_ms=9)

    assert second == first
    assert Judgment.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"shown_preference": -1},
        {"shown_preference": None, "outcome": "both_bad"},
        {"shown_preference": 1, "rationale": "a second thought"},
    ],
)
def test_a_key_cannot_carry_two_answers(ann, other):
    assignment, key = reserved(ann), uuid4()
    first = judge(assignment, 1, idempotency_key=key)

    with pytest.raises(Conflict):
        judge(assignment, idempotency_key=key, **other)

    assert Judgment.objects.get() == first


def test_a_key_cannot_be_used_for_two_comparisons(ann):
    first = judge(reserved(ann), 1)
    next_one = reserved(ann)

    with pytest.raises(Conflict):
        judge(next_one, 1, idempotency_key=first.idempotency_key)

    assert Judgment.objects.count() == 1
    assert Assignment.objects.get(pk=next_one.pk).state == "held"
    assert Seat.objects.get(pk=next_one.seat_id).state == "held"


def test_a_second_tab_with_its_own_key_is_told_that_the_comparison_is_judged(ann):
    assignment = reserved(ann)
    judge(assignment, 1)

    with pytest.raises(Conflict, match="already judged"):
        judge(assignment, 1)


def test_a_late_judgment_is_accepted_while_the_seat_is_free(ann):
    assignment = reserved(ann)
    expire(assignment)

    judgment = judge(assignment, 1)

    assert Seat.objects.get(pk=judgment.seat_id).state == "filled"
    assert Assignment.objects.get(pk=assignment.pk).state == "done"


def test_a_late_judgment_is_gone_once_somebody_else_has_the_seat(ann, ben):
    late = reserved(ann)
    expire(late)
    taken = reserved(ben)
    assert taken.comparison_id == late.comparison_id

    with pytest.raises(Gone):
        judge(late, 1)

    assert judge(taken, 1).annotator == ben
    assert Judgment.objects.count() == 1


def test_a_late_judgment_is_good_though_the_comparison_was_shown_again_meanwhile(ann):
    late = reserved(ann)
    expire(late)
    assert reserved(ann) == late

    assert judge(late, 1).assignment == late


def test_a_skipped_comparison_cannot_be_judged(ann):
    assignment = reserved(ann)
    skip_comparison(assignment=assignment)

    with pytest.raises(Gone, match="skipped"):
        judge(assignment, 1)


def test_a_revision_supersedes_and_keeps_what_was_shown(ann):
    first = judge(reserved(ann), 2, active_ms=100)
    sides = first.swapped

    second = revise_judgment(
        judgment=first,
        idempotency_key=uuid4(),
        outcome="preference",
        shown_preference=-1,
        rationale="read again",
    )

    assert second.supersedes == first
    assert second.preference == (1 if sides else -1)
    assert (second.seat_id, second.swapped, second.occasion) == (first.seat_id, sides, 1)
    assert list(Judgment.objects.filter(superseded_by__isnull=True)) == [second]


def test_a_judgment_is_revised_only_once_and_a_repeat_returns_the_revision(ann):
    first = judge(reserved(ann), 2)
    answer = {"outcome": "both_bad", "shown_preference": None}
    key = uuid4()
    second = revise_judgment(judgment=first, idempotency_key=key, **answer)

    assert revise_judgment(judgment=first, idempotency_key=key, **answer) == second
    with pytest.raises(Conflict):
        revise_judgment(judgment=first, idempotency_key=uuid4(), **answer)


def test_an_exclusion_is_a_row_with_a_reason_and_a_person(ann):
    carol = make_user("carol")
    judgment = judge(reserved(ann), 1)

    exclude_judgment(judgment=judgment, reason=" spam ", person=carol)

    exclusion = Exclusion.objects.get()
    assert (exclusion.judgment, exclusion.reason, exclusion.person) == (judgment, "spam", carol)
    with pytest.raises(Conflict):
        exclude_judgment(judgment=judgment, reason="again", person=carol)
    with pytest.raises(BadInput):
        exclude_judgment(judgment=judgment, reason=" ", person=carol)


def test_the_ledger_refuses_changes(ann):
    judgment = judge(reserved(ann), 1)

    with pytest.raises(Error, match="never edited"), transaction.atomic():
        Judgment.objects.filter(pk=judgment.pk).update(preference=0)
