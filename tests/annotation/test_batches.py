"""Batches: their names, their states, and the work each change asks for."""

import pytest

from annotation.models import Arrangement, Batch, Import, Project, Team
from annotation.services.batches import (
    close_batch,
    create_batch,
    create_batch_for_file,
    pause_batch,
    release_batch,
    reopen_batch,
    resume_batch,
    update_batch,
)
from annotation.services.imports import import_file, queue_import
from annotation.services.loading import ImportOptions
from annotation.services.uploads import store_upload
from feedback_platform.errors import BadInput, Conflict
from tests.annotation.importing import json_lines, row
from tests.factories import make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(project: Project) -> Batch:
    return create_batch(project=project, name="first")


def test_a_batch_goes_through_its_states(batch, carol):
    seen = []
    for move in (release_batch, pause_batch, resume_batch, close_batch, reopen_batch):
        move(batch=batch, requested_by=carol)
        batch.refresh_from_db()
        seen.append(batch.state)

    assert seen == ["open", "paused", "open", "closed", "open"]
    assert Arrangement.objects.get().batch == batch


@pytest.mark.parametrize("move", [pause_batch, resume_batch, reopen_batch])
def test_a_batch_that_waits_can_only_be_released_or_closed(batch, carol, move):
    with pytest.raises(Conflict, match="not released"):
        move(batch=batch, requested_by=carol)

    assert not Arrangement.objects.exists()


def test_only_changes_of_the_seats_ask_for_work(batch, carol):
    assert update_batch(batch=batch, requested_by=carol, name="other") is None
    assert update_batch(batch=batch, requested_by=carol, priority=0) is None
    assert update_batch(batch=batch, requested_by=carol, overlap=4) is not None

    batch.refresh_from_db()
    assert (batch.name, batch.overlap) == ("other", 4)


def test_names_are_unique_in_a_project(project, batch):
    with pytest.raises(Conflict, match="first"):
        create_batch(project=project, name=" first ")


@pytest.mark.parametrize("fields", [{"priority": 1001}, {"overlap": 0}, {"overlap": 101}])
def test_values_out_of_range_are_refused(batch, carol, fields):
    with pytest.raises(BadInput):
        update_batch(batch=batch, requested_by=carol, **fields)


def test_a_team_of_another_project_is_refused(batch, carol):
    foreign = Team.objects.create(project=make_project("elsewhere"), name="team")

    with pytest.raises(BadInput, match="another project"):
        update_batch(batch=batch, requested_by=carol, team=foreign)


def test_files_of_one_name_make_batches_with_numbers(project):
    names = [
        create_batch_for_file(project=project, name="a.jsonl", hold=False, created_by=None).name
        for _ in range(3)
    ]

    assert names == ["a.jsonl", "a.jsonl (2)", "a.jsonl (3)"]


def imported(project: Project, *ids: str, **options: object) -> Import:
    rows = [row(item_id=one, prompt=f"What is {one}?", annotator=None, choice=None) for one in ids]
    job = queue_import(
        project=project,
        file=store_upload(name="new.jsonl", pieces=[json_lines(*rows)]),
        options=ImportOptions(**options),
        check_only=False,
        requested_by=make_user(f"uploader of {ids[0]}"),
    )
    import_file(import_id=job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.django_db(transaction=True)
def test_an_import_makes_a_batch_and_releases_it():
    project = make_project(overlap=2)
    job = imported(project, "one", "two")

    batch = Batch.objects.get()

    assert (batch.name, batch.state, batch.created_by) == ("new.jsonl", "open", job.requested_by)
    assert batch.comparisons.filter(seats__state="free").count() == 4


@pytest.mark.django_db(transaction=True)
def test_an_import_that_holds_waits_for_its_release():
    imported(make_project(), "one", hold=True)

    batch = Batch.objects.get()
    assert batch.state == "waiting"
    assert batch.comparisons.filter(seats=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_import_joins_the_chosen_batch_and_its_state():
    project = make_project()
    paused = create_batch(project=project, name="chosen", state="paused")

    imported(project, "one", batch=paused.pk)

    assert set(paused.comparisons.values_list("seats__state", flat=True)) == {"withheld"}
    assert Batch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_import_that_adds_nothing_leaves_no_batch():
    project = make_project()
    imported(project, "one", "two")
    again = imported(project, "two", "one")

    assert (again.state, again.n_comparisons) == ("succeeded", 0)
    assert Batch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_batch_of_another_project_is_refused():
    foreign = create_batch(project=make_project("elsewhere"), name="foreign")

    job = imported(make_project(), "one", batch=foreign.pk)

    assert job.state == "failed"
    assert "Choose another" in job.error
    assert not foreign.comparisons.exists()
