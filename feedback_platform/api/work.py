"""Long work as the API shows it: asked for with 202, then looked at until it has ended."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.response import Response

from feedback_platform.jobs.models import LongWork


class WorkOutput(serializers.Serializer[Any]):
    """The state of long work."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=LongWork.State.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField(help_text="0 while it is unknown.")
    message = serializers.CharField(help_text="What it is doing now.")
    error = serializers.CharField(help_text="Why it failed, and what to do.")
    requested_by = serializers.CharField(
        source="requested_by.username", allow_null=True, help_text="Null: a command asked for it."
    )
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


def accepted(job: LongWork, output: type[serializers.Serializer[Any]], *, at: str) -> Response:
    """202 with the row, and in ``Location`` the path where it can be looked at."""
    job.refresh_from_db(fields=["state", "cancel_requested_at", "finished_at", "error", "message"])
    return Response(output(job).data, status=202, headers={"Location": at})


def accepted_as(output: type[serializers.Serializer[Any]]) -> OpenApiResponse:
    """The same for the OpenAPI description."""
    return OpenApiResponse(
        output, description="Accepted. The path in the Location header tells how far it is."
    )
