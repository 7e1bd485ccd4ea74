"""The judging page as plain pages and forms."""

import re
from typing import Any

import pytest
from django.test import Client

from annotation.models import Assignment, Gold, Judgment, Membership, Project
from annotation.services.arranging import arrange_seats
from annotation.services.guidelines import publish_guidelines
from feedback_platform.models import User
from tests.annotation.judging_pages import (
    PAGE,
    SECRETS,
    answer,
    give_away,
    held_by,
    logged_in,
    submit,
)
from tests.factories import make_comparison, make_membership, make_project


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


def test_the_page_shows_both_responses_on_their_drawn_sides(client, annotator):
    page = client.get(PAGE).content.decode()

    assignment = held_by(annotator)
    left, right = re.findall(r'<section class="side".*?</section>', page, re.S)
    a, b = assignment.comparison.response_a, assignment.comparison.response_b
    assert (b if assignment.swapped else a) in left
    assert (a if assignment.swapped else b) in right
    assert assignment.comparison.prompt in page


def test_nothing_but_the_texts_reaches_the_browser(client, annotator):
    pages = [client.get(PAGE)]
    submit(client, held_by(annotator), answer())
    pages += [client.get(f"{PAGE}{path}") for path in ("", "last/", "recent/")]

    for page in pages:
        assert page.status_code == 200
        assert "secret" not in page.content.decode()
        assert "swapped" not in page.content.decode()


def test_a_plain_form_is_answered_with_a_redirect_to_the_page(client, annotator):
    client.get(PAGE)

    response = submit(client, held_by(annotator), answer("both_good", active_ms=""))

    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert (Judgment.objects.get().outcome, Judgment.objects.get().active_ms) == ("both_good", None)


def test_another_answer_is_refused_its_text_kept_and_the_next_comparison_shown(client, annotator):
    client.get(PAGE)
    assignment = held_by(annotator)
    submit(client, assignment, answer("1"))

    response = submit(client, assignment, answer("2", rationale="my long thought"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "already judged" in page
    assert "my long thought" in page
    assert str(held_by(annotator).pk) in page
    assert Judgment.objects.count() == 1


def test_a_seat_that_passed_on_is_gone_and_the_text_kept(client, annotator, bob):
    client.get(PAGE)
    assignment = held_by(annotator)
    give_away(assignment, bob)

    response = submit(client, assignment, answer(rationale="too late"))

    assert response.status_code == 410
    assert "another annotator has it now" in response.content.decode()
    assert "too late" in response.content.decode()
    assert not Judgment.objects.exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"answer": ""}, "Choose one of the answers"),
        ({"answer": "5"}, "does not offer that answer"),
        ({"answer": "excellent"}, "does not offer that answer"),
        ({"rationale": "x" * 5001}, "at most 5,000 characters"),
        ({"active_ms": "-1"}, "greater than or equal to 0"),
        ({"idempotency_key": "no key"}, "valid UUID"),
    ],
)
def test_bad_input_comes_back_with_the_same_comparison(client, annotator, data, message):
    client.get(PAGE)
    assignment = held_by(annotator)

    response = submit(client, assignment, {**answer(rationale="kept"), **data})

    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert str(assignment.pk) in page
    assert not Judgment.objects.exists()


def test_without_the_script_what_was_typed_is_the_reason_of_a_skip(client, annotator):
    client.get(PAGE)
    skipped = held_by(annotator)

    response = client.post(f"{PAGE}{skipped.pk}/skip/", {"rationale": "not my field"})

    assert response["Location"] == PAGE
    skipped.refresh_from_db()
    assert (skipped.state, skipped.skip_reason) == ("skipped", "not my field")


def test_the_last_judgment_is_shown_again_and_can_be_changed(client, annotator):
    client.get(PAGE)
    first = held_by(annotator)
    submit(client, first, answer("3", rationale="hasty"))
    judgment = Judgment.objects.get()

    page = client.get(f"{PAGE}last/").content.decode()
    response = client.post(f"{PAGE}judgments/{judgment.pk}/", answer("-1"))

    assert 'value="3" data-key="7" aria-label="Right is much better" aria-current' in page
    assert "hasty" in page
    assert response["Location"] == PAGE
    revision = Judgment.objects.get(superseded_by=None)
    assert revision.supersedes == judgment
    assert revision.preference == (1 if first.swapped else -1)


def test_without_a_judgment_there_is_nothing_to_take_back(client):
    assert client.get(f"{PAGE}last/")["Location"] == PAGE


def test_recent_judgments_can_be_looked_at_and_changed_one_by_one(client, annotator, bob):
    for value in ("-3", "both_bad"):
        client.get(PAGE)
        submit(client, held_by(annotator), answer(value))
    first = Judgment.objects.order_by("pk")[0]

    page = client.get(f"{PAGE}recent/").content.decode()
    shown = client.get(f"{PAGE}judgments/{first.pk}/").content.decode()

    assert page.index("Both bad") < page.index("Left is much better")
    assert f"{PAGE}judgments/{first.pk}/" in page
    assert first.comparison.prompt in shown
    assert "changing an earlier judgment" in shown
    assert logged_in(bob).get(f"{PAGE}judgments/{first.pk}/").status_code == 404


