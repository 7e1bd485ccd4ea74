"""The OpenAPI document describes the API as it is."""

import re
from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.permissions.api import API_ROWS

METHODS = {"get", "post", "put", "patch"}
# The description itself, and the answer to misspelt addresses.
UNDESCRIBED = {"/api/v1/schema", "/api/v1/docs", "/api/v1/{rest}"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    described: dict[str, Any] = yaml.safe_load(out.getvalue())
    return described


def routes(patterns: list[Any], prefix: str = "/") -> dict[str, Any]:
    """Every address below the prefix, in the notation of OpenAPI, with its view."""
    found: dict[str, Any] = {}
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            found |= routes(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            found[re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)] = one.callback
    return {path: view for path, view in found.items() if path.startswith("/api/v1/")}


def test_every_route_and_method_is_described(document: dict[str, Any]) -> None:
    views = routes(get_resolver().url_patterns)
    for path in UNDESCRIBED:
        del views[path]

    offered = {
        (path, name)
        for path, view in views.items()
        for name in METHODS
        if hasattr(view.view_class, name)
    }
    described = {(path, name) for path, item in document["paths"].items() for name in item}
    assert offered == described


def test_every_operation_asks_for_a_token_and_lists_its_refusals(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            where = f"{method} {path}"
            answers = set(operation["responses"])
            assert operation["security"] == [{"bearer": []}], where
            assert {"401", "403", "429"} <= answers, where
            assert ("404" in answers) == ("{" in path), where
            assert operation["description"], where
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                assert {"400", "413", "415", "422"} <= answers, where


def test_every_answer_in_the_table_of_permissions_is_described(document: dict[str, Any]) -> None:
    for (method, route), answers in API_ROWS.items():
        path = re.sub(r"<(\w+)>", r"{\1}", route)
        if path in UNDESCRIBED:
            continue
        described = document["paths"][path][method.lower()]["responses"]
        assert {str(answer) for answer in answers} <= set(described), f"{method} {path}"


def test_every_long_work_is_accepted_with_its_row(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        if path.endswith(("/imports", "/reports", "/dataset-versions", "/runs", "/cancel")):
            assert "202" in item["post"]["responses"], path


def test_anybody_can_read_the_description(client: Client) -> None:
    answer = client.get("/api/v1/schema")

    assert answer.status_code == 200
    assert b"openapi: 3" in answer.content


def test_its_page_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/v1/docs")
    script = client.get("/api/v1/docs?script=")

    assert page.status_code == script.status_code == 200
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page.content.decode())
    assert "<style" not in page.content.decode()
    assert not re.findall(r"<script>", page.content.decode())
    assert "/api/v1/schema" in script.content.decode()
