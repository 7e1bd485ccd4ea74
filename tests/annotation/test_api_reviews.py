"""Reviewing through the API: flags, audits, exclusions, appeals."""

import pytest

from annotation.models import Audit, Exclusion, Flag, Judgment, Membership, Project, SentBack
from annotation.services.appeals import appeal
from annotation.services.judging import exclude_judgment
from feedback_platform.models import User
from tests import factories
from tests.api import Api, api_of, body_of

PROJECT = "/projects/project"


@pytest.fixture
def judgment(project: Project, alice: User) -> Judgment:
    annotator = Membership.objects.get(user=alice)
    return factories.make_judgment(factories.make_comparison(project), annotator, -2)


@pytest.fixture
def reviewer(project: Project) -> Api:
    return api_of(factories.make_user("rita", project=project, role=Membership.Role.REVIEWER))


def test_a_flag_is_answered_once_and_then_settled(reviewer: Api, judgment: Judgment) -> None:
    flag = Flag.objects.create(
        project=judgment.project,
        comparison=judgment.comparison,
        membership=judgment.annotator,
        text="In Dutch?",
    )
    waiting = body_of(reviewer.get(f"{PROJECT}/flags"))["results"]

    path = f"{PROJECT}/flags/{flag.pk}/answer"
    answers = [reviewer.post(path, {"text": text}).status_code for text in ("Skip it.", "No.")]

    assert [one["text"] for one in waiting] == ["In Dutch?"]
    assert waiting[0]["annotator"] == judgment.annotator.pseudonym
    assert answers == [200, 409]
    assert body_of(reviewer.get(f"{PROJECT}/flags"))["results"] == []
    settled = body_of(reviewer.get(f"{PROJECT}/flags?settled=true"))["results"]
    assert [one["answer"] for one in settled] == ["Skip it."]


def test_an_audit_gets_one_verdict(reviewer: Api, judgment: Judgment) -> None:
    audit = Audit.objects.create(project=judgment.project, judgment=judgment)
    path = f"{PROJECT}/audits/{audit.pk}/decide"

    without_comment = reviewer.post(path, {"verdict": "wrong"})
    decided = reviewer.post(path, {"verdict": "wrong", "comment": "A lies."})

    assert (without_comment.status_code, decided.status_code) == (422, 200)
    assert body_of(reviewer.get(f"{PROJECT}/audits"))["results"] == []
    audit.refresh_from_db()
    assert (audit.verdict, audit.comment) == ("wrong", "A lies.")


def test_a_judgment_goes_back_to_its_author(reviewer: Api, judgment: Judgment) -> None:
    answer = reviewer.post(f"{PROJECT}/judgments/{judgment.pk}/send-back", {"text": "Look again."})

    assert answer.status_code == 201
    assert SentBack.objects.get().membership == judgment.annotator


def test_only_managers_leave_judgments_out(reviewer: Api, carol: User, judgment: Judgment) -> None:
    path, reason = f"{PROJECT}/judgments/{judgment.pk}/exclude", {"reason": "Too fast."}

    answers = [api.post(path, reason).status_code for api in (reviewer, *[api_of(carol)] * 2)]

    assert answers == [403, 201, 409]
    assert Exclusion.objects.get().reason == "Too fast."


def test_a_granted_appeal_lets_the_judgment_count_again(
    project: Project, carol: User, judgment: Judgment
) -> None:
    exclusion = exclude_judgment(judgment=judgment, reason="Too fast.", person=carol)
    made = appeal(exclusion=exclusion, text="I read it all.")
    api = api_of(carol)
    waiting = body_of(api.get(f"{PROJECT}/appeals"))["results"]

    answer = api.post(
        f"{PROJECT}/appeals/{made.pk}/decide", {"decision": "upheld", "answer": "Sorry."}
    )

    assert [(one["text"], one["reason"]) for one in waiting] == [("I read it all.", "Too fast.")]
    assert body_of(answer)["decision"] == "upheld"
    assert Exclusion.objects.get().reinstatement.reason == "Sorry."
    assert body_of(api.get(f"{PROJECT}/appeals"))["results"] == []


def test_reviewers_read_appeals_and_decide_none(
    reviewer: Api, carol: User, judgment: Judgment
) -> None:
    exclusion = exclude_judgment(judgment=judgment, reason="Too fast.", person=carol)
    made = appeal(exclusion=exclusion, text="I read it all.")

    answer = reviewer.get(f"{PROJECT}/appeals")
    decided = reviewer.post(
        f"{PROJECT}/appeals/{made.pk}/decide", {"decision": "upheld", "answer": "Sorry."}
    )

    assert [one["text"] for one in body_of(answer)["results"]] == ["I read it all."]
    assert "alice" not in answer.content.decode()
    assert decided.status_code == 403


def test_the_next_page_keeps_what_was_asked_for(reviewer: Api, judgment: Judgment) -> None:
    for number in range(2):
        Flag.objects.create(
            project=judgment.project,
            comparison=judgment.comparison,
            membership=judgment.annotator,
            text=str(number),
            answer="Yes.",
            resolved_at=judgment.submitted_at,
        )

    page = body_of(reviewer.get(f"{PROJECT}/flags?settled=true&limit=1"))
    following = body_of(reviewer.get(page["next"].removeprefix("/api/v1")))

    assert [one["results"][0]["text"] for one in (page, following)] == ["1", "0"]
    assert following["next"] is None
