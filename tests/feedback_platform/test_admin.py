"""The admin is for looking: it shows no secret, changes no evidence and loads no whole table."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from annotation.models import Comparison, Invitation, Judgment, Membership, Project
from feedback_platform.admin import BoundedPaginator, ReadOnlyAdmin
from feedback_platform.models import User
from feedback_platform.tokens import create_token
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client) -> User:
    """A superuser, logged in."""
    user = User.objects.create_superuser("root", password="correct horse battery")
    client.force_login(user)
    return user


@pytest.fixture
def judgment(project: Project) -> Judgment:
    annotator = factories.make_membership(project, "one")
    return factories.make_judgment(factories.make_comparison(project), annotator, 2)


def page(kind: type[Any], name: str, *arguments: Any) -> str:
    return reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_{name}", args=arguments)


OWN = sorted(
    (kind for kind, shown in admin.site._registry.items() if isinstance(shown, ReadOnlyAdmin)),
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.__name__)
def test_every_list_opens_and_can_be_searched(client: Client, root: User, kind: Any) -> None:
    for query in ("", "?q=project", "?q=1", "?q=%27", "?q=%00", "?p=2", "?o=1.2"):
        assert client.get(page(kind, "changelist") + query).status_code in {200, 302}, query


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.__name__)
def test_nothing_is_added_or_deleted(client: Client, root: User, kind: Any) -> None:
    assert client.get(page(kind, "add")).status_code == 403
    assert client.post(page(kind, "delete", root.pk), {"post": "yes"}).status_code in {302, 403}
    assert User.objects.filter(pk=root.pk).exists()


def test_evidence_is_shown_and_not_changed(client: Client, root: User, judgment: Judgment) -> None:
    rows = (judgment, judgment.comparison, judgment.seat, judgment.annotator, judgment.project)
    for row in rows:
        place = page(type(row), "change", row.pk)
        assert client.get(place).status_code == 200
        assert client.post(place, {"preference": "-1", "prompt": "x"}).status_code == 403

    assert Judgment.objects.get().preference == 2


def test_no_secret_is_on_any_page(client: Client, root: User, judgment: Judgment) -> None:
    token, text = create_token(user=root, name="laptop", scope="read", days=1)
    invitation = Invitation.objects.create(
        project=judgment.project, role="annotator", digest="d" * 64, created_by=root
    )
    rows = (root, token, invitation, judgment.project, judgment.annotator)

    shown = "".join(client.get(page(type(row), "change", row.pk)).content.decode() for row in rows)
    shown += "".join(client.get(page(type(row), "changelist")).content.decode() for row in rows)

    assert "laptop" in shown
    for secret in (text, token.digest, "d" * 64, root.password, "pbkdf2", "bytes", "memory at"):
        assert secret not in shown
    for column in ("digest", "password", "pseudonym_key", "pseudonym key", "side_seed"):
        assert f"field-{column}" not in shown


def test_superusers_give_rights_and_others_look(client: Client, root: User, alice: User) -> None:
    staff = factories.make_user("dora")
    group = Group.objects.create(name="creators")
    place = page(User, "change", alice.pk)

    client.post(place, {"is_active": "on", "groups": [group.pk], "username": "eve"})

    alice.refresh_from_db()
    assert (alice.username, list(alice.groups.all())) == ("alice", [group])
    User.objects.filter(pk=staff.pk).update(is_staff=True)
    client.force_login(staff)
    assert client.post(place, {"is_superuser": "on"}).status_code == 403


def test_a_list_costs_the_same_however_many_rows_there_are(
    client: Client, root: User, project: Project, django_assert_max_num_queries: Any
) -> None:
    annotator = factories.make_membership(project, "one")
    for _ in range(60):
        factories.make_judgment(factories.make_comparison(project), annotator, 1)

    for kind in (Judgment, Comparison, Membership):
        with django_assert_max_num_queries(6) as queries:
            client.get(page(kind, "changelist"))
        counts = [one["sql"] for one in queries if "COUNT(" in one["sql"]]
        assert all(f"LIMIT {BoundedPaginator.MOST}" in sql for sql in counts)
        assert not any('"response_a"' in one["sql"] for one in queries)


def test_a_comparison_shows_its_texts(client: Client, root: User, project: Project) -> None:
    comparison = factories.make_comparison(project, response_a="<b>Paris</b>")

    shown = client.get(page(Comparison, "change", comparison.pk)).content.decode()

    assert "&lt;b&gt;Paris&lt;/b&gt;" in shown


def test_a_person_outside_the_staff_is_sent_to_the_login(client: Client, carol: User) -> None:
    client.force_login(carol)

    assert client.get("/admin/").status_code == 302
