"""The list of projects, and the page of one."""

from django.test import Client
from django.urls import reverse

from annotation.models import Project, Seat
from feedback_platform.models import User
from quality.models import ProgressSnapshot
from quality.services.progress_counting import count_progress
from tests import factories


def test_the_list_holds_only_ones_own_projects(client: Client, alice: User, mallory: User) -> None:
    client.force_login(alice)

    page = client.get(reverse("annotation:projects")).content.decode()

    assert reverse("annotation:project", args=["project"]) in page
    assert "elsewhere" not in page.lower()


def test_the_list_shows_how_far_a_project_is(client: Client, project: Project, alice: User) -> None:
    comparison = factories.make_comparison(project)
    factories.make_judgment(comparison, alice.memberships.get(), preference=1)
    Seat.objects.create(project=project, comparison=comparison, turn=9, position=1)
    count_progress(snapshot_id=ProgressSnapshot.objects.create(project=project).pk)
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
    for project in Project.objects.all():
        count_progress(snapshot_id=ProgressSnapshot.objects.create(project=project).pk)
    client.force_login(alice)

    # Session, user, permissions (2), the memberships for page and top bar (2), the snapshots.
    with django_assert_num_queries(7):  # type: ignore[operator]
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
    Project.objects.filter(pk=project.pk).update(name=attack, question=attack)
    client.force_login(carol)

    for name in ["projects", "project", "settings", "people", "preview"]:
        args = [] if name == "projects" else [project.slug]
        page = client.get(reverse(f"annotation:{name}", args=args)).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
