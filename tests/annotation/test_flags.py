"""Annotators flag comparisons, and reviewers answer."""

import pytest
from django.test import Client

from annotation.models import Assignment, Flag, Judgment, Membership, Project, Seat
from annotation.services.flags import MOST_OPEN_ON_ONE, raise_flag
from annotation.services.seats import reserve_comparison
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User
from tests import factories
from tests.annotation.judges import judge, reserved


@pytest.fixture
def held(project: Project, alice: User) -> Assignment:
    """The only comparison of the project, in Alice's hands."""
    comparison = factories.make_comparison(project)
    Seat.objects.create(
        project=project, comparison=comparison, turn=0, position=comparison.pk, priority=0
    )
    return reserved(Membership.objects.get(project=project, user=alice))


def test_a_flagged_comparison_stays_answerable(held: Assignment) -> None:
    flag = raise_flag(assignment=held, kind="question", text=" Is this a joke? ")

    assert flag.text == "Is this a joke?"
    judge(held)
    assert Judgment.objects.count() == 1


def test_a_report_frees_the_seat_for_others_and_does_not_come_back(
    held: Assignment, bob: User
) -> None:
    raise_flag(assignment=held, kind="report", text="It names a private person.")

    assert reserve_comparison(membership=held.annotator).assignment is None
    other = Membership.objects.get(project=held.annotator.project, user=bob)
    assert reserved(other).comparison_id == held.comparison_id


def test_a_report_after_the_judgment_keeps_the_judgment(held: Assignment) -> None:
    judgment = judge(held)
    held.refresh_from_db()

    raise_flag(assignment=held, kind="report", text="It names a private person.")

    assert Judgment.objects.get() == judgment


def test_the_same_flag_twice_is_one_flag(held: Assignment) -> None:
    for _ in range(2):
        raise_flag(assignment=held, kind="question", text="Which city?")

    assert Flag.objects.count() == 1


def test_a_flag_needs_words_of_bounded_length(held: Assignment) -> None:
    for text in ("", " \n", "x" * 2_001):
        with pytest.raises(BadInput):
            raise_flag(assignment=held, kind="question", text=text)
    with pytest.raises(BadInput):
        raise_flag(assignment=held, kind="praise", text="Nice.")

    assert not Flag.objects.exists()


def test_open_flags_on_one_comparison_are_limited(held: Assignment) -> None:
    for number in range(MOST_OPEN_ON_ONE):
        raise_flag(assignment=held, kind="question", text=f"Question {number}")

    with pytest.raises(Conflict, match="wait for an answer"):
        raise_flag(assignment=held, kind="question", text="One more")

    # What nobody should have to see goes away all the same, once.
    raise_flag(assignment=held, kind="report", text="It is cruel.")
    with pytest.raises(Conflict, match="wait for an answer"):
        raise_flag(assignment=held, kind="report", text="And a lie.")
    held.refresh_from_db()
    assert held.state == "skipped"


def test_the_annotator_reads_the_answer_and_a_second_answer_changes_nothing(
    client: Client, held: Assignment, alice: User, carol: User
) -> None:
    flag = raise_flag(assignment=held, kind="question", text="Is <b>this</b> a joke?")
    address = f"/projects/project/review/flags/{flag.pk}/"
    client.force_login(carol)
    waiting = client.get("/projects/project/review/flags/").text

    client.post(address, {"answer": "It is not."})
    second = client.post(address, {"answer": "Perhaps it is."})

    assert "Is &lt;b&gt;this&lt;/b&gt; a joke?" in waiting
    assert second.status_code == 409
    assert "Is &lt;b&gt;" in client.get("/projects/project/review/flags/?show=done").text
    client.force_login(alice)
    assert "It is not." in client.get("/projects/project/me/").text
    assert "It is not." in client.get("/projects/project/me/flags/").text


def test_an_empty_answer_is_refused_and_nothing_is_lost(
    client: Client, held: Assignment, carol: User
) -> None:
    flag = raise_flag(assignment=held, kind="question", text="Which city?")
    client.force_login(carol)

    answer = client.post(f"/projects/project/review/flags/{flag.pk}/", {"answer": "y" * 2_001})

    assert answer.status_code == 422
    assert "y" * 2_001 in answer.text
    assert Flag.objects.filter(resolved_at=None).exists()
