"""How far a project is: counted once for everybody who looks, shown with its age."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import Batch, Comparison, Membership, Project, Seat
from feedback_platform.models import User
from quality.models import ProgressSnapshot
from quality.services.progress import refresh_progress
from quality.services.progress_counting import count_progress
from tests import factories


@pytest.fixture
def annotator(alice: User) -> Membership:
    return alice.memberships.get()


def count(project: Project) -> dict[str, Any]:
    """Have the project counted as the worker does."""
    snapshot, _ = ProgressSnapshot.objects.get_or_create(project=project)
    count_progress(snapshot_id=snapshot.pk)
    snapshot.refresh_from_db()
    assert snapshot.results is not None
    return {**snapshot.results, "batches": snapshot.batches}


def open_seats(comparison: Comparison, n: int, **fields: Any) -> None:
    for turn in range(n):
        Seat.objects.create(
            project=comparison.project, comparison=comparison, turn=turn, position=1, **fields
        )


def age(project: Project, **ages: timedelta) -> None:
    """Make the snapshot older than it is."""
    now = timezone.now()
    ProgressSnapshot.objects.filter(project=project).update(
        **{name: now - by for name, by in ages.items()}
    )


def test_judgments_are_counted_by_batch_and_state(project: Project, annotator: Membership) -> None:
    batch = Batch.objects.create(project=project, name="first", state="open")
    done = factories.make_comparison(project, batch=batch)
    factories.make_judgment(done, annotator, 1)
    half = factories.make_comparison(project, batch=batch)
    factories.make_judgment(half, annotator, 1)
    open_seats(half, 1)
    open_seats(half, 1, state=Seat.State.HELD)
    open_seats(half, 2, state=Seat.State.WITHDRAWN)
    open_seats(factories.make_comparison(project), 1, state=Seat.State.WITHHELD)
    factories.make_comparison(project)

    found = count(project)

    assert (found["filled"], found["held"], found["free"], found["withheld"]) == (2, 1, 1, 1)
    assert (found["wanted"], found["comparisons"], found["finished"]) == (5, 4, 1)
    assert found["unreleased"] == 1
    assert found["batches"][str(batch.pk)]["filled"] == 2
    assert found["batches"][""]["comparisons"] == 2


def test_checks_imports_and_revisions_are_no_work_done_here(
    project: Project, annotator: Membership
) -> None:
    comparison = factories.make_comparison(project)
    first = factories.make_judgment(comparison, annotator, 1)
    factories.make_judgment(comparison, annotator, 2, supersedes=first)
    gold = factories.make_comparison(project, is_check=True)
    factories.make_judgment(gold, annotator, 1, purpose="gold")
    Seat.objects.filter(comparison=gold).update(purpose="gold")

    found = count(project)

    assert (found["today"], found["last_hour"], found["judged_here"]) == (1, 1, 1)
    assert found["comparisons"] == 1


def test_days_are_those_of_the_calendar_and_the_forecast_uses_whole_ones(
    project: Project, annotator: Membership
) -> None:
    now = timezone.now()
    for days_ago in (4, 3, 3, 2, 1, 1, 0):
        when = now - timedelta(days=days_ago, seconds=60)
        factories.make_judgment(factories.make_comparison(project), annotator, 1, submitted_at=when)
    open_seats(factories.make_comparison(project), 20)

    found = count(project)

    assert sum(day["n"] for day in found["days"]) == 7
    assert len(found["days"]) == 14
    assert found["days"][-1]["date"] == timezone.now().date().isoformat()
    # Whole days back from now hold 1, 2, 1, 2 judgments; the first judgment's own is broken.
    assert found["forecast"]["n_days"] == 4
    assert found["forecast"]["per_day"] == 1.5
    assert found["forecast"]["days"] == pytest.approx(20 / 1.5)
    assert found["chart"]["title"].startswith("7 judgments in 14 days")
    # The figure around it speaks for the chart; its parts keep silent.
    assert "role=" not in found["chart"]["svg"] and "aria-" not in found["chart"]["svg"]


def test_one_of_many_who_look_has_it_counted(project: Project) -> None:
    first = refresh_progress(project=project)
    again = refresh_progress(project=project)

    assert first.claimed_at == again.claimed_at
    assert ProgressSnapshot.objects.count() == 1


def test_fresh_numbers_are_left_alone(project: Project) -> None:
    count(project)

    assert refresh_progress(project=project).claimed_at is None


def test_old_numbers_are_counted_anew(project: Project) -> None:
    count(project)
    age(project, as_of=timedelta(seconds=11))

    assert refresh_progress(project=project).claimed_at is not None


def test_what_takes_long_is_counted_less_often(project: Project) -> None:
    count(project)
    ProgressSnapshot.objects.update(seconds=2)
    age(project, as_of=timedelta(seconds=30))
    rested = refresh_progress(project=project).claimed_at

    age(project, as_of=timedelta(seconds=41))

    assert rested is None
    assert refresh_progress(project=project).claimed_at is not None


def test_a_dead_workers_claim_is_taken_over(project: Project) -> None:
    refresh_progress(project=project)
    age(project, claimed_at=timedelta(minutes=6))
    stale = ProgressSnapshot.objects.get().claimed_at

    taken = refresh_progress(project=project).claimed_at

    assert taken is not None and stale is not None and taken > stale


def test_an_older_count_does_not_replace_a_newer_one(project: Project) -> None:
    count(project)
    ProgressSnapshot.objects.update(as_of=timezone.now() + timedelta(hours=1), seconds=7)

    count(project)

    assert ProgressSnapshot.objects.get().seconds == 7


def test_a_hundred_thousand_seats_are_counted_by_sets_and_shown_by_one_row(
    client: Client,
    project: Project,
    carol: User,
    django_assert_num_queries: Any,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO annotation_comparison
                (project_id, external_id, prompt, response_a, response_b, model_a, model_b,
                 "group", metadata, content_hash, prompt_group, created_at)
            SELECT %s, 'x' || n, '', '', '', '', '', '', '{}', '', '', now()
            FROM generate_series(1, 20000) AS n
            """,
            [project.pk],
        )
        cursor.execute(
            """
            INSERT INTO annotation_seat
                (project_id, comparison_id, turn, priority, position, state, returned)
            SELECT project_id, id, turn, 0, id, 'free', false
            FROM annotation_comparison CROSS JOIN generate_series(1, 5) AS turn
            WHERE project_id = %s
            """,
            [project.pk],
        )
    snapshot = refresh_progress(project=project)
    # The snapshot with its project, three counts, one publication.
    with django_assert_num_queries(5):
        count_progress(snapshot_id=snapshot.pk)
    client.force_login(carol)

    # Session, user, membership, snapshot, its batches, the batches' names; nothing of the seats.
    with django_assert_num_queries(6):
        page = client.get(reverse("quality:progress_figures", args=[project.slug]))

    assert "0 of 100,000 judgments wanted" in page.content.decode()


