"""Calling the API with a token, as a program would."""

import json
from typing import Any

from django.test import Client

from feedback_platform.models import User
from feedback_platform.tokens import create_token

ROOT = "/api/v1"


class Api:
    """A client of the API that sends a token; ``token=None`` sends none."""

    def __init__(self, token: str | None) -> None:
        self._client = Client(raise_request_exception=False)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **headers: str) -> Any:
        return self._client.get(ROOT + path, headers={**self._headers, **headers})

    def post(self, path: str, body: Any = None) -> Any:
        return self.send(path, json.dumps({} if body is None else body).encode())

    def send(
        self, path: str, body: bytes, content_type: str = "application/json", **headers: str
    ) -> Any:
        """Post the body as it is."""
        return self._client.post(
            ROOT + path,
            data=body,
            content_type=content_type,
            headers={**self._headers, **headers},
        )

    def post_form(self, path: str, fields: dict[str, Any]) -> Any:
        return self._client.post(ROOT + path, fields, headers=self._headers)

    def other(self, method: str, path: str, body: Any = None) -> Any:
        sent = b"" if body is None else json.dumps(body).encode()
        return self._client.generic(
            method, ROOT + path, sent, content_type="application/json", headers=self._headers
        )


def api_of(user: User, scope: str = "manage") -> Api:
    """The API as a new token of this person sees it."""
    _, text = create_token(user=user, name="test", scope=scope, days=1)
    return Api(text)


def body_of(response: Any) -> Any:
    """The JSON document of an answer, a downloaded one included."""
    content = b"".join(response) if response.streaming else response.content
    return json.loads(content)
