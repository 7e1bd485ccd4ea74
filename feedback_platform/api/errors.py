"""Every refusal of the API is a JSON object with ``detail``."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from feedback_platform.errors import DomainError


class ErrorOutput(serializers.Serializer[Any]):
    """Why a request was refused, and what to do."""

    detail = serializers.CharField()
    problems = serializers.DictField(
        required=False, help_text="With status 422, where fields were wrong: messages by field."
    )


REASONS = {
    400: "The body cannot be read.",
    401: "There is no token, or it is unknown, revoked or expired.",
    403: "The token's scope or your role in the project does not allow this.",
    404: "There is no such thing, or you are not a member of its project.",
    409: "It contradicts what is stored.",
    410: "It has passed to somebody else.",
    411: "The header Content-Length is missing.",
    413: "The body is over the limit.",
    415: "The body has another media type than the route reads.",
    422: "The input cannot be used.",
    429: "Too many unknown tokens from this address.",
    503: "Try again in a moment.",
}


def refusals(*statuses: int) -> dict[int, Any]:
    """The refusals of a route for its OpenAPI description; those of every route included."""
    from_anywhere = (401, 403, 429)
    # Where a body has a limit it has to say how long it is.
    with_a_body = (411,) if 413 in statuses else ()
    return {
        code: OpenApiResponse(ErrorOutput, description=REASONS[code])
        for code in sorted({*statuses, *from_anywhere, *with_a_body})
    }


def answer_to_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to what a view raised; None: a defect, which crashes and is logged."""
    if isinstance(error, DomainError):
        set_rollback()
        return Response({"detail": error.message}, status=error.status)
    if isinstance(error, RequestDataTooBig):
        return Response({"detail": "The body is too large."}, status=413)
    if isinstance(error, SuspiciousOperation):
        return Response({"detail": "The body cannot be read."}, status=400)
    response = exception_handler(error, context)
    if response is not None and isinstance(error, ValidationError):
        found = error.detail if isinstance(error.detail, dict) else {"body": error.detail}
        response.status_code = 422
        response.data = {"detail": _first_message(found), "problems": found}
    return response


def _first_message(found: Any, place: str = "") -> str:
    """The first of the nested messages, with the name of its field before it."""
    if isinstance(found, dict):
        name, inner = next(iter(found.items()))
        return _first_message(inner, place if name == "non_field_errors" else str(name))
    if isinstance(found, list) and found and not isinstance(found[0], ErrorDetail):
        return _first_message(next(one for one in found if one), place)
    message = str(found[0]) if isinstance(found, list) else str(found)
    return f"{place}: {message}" if place else message
