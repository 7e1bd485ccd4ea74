"""Lists of what waits for a reviewer, or of what is settled."""

from typing import Any, Protocol

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.models import Project
from feedback_platform.api.pages import PageInput, page_response


class WaitingInput(PageInput):
    """Whether what waits is listed, or what is settled."""

    settled = serializers.BooleanField(default=False)


class Rows(Protocol):
    """What waits in a project, or what is settled there."""

    def __call__(self, project: Project, *, settled: bool) -> "QuerySet[Any]": ...


def waiting_response(
    request: Request, rows: Rows, project: Project, output: type[serializers.Serializer[Any]]
) -> Response:
    """One page of such a list."""
    wanted = WaitingInput(data=request.query_params)
    wanted.is_valid(raise_exception=True)
    found = rows(project, settled=wanted.validated_data["settled"])
    return page_response(request, found, output, keep=["settled"])
