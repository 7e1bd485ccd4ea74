"""Who is in a project, and what they may do."""

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Membership, Project
from feedback_platform.models import User
from tests import factories


def membership(user: User, project: Project) -> Membership:
    return Membership.objects.get(user=user, project=project)


def change(client: Client, slug: str, member: Membership, role: str) -> int:
    url = reverse("annotation:member_role", args=[slug, member.pk])
    return client.post(url, {"role": role}).status_code


def remove(client: Client, slug: str, member: Membership) -> int:
    return client.post(reverse("annotation:member_remove", args=[slug, member.pk])).status_code


def test_the_list_names_people_with_role_and_judgments(
    client: Client, project: Project, carol: User, alice: User
) -> None:
    comparison = factories.make_comparison(project)
    factories.make_judgment(comparison, membership(alice, project), preference=1)
    factories.make_membership(project, "imported-7")
    client.force_login(carol)

    page = client.get(reverse("annotation:people", args=[project.slug])).content.decode()

    assert "2 who can log in, 1 imported annotator without a login" in page
    assert '<td class="number">1</td>' in page
    assert "imported-7" not in page


def test_a_manager_changes_a_role(
    client: Client, project: Project, carol: User, alice: User
) -> None:
    client.force_login(carol)

    assert change(client, project.slug, membership(alice, project), "reviewer") == 302

    assert membership(alice, project).role == Membership.Role.REVIEWER


@pytest.mark.parametrize("role", ["owner", "", "MANAGER", "manager\x00"])
def test_a_role_that_does_not_exist_is_refused(
    client: Client, project: Project, carol: User, alice: User, role: str
) -> None:
    client.force_login(carol)

    assert change(client, project.slug, membership(alice, project), role) == 422

    assert membership(alice, project).role == Membership.Role.ANNOTATOR


def test_nobody_raises_their_own_role(client: Client, project: Project, alice: User) -> None:
    client.force_login(alice)

    assert change(client, project.slug, membership(alice, project), "manager") == 403

    assert membership(alice, project).role == Membership.Role.ANNOTATOR


def test_the_manager_of_another_project_reaches_nobody_here(
    client: Client, project: Project, alice: User, mallory: User
) -> None:
    client.force_login(mallory)
    target = membership(alice, project)

    assert change(client, project.slug, target, "manager") == 404
    assert change(client, "elsewhere", target, "manager") == 404
    assert remove(client, project.slug, target) == 404
    assert remove(client, "elsewhere", target) == 404

    target.refresh_from_db()
    assert (target.role, target.is_active) == (Membership.Role.ANNOTATOR, True)


def test_a_removed_person_loses_the_project_and_keeps_their_judgments(
    client: Client, project: Project, carol: User, alice: User
) -> None:
    judgment = factories.make_judgment(
        factories.make_comparison(project), membership(alice, project), preference=1
    )
    client.force_login(carol)

    assert remove(client, project.slug, membership(alice, project)) == 302

    assert not membership(alice, project).is_active
    judgment.refresh_from_db()
    client.force_login(alice)
    assert client.get(reverse("annotation:project", args=[project.slug])).status_code == 404


@pytest.mark.parametrize("action", ["demote", "remove"])
def test_the_last_manager_stays(client: Client, project: Project, carol: User, action: str) -> None:
    client.force_login(carol)
    own = membership(carol, project)

    if action == "demote":
        status = change(client, project.slug, own, "annotator")
    else:
        status = remove(client, project.slug, own)

    own.refresh_from_db()
    assert status == 409
    assert own.is_manager and own.is_active


def test_a_closed_account_does_not_count_as_a_manager(
    client: Client, project: Project, carol: User
) -> None:
    gone = factories.make_user("gone", project=project, role=Membership.Role.MANAGER)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    client.force_login(carol)

    assert remove(client, project.slug, membership(carol, project)) == 409


def test_a_manager_may_leave_when_there_is_another(
    client: Client, project: Project, carol: User
) -> None:
    factories.make_user("dave", project=project, role=Membership.Role.MANAGER)
    client.force_login(carol)

    answer = client.post(
        reverse("annotation:member_remove", args=[project.slug, membership(carol, project).pk])
    )

    assert answer.headers["Location"] == reverse("annotation:projects")
    assert not membership(carol, project).is_active


def test_changing_people_needs_a_post(client: Client, project: Project, carol: User) -> None:
    client.force_login(carol)
    own = membership(carol, project)

    for name in ["member_role", "member_remove"]:
        url = reverse(f"annotation:{name}", args=[project.slug, own.pk])
        assert client.get(url).status_code == 405


def test_an_imported_annotator_is_no_person_to_change(
    client: Client, project: Project, carol: User
) -> None:
    imported = factories.make_membership(project, "imported-7")
    client.force_login(carol)

    assert change(client, project.slug, imported, "manager") == 404
