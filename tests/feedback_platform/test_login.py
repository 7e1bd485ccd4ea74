"""Logging in and out, and changing one's password."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from feedback_platform.models import User

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _no_earlier_attempts(db: None) -> None:
    cache.clear()


def log_in(client: Client, name: str, password: str = PASSWORD, **extra: str) -> object:
    return client.post(reverse("account_login"), {"login": name, "password": password, **extra})


def test_name_and_password_open_the_projects(client: Client, alice: User) -> None:
    answer = log_in(client, "alice")

    assert answer.headers["Location"] == reverse("annotation:projects")
    assert client.get(reverse("annotation:projects")).status_code == 200


def test_a_stranger_is_sent_to_log_in_and_back(client: Client, carol: User) -> None:
    wanted = reverse("annotation:people", args=["project"])

    login_url = client.get(wanted).headers["Location"]
    answer = log_in(client, "carol", next=wanted)

    assert login_url == f"{reverse('account_login')}?next={wanted}"
    assert answer.headers["Location"] == wanted


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "http:///evil.example",
        "\thttps://evil.example/",
    ],
)
def test_logging_in_never_leads_to_another_site(client: Client, alice: User, target: str) -> None:
    answer = log_in(client, "alice", next=target)

    assert answer.headers["Location"] == reverse("annotation:projects")


@pytest.mark.parametrize(("name", "password"), [("alice", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_look_the_same(
    client: Client, alice: User, name: str, password: str
) -> None:
    page = log_in(client, name, password).content.decode()

    assert "are not correct" in page
    assert "_auth_user_id" not in client.session


def test_guessing_is_slowed_down(client: Client, alice: User) -> None:
    for _ in range(5):
        log_in(client, "alice", "wrong")

    page = log_in(client, "alice").content.decode()

    assert "Too many failed login attempts" in page
    assert "_auth_user_id" not in client.session


def test_a_closed_account_stays_outside(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)

    log_in(client, "alice")

    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_by_themselves(client: Client, db: None) -> None:
    new = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD}

    answer = client.post(reverse("account_signup"), new)

    assert "Accounts come with an invitation" in answer.content.decode()
    assert not User.objects.exists()


def test_logging_out_needs_a_post(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_a_password_is_changed_with_the_old_one(client: Client, alice: User) -> None:
    client.force_login(alice)
    url = reverse("account_change_password")
    new = {"password1": "eleven green kettles", "password2": "eleven green kettles"}

    refused = client.post(url, {**new, "oldpassword": "wrong"})
    client.post(url, {**new, "oldpassword": PASSWORD})

    alice.refresh_from_db()
    assert "Please type your current password" in refused.content.decode()
    assert alice.check_password("eleven green kettles")


def test_a_form_without_its_token_is_refused_in_plain_words(alice: User) -> None:
    careful = Client(enforce_csrf_checks=True)

    answer = careful.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})

    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()
