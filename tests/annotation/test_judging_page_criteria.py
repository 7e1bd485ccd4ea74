"""Marks beside the verdict on the judging page: which can be left out again."""

import pytest
from django.test import Client

from annotation.models import Criterion, Membership, Project
from annotation.services.arranging import arrange_seats
from feedback_platform.models import User
from tests import factories
from tests.annotation.judging_pages import PAGE, answer, held_by, logged_in, submit


@pytest.fixture
def page(project: Project, alice: User) -> Client:
    Project.objects.update(asks_criteria=True)
    Criterion.objects.create(project=project, key="help", name="Help", is_required=True)
    Criterion.objects.create(project=project, key="tone", name="Tone")
    factories.make_comparison(project)
    arrange_seats(project=project)
    return logged_in(alice)


def test_only_what_is_not_required_offers_no_answer(page: Client) -> None:
    shown = page.get(PAGE).content.decode()

    assert shown.count('name="rating_help_left" value=""') == 0
    assert shown.count('name="rating_tone_left" value=""') == 1


def test_no_answer_stores_no_rating(page: Client, alice: User) -> None:
    page.get(PAGE)
    held = held_by(Membership.objects.get(user=alice))
    marks = {"rating_help_left": "3", "rating_help_right": "1"}
    marks |= {"rating_tone_left": "", "rating_tone_right": ""}

    assert submit(page, held, answer(**marks)).status_code == 302

    ratings = held.judgments.get().ratings
    assert set(ratings.values_list("criterion__key", "value")) == {("help", 3), ("help", 1)}
