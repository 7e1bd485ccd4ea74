"""Ratings, preferences by criterion and reasons that come with a judgment."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotation.models import CriterionPreference, Judgment, Membership, Project, Rating
from annotation.selectors.criteria import shown_criterion_preferences, shown_ratings
from annotation.services.judging import revise_judgment
from feedback_platform.errors import BadInput, Conflict
from tests.annotation.asking import ask_preference, ask_rating, held
from tests.annotation.judges import judge
from tests.factories import make_membership, make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project(reason_tags=["Clearer", "Shorter"])


@pytest.fixture
def ann(project: Project) -> Membership:
    return make_membership(project, "ann", user=make_user("ann"))


def both(left: int | None, right: int | None, key: str = "clarity") -> dict[str, Any]:
    return {key: {"left": left, "right": right}}


def stored_ratings(judgment: Judgment) -> dict[str, int]:
    return dict(Rating.objects.filter(judgment=judgment).values_list("response", "value"))


@pytest.mark.parametrize(
    ("swapped", "ratings", "preference"),
    [(False, {"a": 4, "b": 1}, -2), (True, {"a": 1, "b": 4}, 2)],
)
def test_what_is_said_of_a_side_is_stored_of_the_response_shown_there(
    project, ann, swapped, ratings, preference
):
    ask_rating(project)
    ask_preference(project)

    judgment = judge(
        held(ann, swapped=swapped),
        -1,
        tags=["Shorter"],
        shown_ratings=both(4, 1),
        shown_criterion_preferences={"safety": -2},
    )

    assert stored_ratings(judgment) == ratings
    assert CriterionPreference.objects.get().preference == preference
    assert Judgment.objects.get().tags == ["Shorter"]
    assert shown_ratings(judgment) == both(4, 1)
    assert shown_criterion_preferences(judgment) == {"safety": -2}


# One answer of a person, in terms of the responses: it must not matter where each was shown.
OPINIONS = st.fixed_dictionaries(
    {
        "preference": st.integers(-3, 3),
        "a": st.none() | st.integers(0, 4),
        "b": st.none() | st.integers(0, 4),
        "safety": st.none() | st.integers(-3, 3),
    }
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(opinion=OPINIONS)
def test_what_is_stored_does_not_depend_on_the_side_shown(project, ann, opinion):
    with transaction.atomic():
        ask_rating(project)
        ask_preference(project)
        rows = [stored_as_seen(ann, opinion, swapped=swapped) for swapped in (False, True)]
        transaction.set_rollback(True)

    assert rows[0] == rows[1]
    assert rows[0][0] == opinion["preference"]


def stored_as_seen(ann: Membership, opinion: dict[str, Any], *, swapped: bool) -> tuple[Any, ...]:
    """What is stored when somebody of this opinion sees the responses on these sides."""
    sign = -1 if swapped else 1
    left, right = ("b", "a") if swapped else ("a", "b")
    safety = opinion["safety"]
    judgment = judge(
        held(ann, swapped=swapped),
        sign * opinion["preference"],
        shown_ratings=both(opinion[left], opinion[right]),
        shown_criterion_preferences={"safety": None if safety is None else sign * safety},
    )
    preferences = CriterionPreference.objects.filter(judgment=judgment)
    return (
        judgment.preference,
        judgment.raw_strength,
        stored_ratings(judgment),
        list(preferences.values_list("criterion__key", "preference")),
    )


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ({"shown_ratings": both(5, 1)}, "Clarity: a rating is from 0 to 4, not 5"),
        ({"shown_ratings": both(-1, 1)}, "Clarity"),
        ({"shown_ratings": both(1, 1, key="style")}, "does not ask for style"),
        ({"shown_ratings": {"clarity": {"top": 1}}}, "left and right, not top"),
        ({"shown_ratings": both(1, 1, key="safety")}, "does not ask for safety here"),
        ({"shown_criterion_preferences": {"safety": 4}}, "Safety: a preference is from -3 to 3"),
        ({"shown_criterion_preferences": {"clarity": 1}}, "does not ask for clarity here"),
        ({"tags": ["Clearer", "Funnier"]}, "no reason called Funnier"),
    ],
)
def test_what_the_project_does_not_ask_for_is_refused_by_name(project, ann, answer, names):
    ask_rating(project)
    ask_preference(project)

    with pytest.raises(BadInput, match=names):
        judge(held(ann), 1, **answer)

    assert not Judgment.objects.exists()


def test_a_two_way_project_has_two_way_preferences_by_criterion(ann, project):
    Project.objects.update(scale="two_way")
    ann.project.refresh_from_db()
    ask_preference(ann.project)

    with pytest.raises(BadInput, match="from -1 to 1"):
        judge(held(ann), 1, shown_criterion_preferences={"safety": 2})


@pytest.mark.parametrize("ratings", [None, {}, {"clarity": {"left": 2}}, both(2, None)])
def test_a_required_rating_is_due_for_both_sides(project, ann, ratings):
    ask_rating(ann.project, is_required=True)

    with pytest.raises(BadInput, match="also asks for Clarity"):
        judge(held(ann), 1, shown_ratings=ratings)


def test_a_required_preference_by_criterion_is_due(ann):
    ask_preference(ann.project, is_required=True)

    with pytest.raises(BadInput, match="also asks for Safety"):
        judge(held(ann), None, outcome="both_good")


def test_who_cannot_judge_need_not_rate(ann):
    ask_rating(ann.project, is_required=True)

    assert judge(held(ann), None, outcome="cannot_judge").outcome == "cannot_judge"


@pytest.mark.parametrize(
    "other",
    [
        {"shown_ratings": both(1, 3)},
        {"shown_ratings": both(1, None)},
        {"shown_criterion_preferences": {"safety": -1}},
        {"shown_criterion_preferences": {}},
        {"tags": []},
    ],
)
def test_a_key_cannot_carry_other_ratings_or_reasons(ann, other):
    ask_rating(ann.project)
    ask_preference(ann.project)
    assignment, key = held(ann, swapped=True), uuid4()
    answer = {
        "shown_ratings": both(1, 2),
        "shown_criterion_preferences": {"safety": 1},
        "tags": ["Clearer"],
    }
    first = judge(assignment, 1, idempotency_key=key, **answer)

    assert judge(assignment, 1, idempotency_key=key, **answer) == first
    with pytest.raises(Conflict):
        judge(assignment, 1, idempotency_key=key, **{**answer, **other})
    assert Rating.objects.count() == 2


def test_a_repeat_is_answered_though_more_is_asked_for_since(ann):
    assignment, key = held(ann), uuid4()
    first = judge(assignment, 1, idempotency_key=key)
    ask_rating(ann.project, is_required=True)

    assert judge(assignment, 1, idempotency_key=key) == first


def test_a_revision_brings_its_own_ratings_and_keeps_the_earlier_ones(ann):
    ask_rating(ann.project)
    first = judge(held(ann, swapped=True), 1, shown_ratings=both(0, 4))

    second = revise_judgment(
        judgment=first,
        idempotency_key=uuid4(),
        outcome="preference",
        shown_preference=1,
        tags=["Clearer"],
        shown_ratings=both(1, 3),
    )

    assert stored_ratings(first) == {"a": 4, "b": 0}
    assert stored_ratings(second) == {"a": 3, "b": 1}
    assert second.tags == ["Clearer"]


def test_ratings_are_never_edited(ann):
    ask_rating(ann.project)
    judge(held(ann), 1, shown_ratings=both(0, 4))

    with pytest.raises(Error, match="never edited"), transaction.atomic():
        Rating.objects.update(value=2)


def test_a_judgment_remembers_its_purpose_and_the_guidelines_that_were_read(ann):
    Membership.objects.update(guidelines_number=3)
    ann.refresh_from_db()

    judgment = judge(held(ann, purpose="reshow"), 1)

    assert (judgment.purpose, judgment.guidelines_number) == ("reshow", 3)


def test_a_comparison_shown_again_is_the_next_occasion(ann):
    first = judge(held(ann), 1)
    again = held(ann, purpose="reshow", comparison=first.comparison)

    assert [first.occasion, judge(again, 1).occasion] == [1, 2]


def test_an_answer_of_the_qualification_is_not_revised(ann):
    judgment = Judgment(annotator=ann, purpose="qualification")

    with pytest.raises(Conflict, match="qualification"):
        revise_judgment(
            judgment=judgment, idempotency_key=uuid4(), outcome="both_bad", shown_preference=None
        )


def test_a_plain_judgment_costs_no_query_for_criteria(ann, django_assert_max_num_queries):
    assignment = held(ann)

    # Seat and judgment, between the two ends of the transaction; a drawn audit is a row more.
    with django_assert_max_num_queries(5):
        judge(assignment, 1)
