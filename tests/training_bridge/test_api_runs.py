"""Runs through the API; the training itself has tests of its own."""

from typing import Any

import pytest
from django.utils import timezone

from annotation.models import Project
from feedback_platform.models import User
from quality.curation.recipe import Recipe
from quality.models import DatasetVersion
from tests import factories
from tests.api import Api, api_of, body_of
from training_bridge.models import Run, RunStep

pytestmark = pytest.mark.django_db
RUNS = "/projects/project/runs"


def make_version(project: Project, state: str) -> DatasetVersion:
    return DatasetVersion.objects.create(
        project=project,
        state=state,
        recipe=Recipe().as_dict(),
        manifest={"rows": 1},
        manifest_digest="a" * 64,
    )


@pytest.fixture
def version(project: Project) -> DatasetVersion:
    """A dataset version that was built."""
    return make_version(project, DatasetVersion.State.SUCCEEDED)


@pytest.fixture
def api(carol: User) -> Api:
    return api_of(carol)


def test_a_run_is_asked_for_and_looked_at(api: Api, version: DatasetVersion) -> None:
    answer = api.post(RUNS, {"dataset_version": version.pk, "epochs": 2, "seed": 3})

    run = Run.objects.get()
    assert answer.status_code == 202
    assert (run.base_model, run.data_digest) == ("scratch-tiny", "a" * 64)
    assert run.parameters == {"epochs": 2, "seed": 3}
    document = body_of(api.get(answer.headers["Location"].removeprefix("/api/v1")))
    assert document["state"] == "queued"
    assert document["dataset_version"] == version.pk
    assert document["steps"] == []
    assert "metrics" not in document


def test_the_latest_steps_come_with_a_run(api: Api, version: DatasetVersion) -> None:
    run_id = body_of(api.post(RUNS, {"dataset_version": version.pk}))["id"]
    RunStep.objects.bulk_create(RunStep(run_id=run_id, step=n, loss=1 / n) for n in range(1, 81))

    steps = body_of(api.get(f"{RUNS}/{run_id}"))["steps"]

    assert [one["step"] for one in steps] == list(range(31, 81))
    assert steps[-1]["loss"] == 1 / 80


def test_a_succeeded_run_shows_its_metrics(api: Api, version: DatasetVersion) -> None:
    run_id = body_of(api.post(RUNS, {"dataset_version": version.pk}))["id"]
    metrics = {"validation": {"pairwise_accuracy": {"value": 0.6}}}
    names = ("parameters", "counts", "truncation", "validation_groups", "pairs_per_second")
    Run.objects.update(
        state=Run.State.SUCCEEDED,
        finished_at=timezone.now(),
        metrics=metrics,
        record=dict.fromkeys(names, 1),
    )

    document = body_of(api.get(f"{RUNS}/{run_id}"))

    assert (document["run"], document["metrics"]) == (run_id, metrics)
    assert document["pairs_per_second"] == 1


def test_a_cancelled_run_can_be_resumed(api: Api, version: DatasetVersion) -> None:
    run_id = body_of(api.post(RUNS, {"dataset_version": version.pk}))["id"]

    cancelled = api.post(f"{RUNS}/{run_id}/cancel")
    resumed = api.post(f"{RUNS}/{run_id}/resume")

    assert (cancelled.status_code, body_of(cancelled)["state"]) == (202, "cancelled")
    assert (resumed.status_code, body_of(resumed)["state"]) == (202, "queued")
    assert api.post(f"{RUNS}/{run_id}/resume").status_code == 409


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"dataset_version": None}, 422),
        ({"dataset_version": "x"}, 422),
        ({"dataset_version": 10**30}, 422),
        ({"dataset_version": 2**62}, 404),
        ({"base_model": "/etc"}, 422),
        ({"base_model": "somebody/else"}, 422),
        ({"epochs": 0}, 422),
        ({"learning_rate": "NaN"}, 422),
        ({"learning_rate": 1e400}, 400),
        ({"seed": 2**31}, 422),
    ],
)
def test_a_run_that_cannot_be_is_refused(
    api: Api, version: DatasetVersion, changes: dict[str, Any], status: int
) -> None:
    answer = api.post(RUNS, {"dataset_version": version.pk, **changes})

    assert answer.status_code == status
    assert body_of(answer)["detail"]
    assert not Run.objects.exists()


def test_an_unfinished_version_cannot_be_trained_on(api: Api, project: Project) -> None:
    version = make_version(project, DatasetVersion.State.RUNNING)

    assert api.post(RUNS, {"dataset_version": version.pk}).status_code == 409


def test_a_version_of_another_project_cannot_be_trained_on(
    version: DatasetVersion, mallory: User
) -> None:
    answer = api_of(mallory).post("/projects/elsewhere/runs", {"dataset_version": version.pk})

    assert answer.status_code == 404
    assert not Run.objects.exists()


def test_runs_are_listed_for_reviewers(api: Api, version: DatasetVersion, alice: User) -> None:
    ids = [body_of(api.post(RUNS, {"dataset_version": version.pk}))["id"] for _ in range(2)]
    dora = factories.make_user("dora", project=version.project, role="reviewer")

    listed = body_of(api_of(dora, "read").get(RUNS))["results"]

    assert [one["id"] for one in listed] == ids[::-1]
    assert api_of(alice).get(RUNS).status_code == 403
