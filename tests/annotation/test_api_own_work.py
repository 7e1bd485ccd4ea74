"""What annotators do through the API beside judging: drafts, flags, revisions, their own work."""

from typing import Any
from uuid import uuid4

import pytest

from annotation.models import Assignment, Criterion, Judgment, Membership, Project
from annotation.services.arranging import arrange_seats
from annotation.services.judging import exclude_judgment
from annotation.services.reviews import send_back
from feedback_platform.models import User
from tests import factories
from tests.api import Api, api_of, body_of

PROJECT = "/projects/project"


@pytest.fixture
def api(project: Project, alice: User) -> Api:
    for _ in range(3):
        factories.make_comparison(project, model_a="secret-model")
    arrange_seats(project=project)
    return api_of(alice, "judge")


def take(api: Api, **fields: Any) -> dict[str, Any]:
    shown: dict[str, Any] = body_of(api.post(f"{PROJECT}/assignments/next", fields))
    return shown


def judge(api: Api, **changes: Any) -> dict[str, Any]:
    sent = {"outcome": "preference", "shown_preference": -2, "idempotency_key": str(uuid4())}
    answer = api.post(f"/assignments/{take(api)['id']}/judgment", {**sent, **changes})
    assert answer.status_code == 201, answer.content
    stored: dict[str, Any] = body_of(answer)
    return stored


def test_the_next_ones_are_fetched_ahead_until_enough_are_held(api: Api) -> None:
    first = take(api)
    second = take(api, known=[first["id"]])

    assert first["id"] != second["id"]
    assert take(api)["id"] == first["id"]


def test_a_heartbeat_renews_what_is_held(api: Api) -> None:
    shown = take(api)

    answer = body_of(api.post(f"{PROJECT}/assignments/heartbeat"))

    assert answer == {"held": 1}
    renewed = Assignment.objects.get().expires_at.isoformat()
    assert renewed > shown["expires_at"]


def test_an_older_draft_does_not_overwrite_a_newer_one(api: Api) -> None:
    draft = f"/assignments/{take(api)['id']}/draft"

    saved = [
        api.other("PUT", draft, {"number": number, "draft": {"rationale": text}})
        for number, text in ((0, "one"), (1, "two"), (1, "late"))
    ]

    assert [answer.status_code for answer in saved] == [200, 200, 409]
    assert body_of(api.get(draft)) == {"number": 2, "draft": {"rationale": "two"}}


def test_a_question_keeps_the_comparison_and_a_report_ends_it(api: Api) -> None:
    shown = take(api)

    asked = api.post(f"/assignments/{shown['id']}/flag", {"text": "Is this English?"})
    still = take(api)["id"]
    api.post(f"/assignments/{shown['id']}/flag", {"kind": "report", "text": "Violence."})

    assert asked.status_code == 201
    assert still == shown["id"] != take(api)["id"]
    flags = body_of(api.get(f"{PROJECT}/my/flags"))["results"]
    assert [one["kind"] for one in flags] == ["report", "question"]


def test_ratings_and_tags_come_back_as_they_were_shown(api: Api, project: Project) -> None:
    Criterion.objects.create(project=project, key="clear", name="Clear")
    Criterion.objects.create(project=project, key="kind", name="Kind", kind="preference")
    Project.objects.update(asks_criteria=True, reason_tags=["Shorter"])
    asked = take(api)
    given = {
        "tags": ["Shorter"],
        "ratings": {"clear": {"left": 1, "right": 4}},
        "criterion_preferences": {"kind": 2},
    }

    judgment = judge(api, **given)

    found = body_of(api.get(f"{PROJECT}/my/judgments/{judgment['id']}"))
    assert [one["key"] for one in asked["criteria"]] == ["clear", "kind"]
    assert {name: found[name] for name in given} == given


