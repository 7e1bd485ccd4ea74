"""No hostile text is a server error: NUL, half a pair, numbers beyond all columns, deep nesting."""

from typing import Any

import pytest
from django.test import Client

from annotation.models import Assignment, Project
from tests.api import ROOT, api_of, body_of
from tests.permissions.world import World, make_world

NUL = "a\0b"
HUGE = "1" + "0" * 30
P = "/projects/<slug>"
MINE = "/assignments/<assignment_id>"
JUDGE = f"{P}/judge/<assignment_id>"
PAGES = [
    (f"{P}/gold/annotators/?after=%00", None),
    (f"{P}/gold/annotators/?before=%00", None),
    (f"{P}/gold/?page={HUGE}", None),
    (f"{P}/data/?before={HUGE}", None),
    (f"{P}/models/?before={HUGE}", None),
    (f"{P}/models/?before=%00", None),
    (f"{P}/review/?after={HUGE}", None),
    (f"{P}/settings/people/?q=%00&page={HUGE}", None),
    (f"{P}/comparisons/?q=%00&after=%00", None),
    (f"{P}/me/?show=%00", None),
    (f"{P}/settings/guidelines/preview/", {"text": NUL}),
    (f"{P}/review/flags/<flag_id>/", {"answer": NUL}),
    (f"{P}/review/appeals/<appeal_id>/", {"answer": NUL, "decision": NUL}),
    (f"{P}/quality/flags/<quality_flag_id>/resolve/", {"reason": NUL}),
    (f"{P}/quality/schedule/", {"every": NUL}),
    *(
        (
            f"{P}/review/comparisons/<comparison_id>/",
            {"answer": "majority", "reason": "r", "majority": sent},
        )
        for sent in ("preference:--1", f"preference:{HUGE}", "preference:²", NUL)
    ),
]
BODIES = [
    rb'"\u0000"',
    rb'"\ud800"',
    rb'{"\u0000": "\ud800"}',
    b"1e400",
    b"-1e400",
    b"[" * 900 + b"]" * 900,
    b'{"a":' * 60_000 + b"1" + b"}" * 60_000,
]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def client_of(world: World, role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.people[role])
    return client


@pytest.mark.parametrize(("route", "fields"), PAGES)
def test_no_page_fails_of_a_hostile_text(
    world: World, route: str, fields: dict[str, str] | None
) -> None:
    manager, path = client_of(world, "manager"), world.path(route)

    answer = manager.get(path) if fields is None else manager.post(path, fields)

    assert answer.status_code in {200, 302, 400, 409, 422}


@pytest.mark.parametrize(
    ("rest", "fields"),
    [
        ("draft/", {"number": "0", "rationale": NUL}),
        ("draft/", {"number": "0", "tags": NUL, "answer": NUL}),
        ("skip/", {"rationale": NUL}),
        ("skip/", {"reason": NUL, "words": NUL}),
        ("flag/", {"kind": NUL, "text": NUL}),
        ("", {"answer": "1", "rationale": NUL}),
        ("", {"answer": NUL, "idempotency_key": NUL, "known": NUL, "wanted": NUL}),
    ],
)
def test_nothing_typed_while_judging_is_a_server_error(
    world: World, rest: str, fields: dict[str, str]
) -> None:
    answer = client_of(world, "annotator").post(world.path(f"{JUDGE}/{rest}"), fields)

    assert answer.status_code in {302, 409, 422}
    assert Assignment.objects.get(pk=world.ids["assignment_id"]).draft is None


@pytest.mark.parametrize("value", BODIES)
@pytest.mark.parametrize(
    ("method", "role", "path", "body"),
    [
        ("PUT", "annotator", f"{MINE}/draft", b'{"number": 0, "draft": {"": %s}}'),
        ("POST", "annotator", f"{MINE}/skip", b'{"reason": %s}'),
        ("POST", "annotator", f"{MINE}/judgment", b'{"outcome": %s}'),
        ("PATCH", "manager", f"{P}/settings", b'{"state": %s, "policy": %s}'),
        ("PUT", "manager", f"{P}/readiness-answers", b'{"task": %s, "metric_value": %s}'),
        ("POST", "manager", f"{P}/flags/<flag_id>/answer", b'{"answer": %s}'),
    ],
)  # fmt: skip
def test_no_body_of_the_api_is_a_server_error(
    world: World, method: str, role: str, path: str, body: bytes, value: bytes
) -> None:
    sent = body.replace(b"%s", value)

    answer: Any = Client(raise_request_exception=False).generic(
        method,
        ROOT + world.path(path),
        sent,
        content_type="application/json",
        headers={"Authorization": token_of(world, role)},
    )

    assert answer.status_code in {400, 422}
    assert body_of(answer)["detail"]


def token_of(world: World, role: str) -> str:
    return api_of(world.people[role])._headers["Authorization"]


def test_readiness_answers_are_bounded(world: World) -> None:
    Project.objects.update(state="open")

    answer = api_of(world.people["manager"]).other(
        "PUT", world.path(f"{P}/readiness-answers"), {"task": "", "metric_name": "x" * 3_000_000}
    )

    assert answer.status_code == 413
