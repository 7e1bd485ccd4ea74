"""Routes answer what they have, whatever media type or format a program asks for."""

import pytest

from annotation.models import Import
from tests.api import Api, api_of, body_of
from tests.factories import make_membership, make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> Api:
    carol = make_user("carol")
    make_membership(make_project(), "carol", role="manager", user=carol)
    return api_of(carol)


@pytest.mark.parametrize("accept", ["application/octet-stream", "application/x-ndjson", "a/b", "x"])
def test_no_media_type_is_refused(api: Api, accept: str) -> None:
    found = api.get("/projects/project", accept=accept)
    missing = api.get("/projects/project/imports/1/rejects", accept=accept)

    assert body_of(found)["slug"] == "project"
    assert found["Content-Type"] == "application/json"
    assert missing.status_code == 404


def test_an_import_may_name_its_format(api: Api) -> None:
    row = {"prompt": "p", "response_a": "a", "response_b": "b"}

    answer = api.post("/projects/project/imports?format=comparisons", row)

    assert answer.status_code == 202
    assert Import.objects.get().project.slug == "project"


def test_the_description_comes_as_yaml_or_json(api: Api) -> None:
    types = [
        api.get("/schema", accept=f"application/vnd.oai.openapi{kind}")["Content-Type"]
        for kind in ("", "+json")
    ]

    assert ["json" in one for one in types] == [False, True]
