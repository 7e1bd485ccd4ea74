"""Creating projects, listing them, and changing their settings."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from annotation.models import Membership, Project, Seat
from feedback_platform.models import User
from tests import factories

NEW = {
    "name": "Helpfulness",
    "slug": "helpfulness",
    "instructions": "Which response helps more?",
    "scale": "seven_point",
    "offers_tie": "on",
    "offers_cannot_judge": "on",
    "overlap": "5",
}


@pytest.fixture
def creator(mallory: User) -> User:
    """Somebody who may create projects."""
    mallory.user_permissions.add(Permission.objects.get(codename="add_project"))
    return mallory


def settings_of(project: Project, **changes: str) -> dict[str, str]:
    kept = {"name": project.name, "state": project.state, "scale": project.scale, "overlap": "3"}
    answers = ["offers_tie", "offers_both_good", "offers_both_bad", "offers_cannot_judge"]
    return {**kept, **{name: "on" for name in answers}, **changes}


def test_the_creator_manages_the_new_project(client: Client, creator: User) -> None:
    client.force_login(creator)

    answer = client.post(reverse("annotation:project_create"), NEW)

    created = Project.objects.get(slug="helpfulness")
    assert answer.headers["Location"] == reverse("annotation:project", args=["helpfulness"])
    assert (created.overlap, created.offers_tie, created.offers_both_bad) == (5, True, False)
    membership = Membership.objects.get(project=created)
    assert (membership.user, membership.role, membership.name) == (creator, "manager", "mallory")


def test_a_missing_short_name_is_made_from_the_name(client: Client, creator: User) -> None:
    client.force_login(creator)

    client.post(
        reverse("annotation:project_create"), {**NEW, "name": "Über alles, 2. Runde", "slug": ""}
    )

    assert Project.objects.filter(slug="uber-alles-2-runde").exists()


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("slug", "elsewhere", "already exists"),
        ("slug", "new", "address of the platform"),
        ("slug", "../etc", "valid"),
        ("name", "", "required"),
        ("overlap", "0", "greater than or equal to 1"),
        ("overlap", "many", "whole number"),
        ("scale", "hundred_points", "not one of the available choices"),
    ],
)
def test_a_form_with_a_fault_comes_back_with_its_reason(
    client: Client, creator: User, field: str, value: str, reason: str
) -> None:
    client.force_login(creator)

    answer = client.post(reverse("annotation:project_create"), {**NEW, field: value})

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert list(Project.objects.values_list("slug", flat=True)) == ["elsewhere"]


def test_without_the_permission_nobody_creates_projects(client: Client, carol: User) -> None:
    client.force_login(carol)

    assert client.get(reverse("annotation:project_create")).status_code == 403
    assert client.post(reverse("annotation:project_create"), NEW).status_code == 403
    assert Project.objects.count() == 1


def test_the_list_holds_only_ones_own_projects(client: Client, alice: User, mallory: User) -> None:
    client.force_login(alice)

    page = client.get(reverse("annotation:projects")).content.decode()

    assert reverse("annotation:project", args=["project"]) in page
    assert "elsewhere" not in page.lower()


def test_the_list_shows_how_far_a_project_is(client: Client, project: Project, alice: User) -> None:
    comparison = factories.make_comparison(project)
    factories.make_judgment(comparison, alice.memberships.get(), preference=1)
    Seat.objects.create(project=project, comparison=comparison, turn=9, position=1)
    client.force_login(alice)

    page = client.get(reverse("annotation:projects")).content.decode()

    assert "1 of 2 judgments" in page
    assert "1 comparison<" in page


def test_the_list_costs_the_same_for_many_projects(
    client: Client, alice: User, django_assert_num_queries: object
) -> None:
    for number in range(8):
        other = factories.make_project(slug=f"other-{number}")
        factories.make_membership(other, "alice", user=alice)
    client.force_login(alice)

    # Session, user, permissions (2), the memberships for page and top bar (2), three counts.
    with django_assert_num_queries(9):  # type: ignore[operator]
        client.get(reverse("annotation:projects"))


def test_a_removed_member_sees_the_project_no_more(
    client: Client, project: Project, alice: User
) -> None:
    alice.memberships.update(is_active=False)
    client.force_login(alice)

    assert "/projects/project/" not in client.get(reverse("annotation:projects")).content.decode()
    assert client.get(reverse("annotation:project", args=["project"])).status_code == 404


def test_annotators_go_straight_to_judging(client: Client, alice: User) -> None:
    client.force_login(alice)

    answer = client.get(reverse("annotation:project", args=["project"]))

    assert answer.headers["Location"] == reverse("annotation:judge", args=["project"])


def test_managers_see_where_the_project_stands(client: Client, carol: User) -> None:
    client.force_login(carol)

    page = client.get(reverse("annotation:project", args=["project"])).content.decode()

    assert "import comparisons first" in page


def test_names_are_text_and_never_markup(client: Client, project: Project, carol: User) -> None:
    attack = '"><script>alert(1)</script>'
    Project.objects.filter(pk=project.pk).update(name=attack)
    client.force_login(carol)

    for name in ["projects", "project", "settings", "people"]:
        args = [] if name == "projects" else [project.slug]
        page = client.get(reverse(f"annotation:{name}", args=args)).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_settings_change_what_they_name(client: Client, project: Project, carol: User) -> None:
    client.force_login(carol)
    url = reverse("annotation:settings", args=[project.slug])

    answer = client.post(url, settings_of(project, name="Renamed", state="paused", overlap="4"))

    project.refresh_from_db()
    assert answer.headers["Location"] == url
    assert (project.name, project.state, project.overlap) == ("Renamed", "paused", 4)


def test_the_scale_is_locked_once_there_are_judgments(
    client: Client, project: Project, carol: User, alice: User
) -> None:
    factories.make_judgment(
        factories.make_comparison(project), alice.memberships.get(), preference=3
    )
    client.force_login(carol)
    url = reverse("annotation:settings", args=[project.slug])
    changed = settings_of(project, scale="two_way", name="Renamed")
    del changed["offers_tie"]

    page = client.get(url).content.decode()
    client.post(url, changed)

    project.refresh_from_db()
    assert "are locked" in page
    assert (project.scale, project.offers_tie, project.name) == ("seven_point", True, "Renamed")


def test_the_short_name_cannot_be_changed(client: Client, project: Project, carol: User) -> None:
    client.force_login(carol)

    client.post(
        reverse("annotation:settings", args=[project.slug]), settings_of(project, slug="stolen")
    )

    project.refresh_from_db()
    assert project.slug == "project"


@pytest.mark.parametrize("name", ["settings", "people"])
def test_settings_are_closed_to_others(
    client: Client, alice: User, mallory: User, name: str
) -> None:
    url = reverse(f"annotation:{name}", args=["project"])

    assert client.get(url).headers["Location"].startswith(reverse("account_login"))
    client.force_login(alice)
    assert client.get(url).status_code == 403
    client.force_login(mallory)
    assert client.get(url).status_code == 404
    assert client.post(url, {"name": "Stolen"}).status_code in {404, 405}
