"""The judging page as its script uses it: fetched ahead, sent later, under the right name."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import Assignment, Judgment, Membership, Project
from annotation.selectors.judging import progress_of
from annotation.services.arranging import arrange_seats
from annotation.services.guidelines import publish_guidelines
from feedback_platform.models import User
from tests.annotation.judging_pages import (
    PAGE,
    SCRIPT,
    SECRETS,
    answer,
    give_away,
    held_by,
    logged_in,
    submit,
)
from tests.factories import make_comparison, make_judgment, make_membership, make_project


@pytest.fixture
def project(project: Project) -> Project:
    for number in range(6):
        make_comparison(project, **{**SECRETS, "external_id": f"secret-external-{number}"})
    arrange_seats(project=project)
    return project


@pytest.fixture
def client(alice: User) -> Client:
    return logged_in(alice)


@pytest.fixture
def annotator(alice: User) -> Membership:
    return Membership.objects.get(user=alice)


def fetch_ahead(client: Client, known: list[Any], wanted: int = 3) -> Any:
    data = {"known": [str(one) for one in known], "wanted": wanted}
    return client.post(f"{PAGE}next/", data, **SCRIPT).json()


def test_three_comparisons_are_fetched_ahead_and_no_fifth_is_held(client, annotator):
    client.get(PAGE)
    first = held_by(annotator)

    ahead = fetch_ahead(client, [first.pk])
    known = [first.pk, *(one["assignment"] for one in ahead["works"])]
    more = fetch_ahead(client, known)

    assert len(ahead["works"]) == 3
    assert len(set(known)) == 4
    assert all('class="side"' in one["html"] for one in ahead["works"])
    assert "secret" not in str(ahead)
    assert (more["works"], more["why"]) == ([], "enough_ahead")
    assert Assignment.objects.filter(annotator=annotator, state="held").count() == 4


def test_a_judgment_is_answered_with_as_many_comparisons_as_there_is_room_for(client, annotator):
    client.get(PAGE)
    first = held_by(annotator)
    ahead = fetch_ahead(client, [first.pk])["works"]
    known = [one["assignment"] for one in ahead]

    answered = submit(client, first, answer("-2", known=known, wanted=1), **SCRIPT)

    assert answered.status_code == 200
    assert answered.json()["stored"] is True
    assert [one["assignment"] in known for one in answered.json()["works"]] == [False]
    stored = Judgment.objects.get()
    assert stored.preference == (2 if first.swapped else -2)


def test_the_same_judgment_sent_twice_is_stored_once(client, annotator):
    client.get(PAGE)
    assignment, data = held_by(annotator), answer()

    answers = [submit(client, assignment, data, **SCRIPT) for _ in range(2)]

    assert [one.json()["stored"] for one in answers] == [True, True]
    assert Judgment.objects.count() == 1


def test_refusals_say_why_and_store_nothing(client, annotator, bob):
    client.get(PAGE)
    first, second = held_by(annotator), fetch_ahead(client, [held_by(annotator).pk], 1)["works"][0]
    submit(client, first, answer("1"), **SCRIPT)
    late = Assignment.objects.get(pk=second["assignment"])
    give_away(late, bob)

    conflict = submit(client, first, answer("2"), **SCRIPT)
    gone = submit(client, late, answer("2"), **SCRIPT)
    wrong = submit(client, late, answer("5"), **SCRIPT)

    assert [one.status_code for one in (conflict, gone, wrong)] == [409, 410, 422]
    assert not any(one.json()["stored"] for one in (conflict, gone, wrong))
    assert "already judged" in conflict.json()["message"]
    assert "does not offer that answer" in wrong.json()["message"]
    assert Judgment.objects.filter(annotator=annotator).count() == 1


@pytest.mark.parametrize("path", ["", "skip/", "flag/", "draft/"])
def test_what_another_person_left_in_the_browser_is_refused(client, annotator, bob, path):
    client.get(PAGE)
    assignment = held_by(annotator)
    data = answer(user=str(bob.pk), text="text", kind="report", number="0")

    answered = client.post(f"{PAGE}{assignment.pk}/{path}", data, **SCRIPT)

    assert answered.status_code == 403
    assignment.refresh_from_db()
    assert (assignment.state, assignment.draft) == ("held", None)


def test_the_page_learns_who_is_logged_in_and_gets_a_token_that_works(alice, annotator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    session = client.get(f"{PAGE}session/", **SCRIPT).json()
    headers = {**SCRIPT["headers"], "X-CSRFToken": session["csrf"]}
    answered = client.post(f"{PAGE}next/", {"wanted": 1}, headers=headers)

    assert session["user"] == str(alice.pk)
    assert answered.status_code == 200
    assert client.post(f"{PAGE}next/", {"wanted": 1}, **SCRIPT).status_code == 403


def test_a_skip_keeps_its_reason_and_its_draft(client, annotator):
    client.get(PAGE)
    skipped = held_by(annotator)
    client.post(f"{PAGE}{skipped.pk}/draft/", {"number": 0, "rationale": "Both say"}, **SCRIPT)

    data = {"why": "not_my_field", "why_text": "I know no chemistry."}
    answered = client.post(f"{PAGE}{skipped.pk}/skip/", data, **SCRIPT).json()

    assert answered["works"][0]["assignment"] != str(skipped.pk)
    skipped.refresh_from_db()
    assert skipped.skip_reason == "Not my field: I know no chemistry."
    assert skipped.draft["rationale"] == "Both say"


def test_a_flag_leaves_the_comparison_and_a_report_brings_the_next(client, annotator):
    client.get(PAGE)
    assignment = held_by(annotator)
    url = f"{PAGE}{assignment.pk}/flag/"

    flagged = client.post(url, {"kind": "question", "text": "Is this cut off?"}, **SCRIPT).json()
    empty = client.post(url, {"kind": "question", "text": " "}, **SCRIPT)
    reported = client.post(url, {"kind": "report", "text": "A threat."}, **SCRIPT).json()

    assert flagged == {"stored": True}
    assert empty.status_code == 422
    assert len(reported["works"]) == 1
    assert sorted(annotator.flags.values_list("kind", flat=True)) == ["question", "report"]


def test_earlier_judgments_come_as_fragments(client, annotator):
    client.get(PAGE)
    assert client.get(f"{PAGE}last/", **SCRIPT).json() == {"html": ""}
    submit(client, held_by(annotator), answer("3"), **SCRIPT)
    judgment = Judgment.objects.get()
    url = f"{PAGE}judgments/{judgment.pk}/"

    for path in (f"{PAGE}last/", url):
        html = client.get(path, **SCRIPT).json()["html"]
        assert "<html" not in html
        assert f'action="{url}"' in html
    assert url in client.get(f"{PAGE}recent/", **SCRIPT).json()["html"]
    assert client.post(url, answer("1"), **SCRIPT).json() == {"stored": True}
    assert client.post(url, answer("2"), **SCRIPT).status_code == 409


def test_an_open_page_keeps_all_leases_and_hears_of_new_guidelines(
    client, annotator, project, carol
):
    client.get(PAGE)
    fetch_ahead(client, [held_by(annotator).pk])
    soon = timezone.now() + timezone.timedelta(seconds=5)
    Assignment.objects.update(expires_at=soon)
    publish_guidelines(project=project, text="New.", person=carol)

    answered = client.post(f"{PAGE}alive/", **SCRIPT).json()

    assert answered == {"guidelines": 1}
    assert not Assignment.objects.filter(expires_at__lte=soon).exists()


def test_today_is_the_persons_own_day(client, annotator, project):
    moment = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    comparison = project.comparisons.all()[0]
    make_judgment(comparison, annotator, 1, submitted_at=moment)
    now = timezone.now()
    client.cookies["timezone"] = "Pacific/Kiritimati"

    with_zone = client.post(f"{PAGE}next/", {"wanted": 0}, **SCRIPT).json()["progress"]
    client.cookies["timezone"] = "../../etc/passwd"
    without = client.post(f"{PAGE}next/", {"wanted": 0}, **SCRIPT)

    assert with_zone["total"] == 1
    assert without.status_code == 200
    assert progress_of(annotator).today == (1 if now.date() == moment.date() else 0)


def test_what_is_fetched_ahead_is_the_page_with_other_texts(alice):
    talk = make_project("talk", reason_tags=["Wrong", "Rude"], scale="two_way", overlap=1)
    make_membership(talk, "alice", user=alice)
    turns = [("user", "A *fjord*?"), ("assistant", "An inlet <b>."), ("user", "How deep?")]
    messages = [{"role": role, "content": text} for role, text in turns]
    for number in range(2):
        make_comparison(talk, messages=messages, response_b=f"B{number} & co")
    make_comparison(talk, prompt="Alone", response_a="<script>A</script>")
    arrange_seats(project=talk)
    client, page = logged_in(alice), "/projects/talk/judge/"

    ahead = client.post(f"{page}next/", {"wanted": 3}, **SCRIPT).json()["works"]

    for one in ahead:
        whole = client.get(page).content.decode()
        assert one["assignment"] in whole
        assert without_secrets(one["html"]) == without_secrets(part_of(whole))
        client.post(f"{page}{one['assignment']}/skip/")


def part_of(page: str) -> str:
    """The comparison with its form, cut out of the page."""
    start = page.index('<form class="work')
    return page[start : page.index("</form>", start)] + "</form>"


def without_secrets(html: str) -> str:
    """Without what differs whenever it is rendered, and without empty lines."""
    html = re.sub(
        r'<input type="hidden" name="(csrfmiddlewaretoken|idempotency_key)".*?>', "", html
    )
    return "\n".join(line.strip() for line in html.splitlines() if line.strip())
