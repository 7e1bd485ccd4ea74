"""The page on which a project's work begins, and the list of projects."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import Audit, Batch, Flag, Membership, Project, Seat
from feedback_platform.models import User
from quality.models import ProgressSnapshot
from quality.services.progress_counting import count_progress
from tests import factories


def home(client: Client, project: Project) -> str:
    return client.get(reverse("annotation:project", args=[project.slug])).content.decode()


def count(project: Project) -> None:
    snapshot, _ = ProgressSnapshot.objects.get_or_create(project=project)
    count_progress(snapshot_id=snapshot.pk)


def test_an_empty_project_asks_for_comparisons(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    page = home(client, project)

    assert "import comparisons first" in page
    assert "What needs attention" not in page


def test_what_needs_attention_is_counted_and_linked(
    client: Client, project: Project, carol: User, alice: User
) -> None:
    member: Membership = alice.memberships.get()
    comparison = factories.make_comparison(project)
    judgment = factories.make_judgment(comparison, member, 1)
    Flag.objects.bulk_create(
        Flag(project=project, comparison=comparison, membership=member, text="?")
        for _ in range(101)
    )
    Audit.objects.create(project=project, judgment=judgment)
    Membership.objects.filter(pk=member.pk).update(paused_at=timezone.now())
    client.force_login(carol)

    page = home(client, project)

    assert "<strong>100+</strong> open flags" in page
    assert "<strong>1</strong> judgment to audit" in page
    assert "<strong>1</strong> paused person" in page


def test_the_page_shows_the_progress_and_what_is_next(
    client: Client, project: Project, carol: User, alice: User
) -> None:
    comparison = factories.make_comparison(project)
    factories.make_judgment(comparison, alice.memberships.get(), 1)
    Batch.objects.create(project=project, name="later")
    count(project)
    client.force_login(carol)

    page = home(client, project)

    assert "1 of 1 judgments wanted" in page
    assert "a batch waits to be released" in page and "Release a batch" in page
    assert "Nothing: no open flag" in page


@pytest.mark.parametrize(("state", "said"), [("paused", "is paused"), ("closed", "is closed")])
def test_a_project_is_paused_or_closed_and_opened_again(
    client: Client, project: Project, carol: User, state: str, said: str
) -> None:
    client.force_login(carol)
    url = reverse("annotation:project_state", args=[project.slug])

    assert said in client.post(url, {"state": state}, follow=True).content.decode()
    project.refresh_from_db()
    assert project.state == state
    client.post(url, {"state": "open"})

    project.refresh_from_db()
    assert project.state == Project.State.OPEN


def test_a_state_that_does_not_exist_is_refused(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    url = reverse("annotation:project_state", args=[project.slug])

    assert client.post(url, {"state": "gone"}).status_code == 422


def test_a_reviewer_sees_the_page_without_the_managers_buttons(
    client: Client, project: Project
) -> None:
    reviewer = factories.make_user("rita", project=project, role=Membership.Role.REVIEWER)
    factories.make_comparison(project)
    client.force_login(reviewer)

    page = home(client, project)

    assert reverse("annotation:project_state", args=[project.slug]) not in page
    assert "Progress" in page


def test_the_page_costs_the_same_whatever_is_in_the_project(
    client: Client, project: Project, carol: User, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        comparison = factories.make_comparison(project)
        Seat.objects.create(project=project, comparison=comparison, turn=1, position=1)
    count(project)
    client.force_login(carol)

    # Session, user, membership, standing, flags, audits, appeals, paused, progress, doubtful,
    # quality flags, projects of the top bar, permissions (2).
    with django_assert_num_queries(14):
        home(client, project)


def test_the_list_has_projects_counted_that_nobody_looked_at(
    client: Client, project: Project, alice: User
) -> None:
    client.force_login(alice)
    url = reverse("annotation:projects")

    assert "Not counted yet" in client.get(url).content.decode()

    snapshot = ProgressSnapshot.objects.get(project=project)
    assert snapshot.claimed_at is not None
    count_progress(snapshot_id=snapshot.pk)
    assert "No comparisons yet" in client.get(url).content.decode()
