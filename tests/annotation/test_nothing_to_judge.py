"""What the judging page says when it hands nothing out."""

from typing import Any

import pytest
from django.test import Client

from annotation.models import Assignment, Judgment, Membership, Project
from annotation.services.arranging import arrange_seats
from feedback_platform.models import User
from tests.annotation.judging_pages import (
    PAGE,
    SECRETS,
    answer,
    held_by,
    logged_in,
    submit,
)
from tests.factories import make_comparison, make_project


@pytest.fixture
def project(db: None) -> Project:
    project = make_project(overlap=2)
    for number in range(3):
        make_comparison(project, **{**SECRETS, "external_id": f"secret-external-{number}"})
    arrange_seats(project=project)
    return project


@pytest.fixture
def client(alice: User) -> Client:
    return logged_in(alice)


@pytest.fixture
def annotator(alice: User) -> Membership:
    return Membership.objects.get(user=alice)


def set_project(**fields: Any) -> None:
    Project.objects.filter(slug="project").update(**fields)


@pytest.mark.parametrize(("state", "title"), [("paused", "is paused"), ("closed", "is closed")])
def test_a_project_that_is_not_open_says_so(client, state, title):
    set_project(state=state)

    assert title in client.get(PAGE).content.decode()
    assert not Assignment.objects.exists()


def test_a_judgment_begun_before_the_pause_is_stored(client, annotator):
    client.get(PAGE)
    set_project(state="paused")

    submit(client, held_by(annotator), answer())

    assert "is paused" in client.get(PAGE).content.decode()
    assert Judgment.objects.count() == 1


def test_a_paused_annotator_reads_the_reason(client, annotator):
    reason = "You missed 4 of 10 gold comparisons."
    Membership.objects.filter(pk=annotator.pk).update(
        paused_at="2026-11-23T09:00Z", pause_reason=reason
    )

    page = client.get(PAGE).content.decode()

    assert "You are paused in this project" in page
    assert reason in page


def test_whoever_has_reached_the_cap_of_the_day_is_told_to_come_back(client, annotator):
    set_project(cap_per_day=1)
    client.get(PAGE)
    submit(client, held_by(annotator), answer())

    assert "That is all for today" in client.get(PAGE).content.decode()


def test_when_all_is_judged_the_page_says_what_next(client, annotator):
    for _ in range(3):
        client.get(PAGE)
        submit(client, held_by(annotator), answer())

    page = client.get(PAGE).content.decode()

    assert "Nothing is left for you to judge" in page
    assert '<b data-count="today">3</b> today' in page
