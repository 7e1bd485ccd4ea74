"""One judgment sent twice in the same moment through the API."""

from typing import Any
from uuid import uuid4

import pytest

from annotation.models import Judgment, Project
from annotation.services.arranging import arrange_seats
from feedback_platform.models import User
from tests import factories
from tests.annotation.at_once import at_once
from tests.api import Api, api_of, body_of


@pytest.fixture
def api(project: Project, alice: User) -> Api:
    factories.make_comparison(project)
    arrange_seats(project=project)
    return api_of(alice, "judge")


@pytest.mark.django_db(transaction=True)
def test_the_first_is_created_and_the_second_was_there(api: Api) -> None:
    given = body_of(api.post("/projects/project/assignments/next"))
    sent = {"outcome": "preference", "shown_preference": -2, "idempotency_key": str(uuid4())}

    def send() -> Any:
        return api.post(f"/assignments/{given['id']}/judgment", sent)

    first, second = at_once(send, send)

    assert (first.status_code, second.result().status_code) == (201, 200)
    assert body_of(first) == body_of(second.result())
    assert Judgment.objects.count() == 1