def test_an_answer_of_the_qualification_is_not_offered_for_a_change(client, annotator):
    client.get(PAGE)
    assignment = held_by(annotator)
    Gold.objects.create(
        comparison=assignment.comparison, use=Gold.Use.QUALIFICATION, accepted=["a"]
    )
    Assignment.objects.filter(pk=assignment.pk).update(purpose="qualification")
    submit(client, assignment, answer())

    assert client.get(f"{PAGE}last/").status_code == 302


def test_the_same_judgment_changed_in_two_tabs_is_refused_once(client, annotator):
    client.get(PAGE)
    submit(client, held_by(annotator), answer())
    url = f"{PAGE}judgments/{Judgment.objects.get().pk}/"

    statuses = [client.post(url, answer(value)).status_code for value in ("1", "2")]

    assert statuses == [302, 409]


@pytest.mark.parametrize(
    ("fields", "offered", "missing"),
    [
        ({"scale": "two_way"}, {"1", "4", "2", "8", "9", "0"}, {"3", "5", "6", "7"}),
        ({"offers_tie": False}, {"1", "3", "5", "7"}, {"4"}),
        (
            {"offers_both_good": False, "offers_both_bad": False, "offers_cannot_judge": False},
            {"1", "4", "7"},
            {"8", "9", "0"},
        ),
    ],
)
def test_only_offered_answers_have_a_button(client, fields, offered, missing):
    set_project(**fields)

    keys = set(re.findall(r'data-key="(.)"', client.get(PAGE).content.decode()))

    assert offered <= keys
    assert not missing & keys


def test_a_conversation_marks_the_turn_to_respond_to(alice):
    talk = make_project("talk")
    make_membership(talk, "alice", user=alice)
    turns = [("user", "What is a fjord?"), ("assistant", "A long inlet."), ("user", "How deep?")]
    messages = [{"role": role, "content": text} for role, text in turns]
    make_comparison(talk, messages=messages, prompt="How deep?")
    arrange_seats(project=talk)

    page = logged_in(alice).get("/projects/talk/judge/").content.decode()

    assert page.index("What is a fjord?") < page.index("A long inlet.") < page.index("How deep?")
    marked = page[page.index('class="turn last"') :]
    assert "How deep?" in marked.split("</section>")[0]


def test_new_guidelines_are_read_before_the_next_comparison(client, annotator, project, carol):
    publish_guidelines(project=project, text="Prefer *short* ones.", note="Length", person=carol)

    page = client.get(PAGE).content.decode()
    assert "Please read the guidelines" in page
    assert "<em>short</em>" in page
    assert not Assignment.objects.exists()
    client.post(f"{PAGE}begin/", {"guidelines": "1"})

    assert 'class="side"' in client.get(PAGE).content.decode()
    annotator.refresh_from_db()
    assert annotator.guidelines_number == 1


def test_an_old_form_does_not_acknowledge_newer_guidelines(client, annotator, project, carol):
    for text in ("First.", "Second."):
        publish_guidelines(project=project, text=text, person=carol)

    client.post(f"{PAGE}begin/", {"guidelines": "1"})

    assert "Second." in client.get(PAGE).content.decode()
    annotator.refresh_from_db()
    assert annotator.guidelines_number == 0


def test_the_content_warning_comes_once_a_session_and_texts_are_covered(client):
    set_project(content_warning="Some texts are violent.", blurs=True)

    first = client.get(PAGE).content.decode()
    client.post(f"{PAGE}begin/", {"warning": "read"})
    second = client.get(PAGE).content.decode()

    assert "Some texts are violent." in first
    assert 'class="side"' not in first
    assert 'class="work blurs"' in second


def test_a_flag_without_the_script_is_a_page_of_its_own(client, annotator):
    client.get(PAGE)
    assignment = held_by(annotator)
    url = f"{PAGE}{assignment.pk}/flag/"

    assert "Harmful content" in client.get(url).content.decode()
    assert client.post(url, {"kind": "question", "text": ""}).status_code == 422
    client.post(url, {"kind": "question", "text": "Is this Norwegian?"})

    assert annotator.flags.get().text == "Is this Norwegian?"
    assert held_by(annotator) == assignment


def test_a_report_ends_the_comparison_for_its_annotator(client, annotator):
    client.get(PAGE)
    assignment = held_by(annotator)

    client.post(f"{PAGE}{assignment.pk}/flag/", {"kind": "report", "text": "A threat."})

    assignment.refresh_from_db()
    assert assignment.state == "skipped"
