"""When a reason in words is due."""

from itertools import count
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from annotation.draws import is_drawn
from annotation.forms.judging import other_answers, preference_answers
from annotation.models import Assignment, Judgment, Membership, Project
from annotation.services.answers import is_one_key
from annotation.services.checks import ASKED_ANYWAY
from feedback_platform.errors import BadInput
from tests.annotation.asking import ask_rating, held
from tests.annotation.judges import judge
from tests.factories import make_membership, make_project, make_user

pytestmark = pytest.mark.django_db


def annotator(**fields: object) -> Membership:
    return make_membership(make_project(**fields), "ann", side_seed=b"known")


def assignment_of(ann: Membership, *, is_asked: bool = False) -> Assignment:
    """One that the draw of those who are asked why takes, or leaves out."""
    seed = bytes(ann.side_seed)
    ids = (uuid4() for _ in count())
    drawn = next(pk for pk in ids if is_drawn(seed, f"why/{pk}", ASKED_ANYWAY) == is_asked)
    return held(ann, id=drawn)


def test_a_project_may_want_a_reason_with_every_judgment() -> None:
    ann = annotator(rationale_rule="required")

    for answer in ({"shown_preference": 0}, {"shown_preference": None, "outcome": "cannot_judge"}):
        with pytest.raises(BadInput, match="with every judgment"):
            judge(assignment_of(ann), rationale="  \n", **answer)

    assert judge(assignment_of(ann), 0, rationale="equal").rationale == "equal"


@pytest.mark.parametrize("preference", [-3, 3])
def test_the_strongest_preferences_may_need_a_reason(preference: int) -> None:
    ann = annotator(rationale_rule="strong")

    with pytest.raises(BadInput, match="strongest"):
        judge(assignment_of(ann), preference)

    assert (
        judge(assignment_of(ann), preference, rationale="It is wrong.").rationale == "It is wrong."
    )
    assert not Judgment.objects.filter(rationale="").exists()


@pytest.mark.parametrize("scale", ["seven_point", "two_way"])
def test_an_answer_that_says_no_strength_needs_no_reason(scale: str) -> None:
    ann = annotator(rationale_rule="strong", scale=scale)

    judge(assignment_of(ann), 1)
    judge(assignment_of(ann), None, outcome="both_bad")

    assert Judgment.objects.filter(rationale="").count() == 2


def test_a_share_of_the_others_is_asked_why_as_well() -> None:
    ann = annotator(rationale_rule="strong")
    assignment = assignment_of(ann, is_asked=True)

    with pytest.raises(BadInput, match="write why"):
        judge(assignment, 1)

    assert judge(assignment, 1, rationale="It names the source.").preference in {-1, 1}


@pytest.mark.parametrize(
    ("rule", "needing"),
    [
        ("optional", []),
        ("strong", ["-3", "3"]),
        ("required", ["-3", "-2", "-1", "0", "1", "2", "3", "both_good", "both_bad"]),
    ],
)
def test_the_page_knows_which_keys_wait_for_a_reason(rule: str, needing: list[str]) -> None:
    project = make_project(rationale_rule=rule, offers_cannot_judge=False)

    answers = preference_answers(project) + other_answers(project)

    assert [one.value for one in answers if one.needs_rationale] == needing


@pytest.mark.parametrize(
    ("rule", "rates", "is_required", "expected"),
    [
        ("optional", False, False, True),
        ("strong", False, False, True),
        ("required", False, False, False),
        ("optional", True, False, True),
        ("optional", True, True, False),
    ],
)
def test_one_key_submits_where_nothing_is_due(
    rule: str, rates: bool, is_required: bool, expected: bool
) -> None:
    project: Project = make_project(rationale_rule=rule)
    if rates:
        ask_rating(project, is_required=is_required)

    assert is_one_key(project) is expected


def test_a_form_asked_why_comes_back_with_the_same_comparison(client: Client) -> None:
    ann = annotator(rationale_rule="strong")
    ann.user = make_user("ann")
    ann.save()
    assignment = assignment_of(ann, is_asked=True)
    client.force_login(ann.user)
    url = reverse("annotation:judge_submit", args=[ann.project.slug, assignment.pk])

    answer = client.post(url, {"answer": "1", "idempotency_key": str(uuid4())})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Please write why" in page
    assert url in page
