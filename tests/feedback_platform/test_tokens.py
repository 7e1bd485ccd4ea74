"""API tokens on the account page."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback_platform.errors import BadInput
from feedback_platform.models import ApiToken, User

NEW = {"name": "Hopper cluster", "scope": "read", "days": "30"}


def text_of(page: str) -> str:
    found = re.search(r'value="(fp_[\w-]{43})"', page)
    assert found is not None
    return found[1]


def test_a_token_is_shown_once_and_stored_hashed(client: Client, alice: User) -> None:
    client.force_login(alice)

    answer = client.post(reverse("account"), NEW)

    text = text_of(answer.content.decode())
    stored = ApiToken.objects.get()
    assert "no-store" in answer.headers["Cache-Control"]
    assert text not in str(ApiToken.objects.values().get())
    assert text.startswith(stored.prefix)
    assert (stored.user, stored.scope, stored.name) == (alice, "read", "Hopper cluster")
    left = stored.expires_at - timezone.now()
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)
    assert text not in client.get(reverse("account")).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("scope", "root"), ("scope", ""), ("days", "100000"), ("days", "x"), ("name", "")],
)
def test_a_token_needs_a_name_a_real_scope_and_an_end(
    client: Client, alice: User, field: str, value: str
) -> None:
    client.force_login(alice)

    answer = client.post(reverse("account"), {**NEW, field: value})

    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_a_revoked_token_leaves_the_list_and_ends(client: Client, alice: User) -> None:
    client.force_login(alice)
    client.post(reverse("account"), NEW)
    token = ApiToken.objects.get()

    client.post(reverse("token_revoke", args=[token.pk]))

    token.refresh_from_db()
    assert not token.is_usable
    assert 'scope="row">Hopper cluster' not in client.get(reverse("account")).content.decode()


def test_the_tokens_of_others_are_out_of_reach(client: Client, alice: User, bob: User) -> None:
    client.force_login(alice)
    client.post(reverse("account"), NEW)
    token = ApiToken.objects.get()
    client.force_login(bob)

    assert "Hopper cluster" not in client.get(reverse("account")).content.decode()
    assert client.post(reverse("token_revoke", args=[token.pk])).status_code == 404
    token.refresh_from_db()
    assert token.is_usable


def test_the_account_page_needs_a_login(client: Client, db: None) -> None:
    assert client.get(reverse("account")).headers["Location"].startswith(reverse("account_login"))


def test_a_token_opens_the_api_until_it_is_revoked(client: Client, alice: User) -> None:
    client.force_login(alice)
    text = text_of(client.post(reverse("account"), NEW).content.decode())
    program, url = Client(), reverse("api-projects")
    bearer = {"Authorization": f"Bearer {text}"}

    before = program.get(url, headers=bearer)
    client.post(reverse("token_revoke", args=[ApiToken.objects.get().pk]))
    after = program.get(url, headers=bearer)

    assert [before.status_code, after.status_code] == [200, 401]


def test_the_command_prints_a_token_of_the_scope_once(
    alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_token", "alice", "--scope", "judge", "--days", "7", "--label", "script")

    text = capsys.readouterr().out.strip()
    stored = ApiToken.objects.get()
    assert re.fullmatch(r"fp_[\w-]{43}", text)
    assert text not in str(ApiToken.objects.values().get())
    assert (stored.user, stored.scope, stored.name) == (alice, "judge", "script")
    assert timedelta(days=6, hours=23) < stored.expires_at - timezone.now() <= timedelta(days=7)
    opened = Client().get(reverse("api-projects"), headers={"Authorization": f"Bearer {text}"})
    assert opened.status_code == 200


def test_the_command_makes_a_token_that_reads_unless_it_is_told_otherwise(alice: User) -> None:
    call_command("create_token", "alice")

    assert ApiToken.objects.get().scope == "read"


@pytest.mark.parametrize("arguments", [["nobody"], ["alice", "--scope", "root"]])
def test_the_command_makes_no_token_for_nobody_or_for_no_scope(
    alice: User, arguments: list[str]
) -> None:
    with pytest.raises((BadInput, CommandError, SystemExit)):
        call_command("create_token", *arguments)

    assert not ApiToken.objects.exists()
