"""Whose judging page it is, and how it is sent."""

import pytest
from django.test import Client

from annotation.models import Judgment, Membership, Project
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


def test_others_cannot_see_or_answer_an_assignment(client, annotator, bob, mallory):
    client.get(PAGE)
    assignment = held_by(annotator)

    for user in (bob, mallory):
        other = logged_in(user)
        assert submit(other, assignment, answer()).status_code == 404
        for path in ("skip/", "flag/", "draft/"):
            assert other.post(f"{PAGE}{assignment.pk}/{path}").status_code == 404
    assert Client().get(PAGE).status_code == 302
    assert not Judgment.objects.exists()


def test_a_stranger_and_a_removed_member_get_404(client, annotator, mallory):
    client.get(PAGE)
    assignment = held_by(annotator)
    Membership.objects.filter(pk=annotator.pk).update(is_active=False)

    assert logged_in(mallory).get(PAGE).status_code == 404
    assert client.get(PAGE).status_code == 404
    assert submit(client, assignment, answer()).status_code == 404


def test_somebody_elses_judgment_cannot_be_revised(client, annotator, bob):
    client.get(PAGE)
    submit(client, held_by(annotator), answer())

    url = f"{PAGE}judgments/{Judgment.objects.get().pk}/"

    assert logged_in(bob).post(url, answer()).status_code == 404
    assert Judgment.objects.count() == 1


@pytest.mark.parametrize("path", ["", "last/", "recent/"])
def test_pages_are_not_kept_by_caches(client, annotator, path):
    client.get(PAGE)
    submit(client, held_by(annotator), answer())

    assert "no-store" in client.get(PAGE + path)["Cache-Control"]


def test_pages_are_compressed(client):
    page = client.get(PAGE, headers={"Accept-Encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < 8_000
