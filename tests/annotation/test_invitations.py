"""Links that bring people into a project."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import Invitation, Membership, Project
from annotation.services.invitations import invite
from feedback_platform.models import User
from tests import factories

NEWCOMER = {
    "username": "erin",
    "password1": "seven purple lanterns",
    "password2": "seven purple lanterns",
}


def link_for(project: Project, carol: User, role: str = "annotator") -> str:
    _, token = invite(project=project, role=role, created_by=carol)
    return reverse("annotation:invitation", args=[token])


def test_a_manager_gets_a_link_that_is_shown_once_and_stored_hashed(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    answer = client.post(
        reverse("annotation:invitations", args=[project.slug]), {"role": "reviewer"}
    )

    found = re.search(r'value="http://testserver(/invitations/([^/]+)/)"', answer.content.decode())
    assert found is not None
    stored = Invitation.objects.get()
    assert stored.role == "reviewer"
    assert found[2] not in str(Invitation.objects.values().get())
    assert "no-store" in answer.headers["Cache-Control"]
    again = client.get(reverse("annotation:people", args=[project.slug])).content.decode()
    assert found[2] not in again
    assert timedelta(days=6, hours=23) < stored.expires_at - timezone.now() <= timedelta(days=7)


@pytest.mark.parametrize("role", ["owner", "", "superuser"])
def test_an_invitation_carries_only_a_real_role(
    client: Client, project: Project, carol: User, role: str
) -> None:
    client.force_login(carol)

    answer = client.post(reverse("annotation:invitations", args=[project.slug]), {"role": role})

    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_only_managers_invite(client: Client, project: Project, alice: User, mallory: User) -> None:
    url = reverse("annotation:invitations", args=[project.slug])

    for person, status in [(alice, 403), (mallory, 404)]:
        client.force_login(person)
        assert client.post(url, {"role": "manager"}).status_code == status

    assert not Invitation.objects.exists()


def test_a_newcomer_sees_project_and_role_and_makes_an_account(
    client: Client, project: Project, carol: User
) -> None:
    link = link_for(project, carol)

    page = client.get(link).content.decode()
    answer = client.post(link, NEWCOMER, follow=True)

    assert project.name in page and "annotator" in page and "carol" in page
    assert answer.request["PATH_INFO"] == reverse("annotation:judge", args=[project.slug])
    erin = User.objects.get(username="erin")
    assert erin.check_password(NEWCOMER["password1"])
    assert not erin.is_staff and not erin.is_superuser
    assert erin.memberships.get().role == "annotator"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "carol"),
        ("username", "CAROL"),
        ("username", "<script>"),
        ("username", ""),
        ("password2", "something else"),
        ("password1", "12345678"),
    ],
)
def test_a_refused_account_leaves_the_invitation_open(
    client: Client, project: Project, carol: User, field: str, value: str
) -> None:
    link = link_for(project, carol)

    answer = client.post(link, {**NEWCOMER, field: value})

    assert answer.status_code == 422
    assert Invitation.objects.get().is_open
    assert User.objects.count() == 1


def test_the_form_cannot_ask_for_another_role(
    client: Client, project: Project, carol: User
) -> None:
    link = link_for(project, carol)

    client.post(link, {**NEWCOMER, "role": "manager", "is_staff": "1", "is_superuser": "1"})

    erin = User.objects.get(username="erin")
    assert erin.memberships.get().role == "annotator"
    assert not erin.is_staff and not erin.is_superuser


def test_somebody_with_an_account_joins_with_it(
    client: Client, project: Project, carol: User, mallory: User
) -> None:
    link = link_for(project, carol, role="reviewer")
    client.force_login(mallory)

    assert "Join the project" in client.get(link).content.decode()
    client.post(link)

    assert mallory.memberships.get(project=project).role == "reviewer"
    assert Invitation.objects.get().accepted_by == mallory


def test_looking_at_an_invitation_does_not_use_it(
    client: Client, project: Project, carol: User
) -> None:
    link = link_for(project, carol)

    for _ in range(3):
        assert client.get(link).status_code == 200

    assert Invitation.objects.get().is_open


def test_a_used_link_opens_nothing(client: Client, project: Project, carol: User) -> None:
    link = link_for(project, carol)
    client.post(link, NEWCOMER)
    stranger = Client()

    answers = [stranger.get(link), stranger.post(link, {**NEWCOMER, "username": "frank"})]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert "Ask a manager" in answers[0].content.decode()
    assert not User.objects.filter(username="frank").exists()


def test_ones_own_used_link_leads_into_the_project(
    client: Client, project: Project, carol: User
) -> None:
    link = link_for(project, carol)
    client.post(link, NEWCOMER)

    answer = client.get(link)

    assert answer.headers["Location"] == reverse("annotation:project", args=[project.slug])


@pytest.mark.parametrize("end", ["expired", "withdrawn", "unknown"])
def test_a_dead_link_says_what_to_do(
    client: Client, project: Project, carol: User, end: str
) -> None:
    link = link_for(project, carol, role="manager")
    if end == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "withdrawn":
        client.force_login(carol)
        number = Invitation.objects.get().pk
        client.post(reverse("annotation:invitation_revoke", args=[project.slug, number]))
        client.logout()
    else:
        link = reverse("annotation:invitation", args=["x" * 43])

    answer = client.post(link, NEWCOMER)

    assert answer.status_code == 410
    assert "Ask a manager of the project for a new one" in answer.content.decode()
    assert not User.objects.filter(username="erin").exists()


def test_a_member_keeps_role_and_leaves_the_invitation_to_others(
    client: Client, project: Project, carol: User, alice: User
) -> None:
    link = link_for(project, carol, role="manager")
    client.force_login(alice)

    answer = client.post(link)

    assert answer.status_code == 302
    assert alice.memberships.get(project=project).role == "annotator"
    assert Invitation.objects.get().is_open


def test_a_removed_person_comes_back_with_their_pseudonym(
    client: Client, project: Project, carol: User, alice: User
) -> None:
    before = alice.memberships.get()
    Membership.objects.filter(pk=before.pk).update(is_active=False)
    client.force_login(alice)

    client.post(link_for(project, carol, role="reviewer"))

    after = alice.memberships.get()
    assert (after.pk, after.pseudonym) == (before.pk, before.pseudonym)
    assert (after.role, after.is_active) == ("reviewer", True)


def test_a_newcomer_never_becomes_an_imported_annotator_of_the_same_name(
    client: Client, project: Project, carol: User
) -> None:
    imported = factories.make_membership(project, "erin")

    client.post(link_for(project, carol), NEWCOMER)

    joined = User.objects.get(username="erin").memberships.get()
    assert joined.pk != imported.pk
    assert joined.name == "erin (2)"
    assert joined.pseudonym != imported.pseudonym


def test_invitations_of_another_project_cannot_be_withdrawn(
    client: Client, project: Project, carol: User, mallory: User
) -> None:
    link_for(project, carol)
    number = Invitation.objects.get().pk
    client.force_login(mallory)

    for slug in ["elsewhere", project.slug]:
        url = reverse("annotation:invitation_revoke", args=[slug, number])
        assert client.post(url).status_code == 404

    assert Invitation.objects.get().is_open


def test_a_used_invitation_cannot_be_withdrawn(
    client: Client, project: Project, carol: User
) -> None:
    Client().post(link_for(project, carol), NEWCOMER)
    client.force_login(carol)

    url = reverse("annotation:invitation_revoke", args=[project.slug, Invitation.objects.get().pk])

    assert client.post(url).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_gets_in() -> None:
    project = factories.make_project()
    carol = factories.make_user("carol", project=project, role=Membership.Role.MANAGER)
    link = link_for(project, carol)
    statuses: list[int] = []
    start = threading.Barrier(4)

    def accept(name: str) -> None:
        client = Client()
        start.wait()
        statuses.append(client.post(link, {**NEWCOMER, "username": name}).status_code)
        connection.close()

    threads = [threading.Thread(target=accept, args=[f"erin{n}"]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [302, 410, 410, 410]
    assert User.objects.filter(username__startswith="erin").count() == 1
    assert Membership.objects.filter(project=project).count() == 2
