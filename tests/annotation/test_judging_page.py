"""The judging page over HTTP: with htmx, and as plain forms."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.models import Assignment, Judgment, Membership, Project, RenderedComparison
from annotation.services.arranging import arrange_seats
from annotation.services.seats import expire_leases, reserve_comparison
from feedback_platform.models import User
from tests.factories import make_comparison, make_membership, make_project

PAGE = "/projects/project/judge/"
HTMX = {"headers": {"HX-Request": "true"}}
SECRETS = {
    "external_id": "secret-external",
    "model_a": "secret-alder",
    "model_b": "secret-birch",
    "group": "secret-group",
    "metadata": {"secret-key": "secret-value"},
}


@pytest.fixture
def project(db: None) -> Project:
    project = make_project(overlap=2)
    for number in range(3):
        make_comparison(project, **{**SECRETS, "external_id": f"secret-external-{number}"})
    arrange_seats(project=project)
    return project


@pytest.fixture
def client(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def annotator(alice: User) -> Membership:
    return Membership.objects.get(user=alice)


def held_by(annotator: Membership) -> Assignment:
    return Assignment.objects.get(annotator=annotator, state="held")


def answer(value: str = "-2", **fields: Any) -> dict[str, Any]:
    return {"answer": value, "active_ms": "1500", "idempotency_key": str(uuid4()), **fields}


def submit(client: Client, assignment: Assignment, data: dict[str, Any], **extra: Any) -> Any:
    return client.post(f"{PAGE}{assignment.pk}/", data, **extra)


def give_away(assignment: Assignment, other: User) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Assignment.objects.filter(pk=assignment.pk).update(expires_at=past)
    expire_leases()
    taken = reserve_comparison(membership=Membership.objects.get(user=other)).assignment
    assert taken.seat_id == assignment.seat_id


def test_the_page_shows_both_responses_on_their_drawn_sides(client, annotator):
    page = client.get(PAGE).content.decode()

    assignment = held_by(annotator)
    left, right = re.findall(r'<section class="side".*?</section>', page, re.S)
    a, b = assignment.comparison.response_a, assignment.comparison.response_b
    assert (b if assignment.swapped else a) in left
    assert (a if assignment.swapped else b) in right
    assert assignment.comparison.prompt in page


def test_nothing_but_the_texts_reaches_the_browser(client, annotator):
    page = client.get(PAGE)
    following = submit(client, held_by(annotator), answer(), **HTMX)
    last = client.get(f"{PAGE}last/")

    for response in (page, following, last):
        assert response.status_code == 200
        assert "secret" not in response.content.decode()
        assert "swapped" not in response.content.decode()


def test_a_judgment_is_stored_and_answered_with_the_next_comparison(client, annotator):
    client.get(PAGE)
    first = held_by(annotator)

    response = submit(client, first, answer("-2", rationale="to the point"), **HTMX)

    following = held_by(annotator)
    assert following.comparison_id != first.comparison_id
    assert str(following.pk) in response.content.decode()
    assert "<html" not in response.content.decode()
    stored = Judgment.objects.get()
    assert stored.preference == (2 if first.swapped else -2)
    assert (stored.active_ms, stored.rationale) == (1500, "to the point")


def test_a_plain_form_is_answered_with_a_redirect_to_the_page(client, annotator):
    client.get(PAGE)

    response = submit(client, held_by(annotator), answer("both_good", active_ms=""))

    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert (Judgment.objects.get().outcome, Judgment.objects.get().active_ms) == ("both_good", None)


def test_the_same_form_sent_twice_stores_one_judgment(client, annotator):
    client.get(PAGE)
    assignment, data = held_by(annotator), answer()

    responses = [submit(client, assignment, data, **HTMX) for _ in range(2)]

    assert [response.status_code for response in responses] == [200, 200]
    assert Judgment.objects.count() == 1


def test_another_answer_from_a_second_tab_is_refused_and_its_text_kept(client, annotator):
    client.get(PAGE)
    assignment = held_by(annotator)
    submit(client, assignment, answer("1"), **HTMX)

    for extra in (HTMX, {}):
        response = submit(client, assignment, answer("2", rationale="my long thought"), **extra)

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

    response = submit(client, assignment, answer(rationale="too late"), **HTMX)

    page = response.content.decode()
    assert response.status_code == 410
    assert "another annotator has it now" in page
    assert "too late" in page
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

    response = submit(client, assignment, {**answer(rationale="kept"), **data}, **HTMX)

    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert str(assignment.pk) in page
    assert not Judgment.objects.exists()


def test_a_skip_is_answered_with_another_comparison(client, annotator):
    client.get(PAGE)
    skipped = held_by(annotator)

    response = client.post(f"{PAGE}{skipped.pk}/skip/", {"rationale": "not my field"}, **HTMX)

    assert str(held_by(annotator).pk) in response.content.decode()
    skipped.refresh_from_db()
    assert (skipped.state, skipped.skip_reason) == ("skipped", "not my field")


def test_the_last_judgment_is_shown_again_and_can_be_changed(client, annotator):
    client.get(PAGE)
    first = held_by(annotator)
    submit(client, first, answer("3", rationale="hasty"), **HTMX)
    judgment = Judgment.objects.get()

    page = client.get(f"{PAGE}last/").content.decode()
    response = client.post(f"{PAGE}judgments/{judgment.pk}/", answer("-1"), **HTMX)

    assert 'value="3" data-key="7" aria-label="Right is much better" aria-current' in page
    assert "hasty" in page
    assert response.status_code == 200
    revision = Judgment.objects.get(superseded_by=None)
    assert revision.supersedes == judgment
    assert revision.preference == (1 if first.swapped else -1)


def test_without_a_judgment_there_is_nothing_to_take_back(client):
    assert client.get(f"{PAGE}last/")["Location"] == PAGE


def test_the_same_judgment_changed_in_two_tabs_is_refused_once(client, annotator):
    client.get(PAGE)
    submit(client, held_by(annotator), answer(), **HTMX)
    url = f"{PAGE}judgments/{Judgment.objects.get().pk}/"

    statuses = [client.post(url, answer(value), **HTMX).status_code for value in ("1", "2")]

    assert statuses == [200, 409]


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
    Project.objects.filter(slug="project").update(**fields)

    keys = set(re.findall(r'data-key="(.)"', client.get(PAGE).content.decode()))

    assert offered <= keys
    assert not missing & keys


@pytest.mark.parametrize(("state", "title"), [("paused", "is paused"), ("closed", "is closed")])
def test_a_project_that_is_not_open_says_so(client, state, title):
    Project.objects.filter(slug="project").update(state=state)

    assert title in client.get(PAGE).content.decode()
    assert not Assignment.objects.exists()


def test_a_judgment_begun_before_the_pause_is_stored(client, annotator):
    client.get(PAGE)
    Project.objects.filter(slug="project").update(state="paused")

    response = submit(client, held_by(annotator), answer(), **HTMX)

    assert "is paused" in response.content.decode()
    assert Judgment.objects.count() == 1


def test_when_all_is_judged_the_page_says_what_next(client, annotator):
    client.get(PAGE)
    for _ in range(3):
        response = submit(client, held_by(annotator), answer(), **HTMX)

    assert "Nothing is left for you to judge" in response.content.decode()
    assert "<b>3</b> today" in response.content.decode()


def test_a_conversation_marks_the_turn_to_respond_to(alice):
    talk = make_project("talk")
    make_membership(talk, "alice", user=alice)
    turns = [("user", "What is a fjord?"), ("assistant", "A long inlet."), ("user", "How deep?")]
    messages = [{"role": role, "content": text} for role, text in turns]
    make_comparison(talk, messages=messages, prompt="How deep?")
    arrange_seats(project=talk)
    client = Client()
    client.force_login(alice)

    page = client.get("/projects/talk/judge/").content.decode()

    assert page.index("What is a fjord?") < page.index("A long inlet.") < page.index("How deep?")
    marked = page[page.index('class="turn last"') :]
    assert "How deep?" in marked.split("</section>")[0]


def test_others_cannot_see_or_answer_an_assignment(client, annotator, bob, mallory):
    client.get(PAGE)
    assignment = held_by(annotator)

    for user, status in ((bob, 404), (mallory, 404)):
        other = Client()
        other.force_login(user)
        assert submit(other, assignment, answer()).status_code == status
        assert other.post(f"{PAGE}{assignment.pk}/skip/").status_code == status
    assert Client().get(PAGE).status_code == 302
    assert not Judgment.objects.exists()


def test_a_stranger_and_a_removed_member_get_404(client, annotator, mallory):
    stranger = Client()
    stranger.force_login(mallory)
    client.get(PAGE)
    assignment = held_by(annotator)
    Membership.objects.filter(pk=annotator.pk).update(is_active=False)

    assert stranger.get(PAGE).status_code == 404
    assert client.get(PAGE).status_code == 404
    assert submit(client, assignment, answer()).status_code == 404


def test_somebody_elses_judgment_cannot_be_revised(client, annotator, bob):
    client.get(PAGE)
    submit(client, held_by(annotator), answer(), **HTMX)
    other = Client()
    other.force_login(bob)

    url = f"{PAGE}judgments/{Judgment.objects.get().pk}/"

    assert other.post(url, answer()).status_code == 404
    assert Judgment.objects.count() == 1


@pytest.mark.parametrize("path", ["", "last/"])
def test_pages_are_not_kept_by_caches(client, annotator, path):
    client.get(PAGE)
    submit(client, held_by(annotator), answer(), **HTMX)

    assert "no-store" in client.get(PAGE + path)["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_submitting_and_getting_the_next_costs_eight_queries_beside_the_login(client, annotator):
    client.get(PAGE)
    submit(client, held_by(annotator), answer(), **HTMX)
    RenderedComparison.objects.bulk_create(
        RenderedComparison(
            comparison=comparison, version=1, turns=[["user", "p"]], response_a="a", response_b="b"
        )
        for comparison in annotator.project.comparisons.filter(rendered=None)
    )

    assignment = held_by(annotator)
    with CaptureQueriesContext(connection) as queries:
        submit(client, assignment, answer(), **HTMX)

    statements = [query["sql"] for query in queries if query["sql"] not in {"BEGIN", "COMMIT"}]
    login = ('FROM "django_session"', 'FROM "feedback_platform_user"')
    of_the_login = [sql for sql in statements if any(table in sql for table in login)]
    assert len(of_the_login) == 2
    assert len(statements) - len(of_the_login) <= 8, "\n".join(statements)
