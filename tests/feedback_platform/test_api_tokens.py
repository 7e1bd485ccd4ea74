"""Tokens, scopes and the form of refusals."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import Project
from feedback_platform.api import authentication
from feedback_platform.models import ApiToken, User
from tests.api import Api, api_of, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_failures_yet(db: None) -> None:
    authentication.cache.clear()


@pytest.mark.parametrize("token", [None, "unknown", "fp_\xe4", "two words"])
def test_without_a_known_token_the_answer_says_how_to_log_in(token: str | None) -> None:
    answer = Api(token).get("/projects")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert body_of(answer)["detail"]


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_a_token_ends_when_it_is_revoked_or_expires(alice: User, column: str) -> None:
    api = api_of(alice)

    ApiToken.objects.update(**{column: timezone.now() - timedelta(seconds=1)})

    assert api.get("/projects").status_code == 401


def test_a_token_ends_with_its_account(alice: User) -> None:
    api = api_of(alice)

    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert api.get("/projects").status_code == 401


def test_a_login_in_the_browser_opens_no_route(alice: User, client: Client) -> None:
    client.force_login(alice)

    assert client.get("/api/v1/projects").status_code == 401


def test_a_scope_that_is_too_small_is_named(carol: User, project: Project) -> None:
    answer = api_of(carol, "read").post(f"/projects/{project.slug}/reports")

    assert answer.status_code == 403
    assert "scope manage" in body_of(answer)["detail"]


def test_the_last_use_is_noted_once_in_a_while(alice: User) -> None:
    api = api_of(alice)
    api.get("/projects")
    first = ApiToken.objects.get().last_used_at

    api.get("/projects")

    assert first is not None
    assert ApiToken.objects.get().last_used_at == first


def test_many_unknown_tokens_are_slowed_down_and_known_ones_are_not(alice: User) -> None:
    guesses = [Api(f"fp_{n}").get("/projects") for n in range(authentication.MOST_FAILURES + 1)]

    assert {answer.status_code for answer in guesses[:-1]} == {401}
    assert guesses[-1].status_code == 429
    assert int(guesses[-1].headers["Retry-After"]) > 0
    assert api_of(alice).get("/projects").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b'{"slug": NaN}', 400),
        (b"[" * 100_000, 400),
        (b"1" * 5_000, 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b"7", 422),
        (b'{"slug": "\\u0000", "name": "\\ud800"}', 422),
        (b'{"slug": ["a"], "name": {"b": 1}}', 422),
        (b'{"name": "' + b"x" * 2_700_000 + b'"}', 413),
    ],
)
def test_unusable_bodies_are_refused_in_words(carol: User, body: bytes, status: int) -> None:
    User.objects.filter(pk=carol.pk).update(is_superuser=True)

    answer = api_of(carol).send("/projects", body)

    assert answer.status_code == status
    assert body_of(answer)["detail"]
    assert Project.objects.count() == 1


def test_another_media_type_is_refused(carol: User) -> None:
    User.objects.filter(pk=carol.pk).update(is_superuser=True)

    assert api_of(carol).send("/projects", b"slug=x", "text/plain").status_code == 415


def test_an_address_that_is_no_route_is_refused_as_json(carol: User) -> None:
    for path in ("/projects/", "/nowhere"):
        for answer in (api_of(carol).get(path), Api(None).post(path)):
            assert answer.status_code == 404
            assert "route" in body_of(answer)["detail"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_not_there(carol: User, method: str) -> None:
    assert api_of(carol).other(method, "/projects").status_code == 405


def test_every_wrong_field_is_listed_and_the_first_is_said(carol: User) -> None:
    User.objects.filter(pk=carol.pk).update(is_superuser=True)

    answer = api_of(carol).post("/projects", {"slug": "no spaces", "overlap": 0, "name": "Name"})

    assert answer.status_code == 422
    assert set(body_of(answer)["problems"]) == {"slug", "overlap"}
    assert body_of(answer)["detail"].startswith("slug: ")
