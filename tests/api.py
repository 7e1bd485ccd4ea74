"""Calling the API with a token, as a program would."""

import json
import re
from functools import cache
from typing import Any

from django.test import Client
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

from feedback_platform.models import User
from feedback_platform.tokens import create_token

ROOT = "/api/v1"


class Api:
    """A client of the API that sends a token; ``token=None`` sends none.

    It holds every answer to what the OpenAPI document says of its route.
    """

    def __init__(self, token: str | None) -> None:
        self._client = Client(raise_request_exception=False)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **headers: str) -> Any:
        return described(self._client.get(ROOT + path, headers={**self._headers, **headers}), "get")

    def post(self, path: str, body: Any = None) -> Any:
        return self.send(path, json.dumps({} if body is None else body).encode())

    def send(
        self, path: str, body: bytes, content_type: str = "application/json", **headers: str
    ) -> Any:
        """Post the body as it is."""
        answer = self._client.post(
            ROOT + path,
            data=body,
            content_type=content_type,
            headers={**self._headers, **headers},
        )
        return described(answer, "post")

    def post_form(self, path: str, fields: dict[str, Any]) -> Any:
        return described(self._client.post(ROOT + path, fields, headers=self._headers), "post")

    def other(self, method: str, path: str, body: Any = None) -> Any:
        sent = b"" if body is None else json.dumps(body).encode()
        answer = self._client.generic(
            method, ROOT + path, sent, content_type="application/json", headers=self._headers
        )
        return described(answer, method.lower())


def described(answer: Any, method: str) -> Any:
    """The answer, after a look whether its status is one that the route may have."""
    route = resolve(answer.wsgi_request.path_info).route
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
    operation = _document()["paths"].get(path, {}).get(method)
    # Defects and methods that a route does not have need no description.
    if operation is not None and answer.status_code != 500:
        where = f"{method.upper()} {path} answered {answer.status_code}"
        assert str(answer.status_code) in operation["responses"], f"{where}, which is undescribed"
    return answer


@cache
def _document() -> Any:
    """The OpenAPI document; made once, as it takes a second."""
    return SchemaGenerator().get_schema(request=None, public=True)


def api_of(user: User, scope: str = "manage") -> Api:
    """The API as a new token of this person sees it."""
    _, text = create_token(user=user, name="test", scope=scope, days=1)
    return Api(text)


def body_of(response: Any) -> Any:
    """The JSON document of an answer, a downloaded one included."""
    content = b"".join(response) if response.streaming else response.content
    return json.loads(content)
