"""What was typed and not sent is there again, and an older tab cannot write over it."""

from typing import Any

import pytest
from django.test import Client

from annotation.models import Assignment, Membership, Project
from annotation.services.arranging import arrange_seats
from feedback_platform.models import User
from tests.annotation.judging_pages import PAGE, SCRIPT, answer, held_by, logged_in, submit
from tests.factories import make_comparison


@pytest.fixture
def project(project: Project) -> Project:
    Project.objects.filter(pk=project.pk).update(reason_tags=["Clearer", "Safer"])
    make_comparison(project)
    make_comparison(project)
    arrange_seats(project=project)
    return project


@pytest.fixture
def client(alice: User) -> Client:
    return logged_in(alice)


@pytest.fixture
def assignment(client: Client, alice: User) -> Assignment:
    client.get(PAGE)
    return held_by(Membership.objects.get(user=alice))


def save(client: Client, assignment: Assignment, number: int, **fields: Any) -> Any:
    data = {"number": number, **fields}
    return client.post(f"{PAGE}{assignment.pk}/draft/", data, **SCRIPT)


def test_a_draft_is_there_again_on_another_device(client, alice, assignment):
    saved = save(client, assignment, 0, rationale="Left cites <b>", tags=["Safer"], answer="3")

    page = logged_in(alice).get(PAGE).content.decode()

    assert saved.json() == {"stored": True, "number": 1}
    assert "Left cites &lt;b&gt;" in page
    assert 'data-draft-number="1"' in page
    assert 'data-key="7" aria-label="Right is much better" aria-current="true"' in page
    ticked = page[page.index('value="Safer"') :]
    assert "checked" in ticked.split(">")[0]


def test_an_older_tab_cannot_write_over_a_newer_draft(client, assignment):
    save(client, assignment, 0, rationale="first")
    save(client, assignment, 1, rationale="newer")

    late = save(client, assignment, 1, rationale="older tab")

    assert late.status_code == 409
    assert (late.json()["number"], late.json()["draft"]["rationale"]) == (2, "newer")
    assignment.refresh_from_db()
    assert assignment.draft["rationale"] == "newer"


def test_only_fields_of_the_form_are_kept_and_only_up_to_a_limit(client, assignment):
    save(client, assignment, 0, rationale="kept", active_ms="5", user_agent="x", is_staff="1")
    too_long = save(client, assignment, 1, rationale="x" * 30_000)
    nonsense = save(client, assignment, 1, rationale="kept").status_code

    assert too_long.status_code == 413
    assert nonsense == 200
    assignment.refresh_from_db()
    assert assignment.draft == {"rationale": "kept"}


def test_what_is_judged_has_no_draft_any_more(client, assignment):
    submit(client, assignment, answer(), **SCRIPT)

    assert save(client, assignment, 0, rationale="late").status_code == 409
    assignment.refresh_from_db()
    assert assignment.draft is None


@pytest.mark.parametrize("number", ["", "-1", "x", "99999999999999999999"])
def test_a_number_that_is_none_is_none_yet(client, assignment, number):
    assert save(client, assignment, number, rationale="text").status_code == 200