def test_the_page_says_how_old_its_numbers_are(
    client: Client, project: Project, carol: User, annotator: Membership
) -> None:
    batch = Batch.objects.create(project=project, name="first", state="open")
    comparison = factories.make_comparison(project, batch=batch)
    factories.make_judgment(comparison, annotator, 1)
    open_seats(comparison, 1)
    count(project)
    client.force_login(carol)

    page = client.get(reverse("quality:progress", args=[project.slug])).content.decode()

    as_of = ProgressSnapshot.objects.get().as_of
    assert as_of is not None and f"{as_of:%H:%M:%S} UTC" in page
    assert "1 of 2 judgments wanted" in page
    assert reverse("annotation:batch", args=[project.slug, batch.pk]) in page
    assert "alice" in page and "less than a day of judging" in page


def test_before_the_first_count_the_page_says_so_and_asks_soon(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    page = client.get(reverse("quality:progress", args=[project.slug])).content.decode()

    assert "The seats are being counted" in page
    assert 'data-refresh="2"' in page


def test_who_has_seen_the_newest_numbers_gets_nothing_new(
    client: Client, project: Project, carol: User
) -> None:
    count(project)
    client.force_login(carol)
    as_of = ProgressSnapshot.objects.get().as_of
    assert as_of is not None
    url = reverse("quality:progress_figures", args=[project.slug])

    assert client.get(url, {"seen": as_of.isoformat()}).status_code == 204
    assert client.get(url, {"seen": ""}).status_code == 200


def test_a_reviewer_sees_the_progress_without_the_managers_links(
    client: Client, project: Project
) -> None:
    reviewer = factories.make_user("rita", project=project, role=Membership.Role.REVIEWER)
    batch = Batch.objects.create(project=project, name="first", state="open")
    count(project)
    client.force_login(reviewer)

    page = client.get(reverse("quality:progress", args=[project.slug])).content.decode()

    assert "first" in page
    assert reverse("annotation:batch", args=[project.slug, batch.pk]) not in page
