"""Batches on the manager's pages: the list, one of them, and what is done with it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Arrangement, Batch, Project, Seat, Team
from annotation.services.arranging import arrange_seats, run_arrangement
from feedback_platform.models import User
from quality.models import ProgressSnapshot
from quality.services.progress_counting import count_progress
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batch(project: Project) -> Batch:
    """A batch of two comparisons that nobody gets yet."""
    made = Batch.objects.create(project=project, name="first")
    for _ in range(2):
        factories.make_comparison(project, batch=made)
    return made


def do(client: Client, action: str, batch: Batch, **fields: Any) -> int:
    """Send a form of the batch's page and let the worker do what it asked for."""
    url = reverse(f"annotation:batch_{action}", args=[batch.project.slug, batch.pk])
    status = client.post(url, fields).status_code
    for job in Arrangement.objects.filter(state=Arrangement.State.QUEUED):
        run_arrangement(arrangement_id=job.pk)
    batch.refresh_from_db()
    return status


def page_of(client: Client, batch: Batch) -> str:
    url = reverse("annotation:batch", args=[batch.project.slug, batch.pk])
    return client.get(url).content.decode()


def n_free(batch: Batch) -> int:
    return Seat.objects.filter(comparison__batch=batch, state=Seat.State.FREE).count()


def test_a_batch_is_released_paused_resumed_closed_and_reopened(
    client: Client, project: Project, carol: User, batch: Batch
) -> None:
    client.force_login(carol)
    wanted = 2 * project.overlap
    seen = []

    for action in ("release", "pause", "resume", "close", "reopen"):
        assert do(client, action, batch) == 302
        seen.append((batch.state, n_free(batch)))

    assert seen == [
        ("open", wanted),
        ("paused", 0),
        ("open", wanted),
        ("closed", 0),
        ("open", wanted),
    ]
    page = page_of(client, batch)
    assert "Reopen" in page and "carol" in page and "Succeeded" in page


def test_while_the_seats_follow_the_page_shows_a_live_card(
    client: Client, carol: User, batch: Batch
) -> None:
    client.force_login(carol)
    place = [batch.project.slug, batch.pk]

    client.post(reverse("annotation:batch_release", args=place))

    job = Arrangement.objects.get()
    card = reverse("annotation:arrangement_card", args=[batch.project.slug, job.pk])
    assert f'hx-get="{card}"' in page_of(client, batch)
    run_arrangement(arrangement_id=job.pk)
    assert client.get(card).headers["HX-Refresh"] == "true"
    assert card not in page_of(client, batch)


def test_a_double_click_releases_once(client: Client, carol: User, batch: Batch) -> None:
    client.force_login(carol)
    do(client, "release", batch)

    url = reverse("annotation:batch_release", args=[batch.project.slug, batch.pk])
    page = client.post(url, follow=True).content.decode()

    assert "Release is not possible" in page
    assert Arrangement.objects.count() == 1


def test_priority_and_overlap_of_a_batch_reach_its_seats(
    client: Client, carol: User, batch: Batch
) -> None:
    client.force_login(carol)
    do(client, "release", batch)

    assert do(client, "change", batch, name="urgent", priority="7", overlap="5") == 302

    assert (batch.name, batch.priority, batch.overlap) == ("urgent", 7, 5)
    assert n_free(batch) == 10
    assert set(Seat.objects.values_list("priority", flat=True)) == {-7}


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "priority": "0"},
        {"name": "other", "priority": "0"},
        {"name": "x", "priority": "1001"},
        {"name": "x", "priority": "0", "overlap": "0"},
        {"name": "x", "priority": "0", "overlap": "101"},
    ],
)
def test_impossible_settings_of_a_batch_are_refused(
    client: Client, project: Project, carol: User, batch: Batch, fields: dict[str, str]
) -> None:
    Batch.objects.create(project=project, name="other")
    client.force_login(carol)

    assert do(client, "change", batch, **fields) == 422

    assert (batch.name, batch.priority, batch.overlap) == ("first", 0, None)


def test_a_batch_is_given_to_a_person_a_team_and_everybody(
    client: Client, project: Project, carol: User, alice: User, batch: Batch
) -> None:
    team = Team.objects.create(project=project, name="Poets")
    client.force_login(carol)
    do(client, "release", batch)

    assert do(client, "team", batch, person="alice") == 302
    assert batch.team is not None and batch.team.is_personal
    assert set(Seat.objects.values_list("team__name", flat=True)) == {"alice"}
    assert 'value="alice"' in page_of(client, batch)

    assert do(client, "team", batch, team=str(team.pk)) == 302
    assert set(Seat.objects.values_list("team", flat=True)) == {team.pk}

    assert do(client, "team", batch, team="") == 302
    assert set(Seat.objects.values_list("team", flat=True)) == {None}

    assert do(client, "team", batch, person="nobody") == 422


def test_the_list_is_filtered_paged_and_shows_what_was_counted(
    client: Client, project: Project, carol: User, batch: Batch
) -> None:
    Batch.objects.bulk_create(Batch(project=project, name=f"b{n:02}") for n in range(30))
    Batch.objects.filter(pk=batch.pk).update(state="open")
    arrange_seats(project=project, batch=batch)
    snapshot = ProgressSnapshot.objects.create(project=project)
    count_progress(snapshot_id=snapshot.pk)
    client.force_login(carol)
    url = reverse("annotation:batches", args=[project.slug])

    first = client.get(url).content.decode()
    last = client.get(url, {"after": Batch.objects.get(name="b05").pk}).content.decode()
    found = client.get(url, {"state": "open", "q": "fir"}).content.decode()
    nothing = client.get(url, {"state": "closed"}).content.decode()

    assert "25 of 31 batches" in first and "b29" in first and "b04" not in first
    assert "b04" in last and "b05" not in last and 'rel="prev"' in last
    assert "0 of 6" in found and f"?batch={batch.pk}" in found and "b01" not in found
    assert "Nothing found" in nothing


def test_a_failed_arrangement_is_tried_again(client: Client, carol: User, batch: Batch) -> None:
    client.force_login(carol)
    client.post(reverse("annotation:batch_release", args=[batch.project.slug, batch.pk]))
    Arrangement.objects.update(state=Arrangement.State.FAILED, error="The disk is full.")
    job = Arrangement.objects.get()

    assert "The disk is full." in page_of(client, batch)
    client.post(reverse("annotation:arrangement_retry", args=[batch.project.slug, job.pk]))

    job.refresh_from_db()
    assert job.state == Arrangement.State.QUEUED
