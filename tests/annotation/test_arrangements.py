"""Arranging many comparisons: in steps, once, and as work that the clock rescues."""

import pytest

from annotation.models import (
    Arrangement,
    Assignment,
    Batch,
    Comparison,
    Project,
)
from annotation.services import arranging
from annotation.services.arranging import (
    arrange_seats,
    needs_arrangement,
    request_arrangement,
    run_arrangement,
)
from feedback_platform.jobs.services import rescue_work
from tests.factories import make_comparison, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project(overlap=2)


@pytest.fixture
def batch(project: Project) -> Batch:
    return Batch.objects.create(project=project, name="first", state="open")


def made(project: Project, count: int, **fields: object) -> list[Comparison]:
    comparisons = [make_comparison(project, **fields) for _ in range(count)]
    arrange_seats(project=project)
    return comparisons


def test_the_project_knows_how_many_seats_it_has(project, batch):
    made(project, 3, batch=batch)
    project.refresh_from_db()
    assert project.n_seats_arranged == 6

    Batch.objects.update(state="closed")
    arrange_seats(project=project, batch=batch)

    project.refresh_from_db()
    assert project.n_seats_arranged == 0


def test_many_comparisons_are_arranged_in_steps(project, monkeypatch):
    monkeypatch.setattr(arranging, "CHUNK", 2)
    for _ in range(5):
        make_comparison(project)

    assert arrange_seats(project=project) == (10, 0, 0)
    assert arrange_seats(project=project) == (0, 0, 0)


def test_only_overlap_policy_and_how_it_adapts_move_the_seats_of_a_project():
    assert needs_arrangement(["name", "overlap"])
    assert needs_arrangement({"policy"})
    assert needs_arrangement({"certain_at"})
    assert not needs_arrangement(["name", "lease_seconds"])


def test_a_waiting_arrangement_is_not_queued_twice(project, batch, carol):
    first = request_arrangement(project=project, title="Overlap", requested_by=carol)
    again = request_arrangement(project=project, title="Policy", requested_by=carol)
    other = request_arrangement(project=project, batch=batch, title="Pause", requested_by=carol)

    assert first == again
    assert other != first


@pytest.mark.django_db(transaction=True)
def test_an_arrangement_says_what_it_did_and_runs_once():
    project = make_project(overlap=3)
    make_comparison(project)
    job = request_arrangement(project=project, title="Release", requested_by=None)

    run_arrangement(arrangement_id=job.pk)
    run_arrangement(arrangement_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.n_added, job.n_withdrawn, job.n_changed) == ("succeeded", 3, 0, 0)
    assert Assignment.objects.count() == 0


def test_the_clock_knows_arrangements_as_work_to_be_rescued(project, carol):
    request_arrangement(project=project, title="Overlap", requested_by=carol)
    Arrangement.objects.update(queued_at="2026-01-01T00:00Z")

    assert rescue_work()["sent"] == 1
