"""Who may open what: every address, with every role, against a table (tests/permissions).

An address that is in the code and not in the table fails the test, and so does a method that
is answered and not listed.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from feedback_platform.tokens import create_token
from tests.permissions.api import API_ROWS, CALLERS
from tests.permissions.pages import PAGE_ROWS, ROLES
from tests.permissions.world import World, make_world

METHODS = ("GET", "POST")
API_METHODS = (*METHODS, "PATCH", "PUT")
# For machines that watch the server: no login, and nothing about anybody.
WATCHED = {"/healthz", "/readyz"}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@contextmanager
def undone() -> Iterator[None]:
    """Nothing that happens inside lasts."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """Every address that the project answers, its arguments without their types."""
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        else:
            yield re.sub(r"<\w+:(\w+)>", r"<\1>", route)


ROUTES = sorted(set(routes(get_resolver().url_patterns)))
ADMIN = [route for route in ROUTES if route.startswith("/admin/")]


def test_every_address_is_in_the_table() -> None:
    known = {route for _, route in [*PAGE_ROWS, *API_ROWS]}

    assert set(ROUTES) - set(ADMIN) - WATCHED == known


def answer_to(world: World, role: str, method: str, path: str) -> int:
    """The status that somebody gets from a page."""
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(world.people[role])
    with undone():
        return client.generic(method, path).status_code


def api_answer_to(world: World, caller: str, method: str, path: str) -> int:
    """The status that somebody's program gets from the API."""
    role, _, scope = caller.partition(":")
    headers = {}
    if role != "anonymous":
        person = world.people[role]
        _, text = create_token(user=person, name="test", scope=scope or "manage", days=1)
        headers["Authorization"] = f"Bearer {text}"
    client = Client(raise_request_exception=False)
    body = b"" if method == "GET" else b"{}"
    with undone():
        answer = client.generic(
            method, path, body, content_type="application/json", headers=headers
        )
        return answer.status_code


@pytest.mark.parametrize(("method", "route"), PAGE_ROWS)
def test_pages(world: World, method: str, route: str) -> None:
    expected = dict(zip(ROLES, PAGE_ROWS[method, route], strict=True))

    answers = {role: answer_to(world, role, method, world.path(route)) for role in ROLES}

    assert answers == expected


@pytest.mark.parametrize(("method", "route"), API_ROWS)
def test_api(world: World, method: str, route: str) -> None:
    expected = dict(zip(CALLERS, API_ROWS[method, route], strict=True))

    answers = {who: api_answer_to(world, who, method, world.path(route)) for who in CALLERS}

    assert answers == expected


def test_what_is_not_in_the_table_is_not_answered(world: World) -> None:
    known = {**PAGE_ROWS, **API_ROWS}
    for route in {route for _, route in known}:
        is_api = route.startswith("/api/")
        ask, methods = (api_answer_to, API_METHODS) if is_api else (answer_to, METHODS)
        for method in set(methods) - {name for name, other in known if other == route}:
            assert ask(world, "manager", method, world.path(route)) == 405, (method, route)


def test_ids_of_another_project_are_unknown_to_its_own_manager(world: World) -> None:
    for method, route in [*PAGE_ROWS, *API_ROWS]:
        if "<slug>" in route and "_id>" in route:
            ask = api_answer_to if route.startswith("/api/") else answer_to
            path = world.path(route, slug="elsewhere")
            assert ask(world, "outsider", method, path) == 404, (method, route)


def test_the_admin_is_for_staff_only(world: World) -> None:
    for route in ADMIN:
        # Its last pattern catches whatever is left.
        path = "/admin/nowhere" if "^" in route else re.sub(r"<\w+>", "1", route)
        for role in ROLES:
            status = answer_to(world, role, "GET", path)
            assert status in ({302, 403} if path == "/admin/login/" else {302}), (role, path)


def test_watching_needs_no_login(world: World) -> None:
    for path in WATCHED:
        assert answer_to(world, "anonymous", "GET", path) in {200, 503}
