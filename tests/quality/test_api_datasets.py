"""Dataset versions through the API, and the download of their files."""

import hashlib
from typing import Any

import pytest

from annotation.models import Project
from feedback_platform.models import User
from quality.models import DatasetVersion
from quality.services.datasets import build_dataset
from tests.api import Api, api_of, body_of
from tests.quality.stored import add

VERSIONS = "/projects/project/dataset-versions"


@pytest.fixture
def api(carol: User) -> Api:
    return api_of(carol)


def judged(n: int = 40) -> list[dict[str, Any]]:
    """Five annotators agree on every comparison."""
    return [
        {
            "item_id": f"item{item}",
            "prompt": f"Prompt {item}",
            "response_a": f"First {item}",
            "response_b": f"Second {item}",
            "annotator": f"annotator{number}",
            "choice": "a",
        }
        for item in range(n)
        for number in range(5)
    ]


def built(api: Api, project: Project) -> dict[str, Any]:
    add(project, judged())
    answer = api.post(VERSIONS, {"seed": 1, "holdout_annotators": 0})
    build_dataset(version_id=body_of(answer)["id"])
    document: dict[str, Any] = body_of(api.get(answer.headers["Location"].removeprefix("/api/v1")))
    return document


@pytest.mark.django_db(transaction=True)
def test_a_version_is_asked_for_and_read(api: Api, project: Project) -> None:
    document = built(api, project)

    assert document["state"] == "succeeded"
    assert document["rows"] == sum(document["splits"].values()) == 40
    assert document["recipe"]["seed"] == 1
    assert document["recipe"]["min_judgments"] == 3
    assert set(document["files"]) == set(document["sha256"])


@pytest.mark.django_db(transaction=True)
def test_every_file_is_downloaded_whole_and_named_by_its_digest(api: Api, project: Project) -> None:
    document = built(api, project)

    for name, path in document["files"].items():
        answer = api.get(path.removeprefix("/api/v1"))
        content = b"".join(answer.streaming_content)
        assert hashlib.sha256(content).hexdigest() == document["sha256"][name]
        assert answer.headers["ETag"] == f'"{document["sha256"][name]}"'
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_held_already_is_not_sent_again(api: Api, project: Project) -> None:
    path = built(api, project)["files"]["manifest.json"].removeprefix("/api/v1")
    first = api.get(path)
    again = api.get(path, **{"If-None-Match": first.headers["ETag"]})
    changed = api.get(path, **{"If-None-Match": '"other"'})

    assert again.status_code == 304
    assert body_of(changed) == body_of(first)


@pytest.mark.django_db(transaction=True)
def test_only_names_of_the_manifest_have_an_address(api: Api, project: Project) -> None:
    files = f"{VERSIONS}/{built(api, project)['id']}/files"

    for name in ("", "missing.json", "..%2F..%2Fsecret_key", "../../secret_key", "/etc/passwd"):
        assert api.get(f"{files}/{name}").status_code == 404
    for name in ("%00", "preference", "preference/", "manifest.json/"):
        assert api.get(f"{files}/{name}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "recipe",
    [
        {"min_judgments": 0},
        {"min_votes": 10**30},
        {"min_confidence": 0},
        {"min_confidence": "NaN"},
        {"min_confidence": 0.1234567},
        {"holdout_annotators": 0.6},
        {"split_by": "model"},
        {"seed": -1},
        {"seed": [1]},
    ],
)
def test_a_recipe_that_cannot_be_is_refused(api: Api, recipe: dict[str, Any]) -> None:
    answer = api.post(VERSIONS, recipe)

    assert answer.status_code == 422
    assert set(body_of(answer)["problems"]) == set(recipe)
    assert not DatasetVersion.objects.exists()


@pytest.mark.django_db
def test_an_unfinished_version_has_no_files_and_can_be_cancelled(api: Api) -> None:
    version = body_of(api.post(VERSIONS))

    assert version["state"] == "queued"
    assert "files" not in version
    assert api.get(f"{VERSIONS}/{version['id']}/files/manifest.json").status_code == 404
    answer = api.post(f"{VERSIONS}/{version['id']}/cancel")
    assert (answer.status_code, body_of(answer)["state"]) == (202, "cancelled")
    assert body_of(api.get(VERSIONS))["results"][0]["id"] == version["id"]


@pytest.mark.django_db
def test_a_version_is_not_in_another_project(api: Api, mallory: User) -> None:
    version = body_of(api.post(VERSIONS))["id"]

    other = api_of(mallory)

    for end in ("", "/files/manifest.json"):
        assert other.get(f"/projects/elsewhere/dataset-versions/{version}{end}").status_code == 404
    assert other.post(f"/projects/elsewhere/dataset-versions/{version}/cancel").status_code == 404
