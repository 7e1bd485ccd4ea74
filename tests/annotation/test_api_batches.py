"""Batches through the API: made, changed, released, paused, closed."""

import pytest

from annotation.models import Arrangement, Batch, Project
from annotation.services.arranging import run_arrangement
from feedback_platform.models import User
from tests import factories
from tests.api import Api, api_of, body_of

BATCHES = "/projects/project/batches"


@pytest.fixture
def api(carol: User) -> Api:
    return api_of(carol)


@pytest.fixture
def batch(project: Project) -> Batch:
    batch = Batch.objects.create(project=project, name="first")
    factories.make_comparison(project, batch=batch)
    return batch


def test_a_new_batch_waits(api: Api, project: Project) -> None:
    answer = api.post(BATCHES, {"name": "second", "priority": 5})

    assert answer.status_code == 201
    stored = Batch.objects.get()
    assert (stored.state, stored.priority, stored.project) == ("waiting", 5, project)
    assert body_of(api.get(answer["Location"].removeprefix("/api/v1")))["name"] == "second"


def test_two_batches_cannot_have_one_name(api: Api, batch: Batch) -> None:
    assert api.post(BATCHES, {"name": "first"}).status_code == 409


def test_a_release_is_long_work_that_frees_seats(
    api: Api, batch: Batch, django_capture_on_commit_callbacks: object
) -> None:
    answer = api.post(f"{BATCHES}/{batch.pk}/release")

    assert answer.status_code == 202
    assert Batch.objects.get().state == "open"
    place = answer["Location"].removeprefix("/api/v1")
    assert body_of(api.get(place))["state"] == "queued"


@pytest.mark.django_db(transaction=True)
def test_the_seats_of_a_released_batch_can_be_had(project: Project, carol: User) -> None:
    batch = Batch.objects.create(project=project, name="first")
    factories.make_comparison(project, batch=batch)
    api = api_of(carol)
    before = api.post("/projects/project/assignments/next").status_code
    api.post(f"{BATCHES}/{batch.pk}/release")

    run_arrangement(arrangement_id=Arrangement.objects.get().pk)

    after = api.post("/projects/project/assignments/next").status_code
    assert (before, after) == (204, 200)


def test_what_is_closed_cannot_be_paused(api: Api, batch: Batch) -> None:
    api.post(f"{BATCHES}/{batch.pk}/close")

    answer = api.post(f"{BATCHES}/{batch.pk}/pause")

    assert answer.status_code == 409
    assert "closed" in body_of(answer)["detail"]


def test_a_change_says_which_work_follows(api: Api, batch: Batch) -> None:
    renamed = api.other("PATCH", f"{BATCHES}/{batch.pk}", {"name": "renamed"})
    raised = api.other("PATCH", f"{BATCHES}/{batch.pk}", {"priority": 3})

    assert body_of(renamed)["arrangement"] is None
    assert body_of(raised)["arrangement"]["state"] == "queued"
    batch.refresh_from_db()
    assert (batch.name, batch.priority) == ("renamed", 3)


@pytest.mark.parametrize(
    "wrong", [{"overlap": 0}, {"overlap": 101}, {"priority": 1001}, {"team": 1}, {"name": ""}]
)
def test_a_value_out_of_its_range_is_refused(api: Api, batch: Batch, wrong: object) -> None:
    answer = api.other("PATCH", f"{BATCHES}/{batch.pk}", wrong)

    assert answer.status_code == 422
    assert list(body_of(answer)["problems"]) == list(wrong)  # type: ignore[call-overload]


def test_another_projects_team_is_unknown(api: Api, batch: Batch, mallory: User) -> None:
    elsewhere = Project.objects.get(slug="elsewhere").teams.create(name="theirs")

    answer = api.other("PATCH", f"{BATCHES}/{batch.pk}", {"team": elsewhere.pk})

    assert answer.status_code == 422
