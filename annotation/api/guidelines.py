"""Guidelines in the API: reading them, having read them, publishing a new version."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import membership_of, project_for_manager
from annotation.models import Guidelines
from annotation.selectors.guidelines import guidelines_in_force, guidelines_of
from annotation.services.guidelines import (
    MAX_NOTE,
    MAX_TEXT,
    acknowledge_guidelines,
    publish_guidelines,
)
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView


class VersionOutput(serializers.Serializer[Any]):
    """One version of the guidelines, without its text."""

    number = serializers.IntegerField()
    note = serializers.CharField(help_text="What changed.")
    created_by = serializers.CharField(source="created_by.username", allow_null=True, default=None)
    created_at = serializers.DateTimeField()


class GuidelinesOutput(VersionOutput):
    """One version of the guidelines."""

    text = serializers.CharField(help_text="Markdown.")


class GuidelinesInput(serializers.Serializer[Any]):
    """A new version; everybody is asked to read it."""

    text = serializers.CharField(max_length=MAX_TEXT)
    note = serializers.CharField(max_length=MAX_NOTE, allow_blank=True, default="")
    based_on = serializers.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        allow_null=True,
        default=None,
        help_text="The version that you saw while writing: 409 when another is in force by now.",
    )


class ReadInput(serializers.Serializer[Any]):
    """Which version you have read."""

    number = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


@extend_schema(tags=["Guidelines"])
class GuidelinesNow(ApiView):
    required_scope: ClassVar = {"GET": "any", "POST": "manage"}

    @extend_schema(
        operation_id="guidelines_read", responses={200: GuidelinesOutput, **refusals(404)}
    )
    def get(self, request: Request, slug: str) -> Response:
        """The version in force."""
        found = guidelines_in_force(membership_of(request.user, slug).project)
        return Response(GuidelinesOutput(_known(found)).data)

    @extend_schema(
        operation_id="guidelines_publish",
        request=GuidelinesInput,
        responses={201: GuidelinesOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Put a new version in force."""
        project = project_for_manager(request.user, slug)
        given = GuidelinesInput(data=request.data)
        given.is_valid(raise_exception=True)
        published = publish_guidelines(
            project=project, person=logged_in_user(request), **given.validated_data
        )
        return Response(GuidelinesOutput(published).data, status=201)


@extend_schema(tags=["Guidelines"])
class GuidelinesVersions(ApiView):
    required_scope: ClassVar = {"GET": "any"}

    @extend_schema(
        operation_id="guidelines_versions",
        parameters=[PageInput],
        responses={200: page_of(VersionOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """All versions, the newest first; here `after` is a version's number."""
        project = membership_of(request.user, slug).project
        rows = Guidelines.objects.filter(project=project).select_related("created_by")
        return page_response(request, rows.defer("text"), VersionOutput, key="number")


@extend_schema(tags=["Guidelines"])
class GuidelinesVersion(ApiView):
    required_scope: ClassVar = {"GET": "any"}

    @extend_schema(
        operation_id="guidelines_read_version", responses={200: GuidelinesOutput, **refusals(404)}
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        """One version."""
        found = guidelines_of(membership_of(request.user, slug).project, number)
        return Response(GuidelinesOutput(_known(found)).data)


@extend_schema(tags=["Guidelines"])
class GuidelinesAcknowledge(ApiView):
    required_scope: ClassVar = {"POST": "judge"}

    @extend_schema(
        operation_id="guidelines_acknowledge",
        request=ReadInput,
        responses={
            204: OpenApiResponse(description="Noted. An older version than you know is ignored."),
            **refusals(400, 404, 413, 415, 422),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """Say that you have read a version."""
        membership = membership_of(request.user, slug)
        given = ReadInput(data=request.data)
        given.is_valid(raise_exception=True)
        acknowledge_guidelines(membership=membership, **given.validated_data)
        return Response(status=204)


def _known(found: Guidelines | None) -> Guidelines:
    if found is None:
        raise Http404("There are no such guidelines.")
    return found