def test_a_rating_out_of_its_range_is_refused(api: Api, project: Project) -> None:
    Criterion.objects.create(project=project, key="clear", name="Clear")
    Project.objects.update(asks_criteria=True)
    sent = {"outcome": "both_bad", "idempotency_key": str(uuid4())}

    answer = api.post(
        f"/assignments/{take(api)['id']}/judgment",
        {**sent, "ratings": {"clear": {"left": 9, "right": 1}}},
    )

    assert answer.status_code == 422
    assert "Clear" in body_of(answer)["detail"]


def test_a_revision_takes_the_place_of_the_judgment(api: Api) -> None:
    judgment, key = judge(api), str(uuid4())
    revision = {"outcome": "both_bad", "idempotency_key": key}
    path = f"{PROJECT}/my/judgments/{judgment['id']}/revision"

    answers = [api.post(path, revision).status_code for _ in range(2)]

    listed = body_of(api.get(f"{PROJECT}/my/judgments"))["results"]
    assert answers == [201, 200]
    assert [one["outcome"] for one in listed] == ["both_bad"]
    assert Judgment.objects.count() == 2


def test_own_lists_hide_what_the_screen_hides(api: Api) -> None:
    judge(api)

    for path in ("judgments", "progress"):
        answer = api.get(f"{PROJECT}/my/{path}").content.decode()
        assert "secret" not in answer and "swapped" not in answer and "purpose" not in answer


def test_progress_counts_what_is_done_and_left(api: Api) -> None:
    judge(api)

    progress = body_of(api.get(f"{PROJECT}/my/progress"))

    assert progress == {"today": 1, "total": 1, "left": 2, "step": 1, "is_capped": False}


def test_an_exclusion_is_shown_with_its_reason_and_appealed_once(api: Api, carol: User) -> None:
    judgment = Judgment.objects.get(pk=judge(api)["id"])
    exclusion = exclude_judgment(judgment=judgment, reason="Too fast.", person=carol)
    path = f"{PROJECT}/my/exclusions/{exclusion.pk}/appeal"

    answers = [api.post(path, {"text": text}).status_code for text in ("I read it.", "Really.")]

    shown = body_of(api.get(f"{PROJECT}/my/exclusions"))["results"]
    assert answers == [201, 409]
    assert [(one["reason"], one["appeal"]["text"]) for one in shown] == [
        ("Too fast.", "I read it.")
    ]


def test_a_judgment_sent_back_is_confirmed_once(api: Api, carol: User) -> None:
    judgment = Judgment.objects.get(pk=judge(api)["id"])
    returned = send_back(judgment=judgment, comment="Look again.", person=carol)
    path = f"{PROJECT}/my/sent-back/{returned.pk}/confirm"
    waiting = body_of(api.get(f"{PROJECT}/my/sent-back"))["results"]

    answers = [api.post(path, {"text": "I stand by it."}).status_code for _ in range(2)]

    assert [one["comment"] for one in waiting] == ["Look again."]
    assert answers == [204, 409]
    assert body_of(api.get(f"{PROJECT}/my/sent-back"))["results"] == []


def test_somebody_elses_work_is_unknown(api: Api, bob: User, carol: User) -> None:
    judgment = Judgment.objects.get(pk=judge(api)["id"])
    exclusion = exclude_judgment(judgment=judgment, reason="Too fast.", person=carol)
    theirs = f"{PROJECT}/my/judgments/{judgment.pk}"

    for person in (bob, carol):
        other = api_of(person)
        assert other.get(theirs).status_code == 404
        assert other.post(f"{theirs}/revision").status_code == 404
        appeal = f"{PROJECT}/my/exclusions/{exclusion.pk}/appeal"
        assert other.post(appeal, {"text": "Mine."}).status_code == 404


def test_caps_say_why_nothing_is_handed_out(api: Api) -> None:
    Membership.objects.filter(name="alice").update(cap_judgments=1)
    judge(api)

    answer = api.post(f"{PROJECT}/assignments/next")

    assert answer.status_code == 409
    assert body_of(answer)["why"] == "cap_reached"


def test_a_paused_project_hands_out_nothing(api: Api) -> None:
    Project.objects.update(state=Project.State.PAUSED)

    assert api.post(f"{PROJECT}/assignments/next").status_code == 204
