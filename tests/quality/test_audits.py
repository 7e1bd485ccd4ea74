"""A share of the judgments gets a second look."""

import pytest
from django.test import Client

from annotation.models import Audit, Membership, Project
from feedback_platform.models import User
from tests import factories


@pytest.fixture
def audits(project: Project, alice: User) -> list[Audit]:
    """Two of Alice's judgments, drawn."""
    author = Membership.objects.get(user=alice)
    return [
        Audit.objects.create(
            project=project,
            judgment=factories.make_judgment(
                factories.make_comparison(project), author, 1, swapped=True, rationale="Shorter."
            ),
        )
        for _ in range(2)
    ]


@pytest.fixture
def reviewing(client: Client, carol: User) -> Client:
    client.force_login(carol)
    return client


def address(audit: Audit) -> str:
    return f"/projects/project/review/audits/{audit.pk}/"


def test_the_auditor_sees_the_judgment_as_its_author_did_and_no_name(
    reviewing: Client, audits: list[Audit]
) -> None:
    assert reviewing.get("/projects/project/review/audits/next/")["Location"] == address(audits[0])

    page = reviewing.get(address(audits[0])).text

    # Response B was on the left, and is the better one.
    assert "Left is better" in page
    assert "Shorter." in page
    assert "alice" not in page


def test_a_sound_judgment_needs_no_comment_and_the_next_one_is_shown(
    reviewing: Client, audits: list[Audit]
) -> None:
    answer = reviewing.post(address(audits[0]), {"verdict": "sound"})

    assert answer["Location"] == address(audits[1])
    assert Audit.objects.get(pk=audits[0].pk).verdict == "sound"
    done = reviewing.get("/projects/project/review/audits/?show=done").text
    assert "Sound" in done


def test_a_wrong_judgment_needs_a_comment_that_its_author_reads(
    reviewing: Client, audits: list[Audit], alice: User
) -> None:
    assert reviewing.post(address(audits[0]), {"verdict": "wrong"}).status_code == 422
    comment = {"verdict": "wrong", "comment": "The left one has five sentences."}

    answer = reviewing.post(address(audits[0]), comment, follow=True)

    for offered in ("Send back", "Leave out", "Next audit"):
        assert offered in answer.text
    reviewing.force_login(alice)
    assert "five sentences" in reviewing.get("/projects/project/me/").text
    own = f"/projects/project/me/judgments/{audits[0].judgment_id}/"
    assert "five sentences" in reviewing.get(own).text


def test_the_first_verdict_stays(reviewing: Client, audits: list[Audit]) -> None:
    wrong = {"verdict": "wrong", "comment": "Five sentences."}
    reviewing.post(address(audits[0]), wrong)

    assert reviewing.post(address(audits[0]), wrong).status_code == 302
    assert reviewing.post(address(audits[0]), {"verdict": "sound"}).status_code == 409
    assert Audit.objects.get(pk=audits[0].pk).verdict == "wrong"


def test_after_the_last_one_the_list_says_so(reviewing: Client, audits: list[Audit]) -> None:
    for audit in audits:
        answer = reviewing.post(address(audit), {"verdict": "sound"}, follow=True)

    assert "That was the last one." in answer.text
    assert "No judgment waits" in answer.text
