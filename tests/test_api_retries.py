"""Long work that failed or was cancelled is tried again through the API."""

from datetime import UTC, datetime
from typing import Any

import pytest

from annotation.models import Arrangement, Batch, Import, Project
from annotation.services.arranging import run_arrangement
from feedback_platform.jobs.models import LongWork
from feedback_platform.models import User
from quality.models import DatasetVersion, PromptSet, Report
from tests import factories
from tests.api import api_of, body_of

PLACES: dict[str, Any] = {
    "arrangements": Arrangement,
    "imports": Import,
    "dataset-versions": DatasetVersion,
    "prompt-sets": PromptSet,
    "reports": Report,
}
FILE = {"original_name": "rows.jsonl", "size": 1}


def make(place: str, project: Project, state: str) -> LongWork:
    work: LongWork = PLACES[place].objects.create(
        project=project,
        state=state,
        done=2,
        error="The disk was full.",
        finished_at=datetime.now(UTC),
        **(FILE if place in {"imports", "prompt-sets"} else {}),
    )
    return work


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_what_ended_without_a_result_is_queued_once_more(
    carol: User, project: Project, place: str, state: str
) -> None:
    work = make(place, project, state)
    path = f"/projects/project/{place}/{work.pk}"

    answer = api_of(carol).post(f"{path}/retry")
    again = api_of(carol).post(f"{path}/retry")

    shown = body_of(answer)
    assert (answer.status_code, again.status_code) == (202, 409)
    assert answer.headers["Location"] == f"/api/v1{path}"
    assert (shown["state"], shown["done"], shown["error"]) == ("queued", 0, "")
    assert shown["finished_at"] is None


def test_a_report_is_not_tried_again_beside_another_one(carol: User, project: Project) -> None:
    failed = make("reports", project, "failed")
    Report.objects.create(project=project)

    assert api_of(carol).post(f"/projects/project/reports/{failed.pk}/retry").status_code == 409


@pytest.mark.django_db(transaction=True)
def test_a_release_that_failed_is_got_out_of(carol: User, project: Project) -> None:
    batch = Batch.objects.create(project=project, name="first")
    factories.make_comparison(project, batch=batch)
    api = api_of(carol)
    job = body_of(api.post(f"/projects/project/batches/{batch.pk}/release"))
    Arrangement.objects.update(state="failed")

    second = api.post(f"/projects/project/batches/{batch.pk}/release")
    api.post(f"/projects/project/arrangements/{job['id']}/retry")
    run_arrangement(arrangement_id=job["id"])

    assert second.status_code == 409
    assert api.post("/projects/project/assignments/next").status_code == 200
