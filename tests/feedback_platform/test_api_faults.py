"""A defect behind the API is told as JSON, and its cause stays in the log."""

from typing import Any

import pytest
from django.test import Client
from django.urls import include, path

from feedback_platform.api.views import server_error

SECRET = "/var/secret/place"


def fail(request: Any) -> None:
    raise RuntimeError(f"cannot open {SECRET}")


urlpatterns = [
    path("api/v1/broken", fail),
    path("broken", fail),
    path("", include("feedback_platform.urls")),
]
handler500 = server_error


@pytest.mark.urls(__name__)
def test_a_program_gets_json_with_the_id_of_the_request(db: None) -> None:
    client = Client(raise_request_exception=False)

    answer = client.get("/api/v1/broken", headers={"X-Request-ID": "abc"})

    assert answer.status_code == 500
    assert answer.json()["request_id"] == "abc"
    assert SECRET not in answer.content.decode()


@pytest.mark.urls(__name__)
def test_people_get_the_page(db: None) -> None:
    answer = Client(raise_request_exception=False).get("/broken")

    assert answer.status_code == 500
    assert "<html" in answer.content.decode()
    assert SECRET not in answer.content.decode()
