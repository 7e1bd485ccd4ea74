"""A body that is too long is refused before a byte of it is read."""

from typing import Any

import pytest
from django.test import Client

from feedback_platform import body_limits
from feedback_platform.body_limits import MAX_BODY
from tests.api import ROOT, Api, api_of
from tests.factories import make_membership, make_project, make_user

pytestmark = pytest.mark.django_db

FORM = "multipart/form-data; boundary=x"
UPLOADS = ["/projects/project/imports/new/", "/projects/project/quality/prompts/"]


@pytest.fixture
def carol() -> Any:
    carol = make_user("carol")
    make_membership(make_project(), "carol", role="manager", user=carol)
    return carol


def announce(client: Client, path: str, length: object, **more: str) -> Any:
    """Send the headers of a body; reading what is not there would fail."""
    headers = {"CONTENT_LENGTH": str(length), **more}
    return client.generic("POST", path, b"", content_type=FORM, **headers)


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/nowhere", *UPLOADS])
def test_a_stranger_cannot_fill_the_disk(client: Client, carol: Any, path: str) -> None:
    answer = announce(client, path, MAX_BODY + 1)

    assert answer.status_code == 413
    assert f"at most {MAX_BODY:,} bytes" in answer.content.decode()
    assert "<html" in answer.content.decode()


@pytest.mark.parametrize("path", UPLOADS)
def test_who_is_logged_in_may_send_what_an_import_takes(
    client: Client, carol: Any, path: str
) -> None:
    client.force_login(carol)

    # Cut off: no body follows.
    assert announce(client, path, MAX_BODY + 1).status_code in {200, 400, 422}
    assert announce(client, path, 2**33).status_code == 413
    assert announce(client, "/account/", MAX_BODY + 1).status_code == 413


def test_programs_get_the_refusal_as_json(client: Client, carol: Any) -> None:
    answer = announce(client, f"{ROOT}/projects/project/imports", MAX_BODY + 1)

    assert answer.status_code == 413
    assert answer.json() == {"detail": f"This is too much at once: at most {MAX_BODY:,} bytes."}


def test_only_a_token_that_holds_opens_the_upload_routes(
    carol: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_limits, "MAX_BODY", 10)
    known, unknown = api_of(carol), Api("fp_unknown")
    row = {"prompt": "p", "response_a": "a", "response_b": "b"}

    assert known.post("/projects/project/imports", row).status_code == 202
    assert unknown.post("/projects/project/imports", row).status_code == 413
    assert known.post("/projects", row).status_code == 413


def test_a_body_says_how_long_it_is(client: Client) -> None:
    answer = announce(client, "/accounts/login/", "", HTTP_TRANSFER_ENCODING="chunked")

    assert answer.status_code == 411
    assert "Content-Length" in answer.content.decode()
