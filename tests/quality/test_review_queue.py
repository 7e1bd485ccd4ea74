"""The review queue: what waits, in which order, and what leaves it."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotation.majority import Decision
from annotation.models import (
    Adjudication,
    Comparison,
    Exclusion,
    Judgment,
    Membership,
    Project,
    SentBack,
)
from annotation.services.adjudication import decide
from feedback_platform.models import User
from quality.services.states import refresh_states
from quality.views.review import is_swapped
from tests import factories


@pytest.fixture
def rita(project: Project) -> User:
    """A reviewer."""
    return factories.make_user("rita", project=project, role=Membership.Role.REVIEWER)


@pytest.fixture
def people(project: Project) -> list[Membership]:
    return [factories.make_membership(project, f"imported {n}") for n in range(4)]


def disputed(people: list[Membership], *preferences: int, **fields: Any) -> Comparison:
    """A comparison with these judgments, its snapshot made."""
    comparison = factories.make_comparison(people[0].project, **fields)
    for person, preference in zip(people, preferences, strict=False):
        factories.make_judgment(comparison, person, preference, rationale=f"Says {preference}.")
    refresh_states(comparisons=[comparison.pk])
    return comparison


def page_of(comparison: Comparison) -> str:
    return f"/projects/project/review/comparisons/{comparison.pk}/"


def own_value(comparison: Comparison, reviewer: User, preference: int) -> str:
    """What the reviewer presses for a preference in own order."""
    membership = Membership.objects.get(user=reviewer)
    return str(-preference if is_swapped(membership, comparison) else preference)


def test_the_most_disputed_comes_first_and_agreement_never(
    client: Client, people: list[Membership], rita: User
) -> None:
    mild = disputed(people, 1, 1, 1, -1, prompt="mild")
    worst = disputed(people, 1, -1, prompt="worst")
    disputed(people, 1, 1, prompt="agreed")
    disputed(people, 1, prompt="single")
    client.force_login(rita)

    page = client.get("/projects/project/review/").text

    assert page.index("worst") < page.index("mild")
    assert "agreed" not in page
    assert "single" not in page
    assert client.get("/projects/project/review/next/")["Location"] == page_of(worst)
    following = client.get("/projects/project/review/next/", {"after": worst.pk})
    assert following["Location"] == page_of(mild)


def test_names_models_and_external_ids_stay_hidden(
    client: Client, people: list[Membership], rita: User
) -> None:
    comparison = disputed(people, 2, -1, model_a="alder", model_b="birch", external_id="X-17")
    client.force_login(rita)

    page = client.get(page_of(comparison)).text

    assert "Annotator 1" in page
    assert "Says 2." in page
    for secret in ("imported", people[0].pseudonym, "alder", "birch", "X-17"):
        assert secret not in page


def test_a_decision_is_stored_in_own_order_and_the_next_comparison_is_shown(
    client: Client, people: list[Membership], rita: User
) -> None:
    first, second = disputed(people, 1, -1), disputed(people, 1, 1, -1)
    client.force_login(rita)
    value = own_value(first, rita, -2)

    answer = client.post(page_of(first), {"answer": value, "reason": "B invents a date."})

    decision = Adjudication.objects.get()
    assert (decision.kind, decision.outcome, decision.preference) == ("decided", "preference", -2)
    assert (decision.person, decision.reason) == (rita, "B invents a date.")
    assert urlsplit(answer["Location"]).path == page_of(second)
    shown = client.get(answer["Location"]).text
    assert "Take it back" in shown
    assert "1 decided today" in shown


def test_a_decided_comparison_leaves_the_queue_and_comes_back_when_taken_back(
    client: Client, people: list[Membership], rita: User
) -> None:
    comparison = disputed(people, 1, -1, prompt="Which one?")
    client.force_login(rita)
    client.post(page_of(comparison), {"answer": "both_bad", "reason": "Neither answers."})

    assert "Which one?" not in client.get("/projects/project/review/").text
    # The snapshot learns of it as well.
    refresh_states(comparisons=[comparison.pk])
    assert "Which one?" not in client.get("/projects/project/review/").text

    decision = Adjudication.objects.get()
    client.post(f"/projects/project/review/decisions/{decision.pk}/take-back/")
    assert "Which one?" in client.get("/projects/project/review/").text
    assert [one.kind for one in Adjudication.objects.all()] == ["decided", "withdrawn"]


def test_the_majority_is_accepted_without_a_reason(
    client: Client, people: list[Membership], rita: User
) -> None:
    comparison = disputed(people, 3, 1, 2, -3)
    client.force_login(rita)

    client.post(page_of(comparison), {"answer": "majority", "majority": "preference:2"})

    decision = Adjudication.objects.get()
    assert (decision.kind, decision.preference, decision.reason) == ("accepted", 2, "")


def test_a_majority_that_moved_is_not_accepted(
    client: Client, people: list[Membership], rita: User
) -> None:
    comparison = disputed(people, 1, 1, -1)
    client.force_login(rita)

    answer = client.post(page_of(comparison), {"answer": "majority", "majority": "preference:-1"})

    assert answer.status_code == 409
    assert not Adjudication.objects.exists()


@pytest.mark.parametrize("answer", ["-1", "ambiguous", "cannot_judge"])
def test_every_other_decision_needs_a_reason(
    client: Client, people: list[Membership], rita: User, answer: str
) -> None:
    comparison = disputed(people, 1, -1)
    client.force_login(rita)

    refused = client.post(page_of(comparison), {"answer": answer, "reason": " "})

    assert refused.status_code == 422
    assert not Adjudication.objects.exists()


def test_of_two_reviewers_the_second_learns_what_the_first_decided(
    client: Client, people: list[Membership], rita: User, carol: User
) -> None:
    comparison = disputed(people, 1, -1)
    client.force_login(rita)
    client.post(page_of(comparison), {"answer": "both_bad", "reason": "Neither answers."})
    client.force_login(carol)
    mine = {"answer": "both_good", "reason": "I like both.", "seen": ""}

    second = client.post(page_of(comparison), mine)

    assert second.status_code == 409
    for shown in ("Decided: Both bad", "Neither answers.", "I like both."):
        assert shown in second.text
    # Knowing it, the decision may be replaced; both stay.
    mine["seen"] = str(Adjudication.objects.get().pk)
    assert client.post(page_of(comparison), mine).status_code == 302
    assert [one.outcome for one in Adjudication.objects.all()] == ["both_bad", "both_good"]


def test_a_double_click_decides_once(client: Client, people: list[Membership], rita: User) -> None:
    comparison = disputed(people, 1, -1)
    client.force_login(rita)

    for _ in range(2):
        sent = {"answer": "both_bad", "reason": "Neither answers.", "seen": ""}
        assert client.post(page_of(comparison), sent).status_code == 302

    assert Adjudication.objects.count() == 1


def test_a_reviewer_is_told_that_they_judged_it_themselves(
    client: Client, people: list[Membership], rita: User
) -> None:
    comparison = disputed(people, 1, -1)
    factories.make_judgment(comparison, Membership.objects.get(user=rita), 1)
    client.force_login(rita)

    assert "You judged this yourself" in client.get(page_of(comparison)).text


def test_a_judgment_is_sent_back_and_its_author_answers(
    client: Client, project: Project, people: list[Membership], rita: User, alice: User
) -> None:
    comparison = disputed(people, 1)
    author = Membership.objects.get(user=alice)
    judgment = factories.make_judgment(comparison, author, -1)
    address = f"/projects/project/review/judgments/{judgment.pk}/send-back/"
    client.force_login(rita)
    for comment in ("", "Look at the date.", "Look at the date.", "And again."):
        client.post(address, {"comment": comment})
    sent_back = SentBack.objects.get()
    assert sent_back.comment == "Look at the date."
    assert "Waits for the author" in client.get(page_of(comparison)).text

    client.force_login(alice)
    assert "sent 1 of your judgments back" in client.get("/projects/project/judge/").text
    assert "Look at the date." in client.get("/projects/project/me/").text
    confirm = f"/projects/project/me/sent-back/{sent_back.pk}/"
    assert client.post(confirm, {"answer": ""}).status_code == 422
    assert client.post(confirm, {"answer": "The date is right."}).status_code == 302
    assert client.post(confirm, {"answer": "Again."}).status_code == 409

    client.force_login(rita)
    assert "The date is right." in client.get(page_of(comparison)).text


def test_a_revision_answers_what_was_sent_back(
    client: Client, people: list[Membership], rita: User, alice: User
) -> None:
    comparison = disputed(people, 1)
    judgment = factories.make_judgment(comparison, Membership.objects.get(user=alice), -1)
    client.force_login(rita)
    client.post(
        f"/projects/project/review/judgments/{judgment.pk}/send-back/", {"comment": "Sure?"}
    )
    client.force_login(alice)

    key = "7d9a1f5e-5f6d-4c1c-9a9d-3a1f6f0d2b11"
    revise = f"/projects/project/judge/judgments/{judgment.pk}/"
    assert client.post(revise, {"answer": "2", "idempotency_key": key}).status_code == 302

    assert SentBack.objects.get().answered_at is not None
    assert Judgment.objects.filter(supersedes=judgment).exists()


def test_an_imported_judgment_is_not_sent_back(
    client: Client, people: list[Membership], rita: User
) -> None:
    disputed(people, 1, -1)
    judgment = Judgment.objects.all()[0]
    client.force_login(rita)

    address = f"/projects/project/review/judgments/{judgment.pk}/send-back/"
    answer = client.post(address, {"comment": "Sure?"}, follow=True)

    assert "its author cannot log in" in answer.text
    assert not SentBack.objects.exists()


def test_a_manager_leaves_a_judgment_out_and_goes_back_to_a_page_of_the_project_only(
    client: Client, people: list[Membership], carol: User
) -> None:
    comparison = disputed(people, 1, -1)
    first, second = Judgment.objects.order_by("pk")
    client.force_login(carol)
    back = "/projects/project/review/audits/"

    for judgment, wanted in ((first, back), (second, "https://elsewhere.example/")):
        answer = client.post(
            f"/projects/project/review/judgments/{judgment.pk}/exclude/",
            {"reason": "Too fast.", "back": wanted},
        )
        assert answer["Location"] == (back if wanted == back else page_of(comparison))

    assert Exclusion.objects.count() == 2
    assert "No judgment counts here yet" in client.get(page_of(comparison)).text


def test_the_queue_costs_the_same_however_much_waits(
    client: Client,
    people: list[Membership],
    rita: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        disputed(people, 1, -1)
    decided = disputed(people, 1, -1)
    decide(comparison=decided, decision=Decision("both_bad"), reason="So.", person=rita)
    client.force_login(rita)
    client.get("/projects/project/review/")

    # Session, user, membership, top bar (3); four counts, what was decided today, the page.
    with django_assert_num_queries(12):
        client.get("/projects/project/review/")
