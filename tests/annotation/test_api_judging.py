"""Judging through the API."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotation.models import Assignment, Judgment, Membership, Project, Seat
from annotation.services.arranging import arrange_seats
from feedback_platform.models import User
from tests import factories
from tests.api import Api, api_of, body_of

SECRETS = {
    "model_a": "secret-model-one",
    "model_b": "secret-model-two",
    "external_id": "secret-id",
    "group": "secret-group",
    "metadata": {"note": "secret-note"},
}


@pytest.fixture
def open_project(project: Project) -> Project:
    """Three comparisons wait for judgments."""
    for number in range(3):
        factories.make_comparison(project, **{**SECRETS, "external_id": f"secret-id-{number}"})
    arrange_seats(project=project)
    return project


@pytest.fixture
def api(open_project: Project, alice: User) -> Api:
    return api_of(alice, "judge")


def given_comparison(api: Api) -> dict[str, Any]:
    answer = api.post("/projects/project/assignments/next")
    assert answer.status_code == 200
    document: dict[str, Any] = body_of(answer)
    return document


def judgment(**changes: Any) -> dict[str, Any]:
    key = str(uuid4())
    return {"outcome": "preference", "shown_preference": -2, "idempotency_key": key, **changes}


def test_the_next_comparison_follows_the_screen_and_hides_the_rest(api: Api) -> None:
    answer = api.post("/projects/project/assignments/next")

    shown = body_of(answer)
    assignment = Assignment.objects.select_related("comparison").get(pk=shown["id"])
    sides = [assignment.comparison.response_a, assignment.comparison.response_b]
    assert [shown["left"], shown["right"]] == (sides[::-1] if assignment.swapped else sides)
    assert shown["prompt"] == assignment.comparison.prompt
    assert shown["preferences"] == [-3, -2, -1, 0, 1, 2, 3]
    assert "secret" not in answer.content.decode()
    assert "swapped" not in answer.content.decode()


def test_messages_come_with_role_and_content_only(project: Project, alice: User) -> None:
    turn = {"role": "user", "content": "Hello", "model": "secret-model"}
    factories.make_comparison(project, messages=[turn], prompt="Hello")
    arrange_seats(project=project)

    shown = given_comparison(api_of(alice))

    assert shown["messages"] == [{"role": "user", "content": "Hello"}]


def test_asking_again_gives_the_same_comparison(api: Api) -> None:
    assert given_comparison(api)["id"] == given_comparison(api)["id"]


def test_a_judgment_is_stored_in_the_comparisons_own_order(api: Api) -> None:
    for _ in range(3):
        shown = given_comparison(api)
        answer = api.post(f"/assignments/{shown['id']}/judgment", judgment(rationale="Clearer."))

        stored = Judgment.objects.get(assignment=shown["id"])
        assert answer.status_code == 201
        assert body_of(answer)["shown_preference"] == -2
        assert stored.preference == (2 if stored.swapped else -2)
        assert "swapped" not in answer.content.decode()


def test_a_repeat_answers_with_the_stored_judgment(api: Api) -> None:
    shown, sent = given_comparison(api), judgment()

    first = api.post(f"/assignments/{shown['id']}/judgment", sent)
    again = api.post(f"/assignments/{shown['id']}/judgment", sent)

    assert (first.status_code, again.status_code) == (201, 200)
    assert body_of(first) == body_of(again)
    assert Judgment.objects.count() == 1


def test_a_key_cannot_carry_two_answers(api: Api) -> None:
    shown, sent = given_comparison(api), judgment()
    api.post(f"/assignments/{shown['id']}/judgment", sent)

    answer = api.post(f"/assignments/{shown['id']}/judgment", {**sent, "shown_preference": 3})

    assert answer.status_code == 409
    assert Judgment.objects.count() == 1


def test_a_seat_that_somebody_else_took_is_gone(api: Api, bob: User) -> None:
    shown = given_comparison(api)
    Assignment.objects.update(state=Assignment.State.EXPIRED)
    Seat.objects.filter(assignments=shown["id"]).update(state=Seat.State.FILLED)

    answer = api.post(f"/assignments/{shown['id']}/judgment", judgment())

    assert answer.status_code == 410
    assert not Judgment.objects.exists()


def test_the_answer_can_hold_the_next_comparison(api: Api) -> None:
    ids = [given_comparison(api)["id"]]
    for _ in range(3):
        answer = body_of(api.post(f"/assignments/{ids[-1]}/judgment?next=1", judgment()))
        ids.append(answer["next"] and answer["next"]["id"])

    assert len({*ids}) == 4
    assert ids[-1] is None
    assert api.post("/projects/project/assignments/next").status_code == 204


def test_without_next_nothing_is_reserved(api: Api) -> None:
    shown = given_comparison(api)

    answer = body_of(api.post(f"/assignments/{shown['id']}/judgment", judgment()))

    assert "next" not in answer
    assert Assignment.objects.count() == 1


def test_a_skipped_comparison_does_not_return(api: Api) -> None:
    first = given_comparison(api)

    answer = api.post(f"/assignments/{first['id']}/skip", {"reason": "In Dutch."})

    assert answer.status_code == 204
    assert Assignment.objects.get(pk=first["id"]).skip_reason == "In Dutch."
    assert given_comparison(api)["id"] != first["id"]


def test_a_skip_needs_no_body(api: Api) -> None:
    shown = given_comparison(api)

    assert api.send(f"/assignments/{shown['id']}/skip", b"").status_code == 204


def test_a_judged_comparison_cannot_be_skipped(api: Api) -> None:
    shown = given_comparison(api)
    api.post(f"/assignments/{shown['id']}/judgment", judgment())

    assert api.post(f"/assignments/{shown['id']}/skip").status_code == 409


@pytest.mark.parametrize("what", ["judgment", "skip"])
def test_nobody_can_answer_for_somebody_else(api: Api, bob: User, carol: User, what: str) -> None:
    shown = given_comparison(api)

    for person in (bob, carol):
        assert api_of(person).post(f"/assignments/{shown['id']}/{what}").status_code == 404

    assert not Judgment.objects.exists()


def test_who_left_the_project_cannot_go_on(api: Api) -> None:
    shown = given_comparison(api)
    Membership.objects.filter(name="alice").update(is_active=False)

    answer = api.post(f"/assignments/{shown['id']}/judgment", judgment())

    assert answer.status_code == 404


def test_an_answer_that_the_project_does_not_offer_is_refused(
    open_project: Project, alice: User
) -> None:
    Project.objects.update(scale=Project.Scale.TWO_WAY, offers_both_bad=False)
    api = api_of(alice)
    shown = given_comparison(api)

    for wrong in ({"shown_preference": 2}, {"outcome": "both_bad", "shown_preference": None}):
        answer = api.post(f"/assignments/{shown['id']}/judgment", judgment(**wrong))
        assert answer.status_code == 422
        assert "offers" in body_of(answer)["detail"]


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["\0", "\ud800", "preference", "both_good", -3, 3, 2**63, -(2**31), 1e308]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = ["outcome", "shown_preference", "rationale", "idempotency_key", "active_ms"]


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=st.dictionaries(st.sampled_from(NAMES), JSON_VALUES, min_size=1))
def test_no_body_is_a_server_error(api: Api, changes: dict[str, Any]) -> None:
    shown = api.post("/projects/project/assignments/next")
    held = body_of(shown)["id"] if shown.status_code == 200 else Assignment.objects.first()

    answer = api.post(f"/assignments/{held}/judgment", judgment(**changes))

    assert answer.status_code in {200, 201, 409, 422}
