"""Ratings and reasons as the page's form brings them."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import CriterionPreference, Judgment, Membership, Project, Rating
from tests.annotation.asking import ask_preference, ask_rating, held
from tests.factories import make_membership, make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project(reason_tags=["Clearer", "Shorter"])


@pytest.fixture
def ann(project: Project) -> Membership:
    return make_membership(project, "ann", user=make_user("ann"))


def stored_ratings(judgment: Judgment) -> dict[str, int]:
    return dict(Rating.objects.filter(judgment=judgment).values_list("response", "value"))


def test_the_form_brings_what_was_ticked_on_the_page(client: Client, ann):
    ask_rating(ann.project, is_required=True)
    ask_preference(ann.project)
    assignment = held(ann, swapped=True)
    client.force_login(ann.user)
    sent = {
        "answer": "2",
        "idempotency_key": str(uuid4()),
        "rating_clarity_left": "3",
        "rating_clarity_right": "0",
        "criterion_safety": "-1",
        "tags": ["Clearer", "Shorter"],
    }

    client.post(reverse("annotation:judge_submit", args=[ann.project.slug, assignment.pk]), sent)

    judgment = Judgment.objects.get()
    assert stored_ratings(judgment) == {"a": 0, "b": 3}
    assert CriterionPreference.objects.get().preference == 1
    assert judgment.tags == ["Clearer", "Shorter"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"rating_clarity_right": ""}, "also asks for Clarity"),
        ({"rating_clarity_right": "9"}, "Clarity: choose one of the marks"),
        ({"tags": "Funnier"}, "Funnier is not one of the available choices"),
    ],
)
def test_a_form_that_leaves_out_a_rating_comes_back_with_what_was_ticked(
    client: Client, ann, changes, reason
):
    ask_rating(ann.project, is_required=True)
    assignment = held(ann)
    client.force_login(ann.user)
    sent = {
        "answer": "2",
        "idempotency_key": str(uuid4()),
        "rating_clarity_left": "3",
        "rating_clarity_right": "1",
        **changes,
    }

    answer = client.post(
        reverse("annotation:judge_submit", args=[ann.project.slug, assignment.pk]), sent
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert reason in page
    assert 'name="rating_clarity_left" value="3" aria-label="3" checked' in page
    assert not Judgment.objects.exists()
