"""Quality flags in the API: what became worse, and how it was resolved."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_reviewer
from annotation.api.waiting import WaitingInput, waiting_response
from annotation.services.flags import LONGEST_TEXT
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import page_of
from feedback_platform.api.views import ApiView
from quality.access import quality_flag_of_project
from quality.models import QualityFlag, QualityFlagEvent
from quality.selectors.quality_flags import history_of, quality_flags_of
from quality.services.quality_flags import resolve_quality_flag


class QualityFlagOutput(serializers.Serializer[Any]):
    """A figure that a report found to be worse than the project's earlier reports."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=QualityFlag.Kind.choices)
    subject = serializers.CharField(help_text="Pseudonym, phrase, or empty: the whole project.")
    is_open = serializers.BooleanField()
    text = serializers.CharField()
    report = serializers.IntegerField(source="report_id", help_text="The newest one that found it.")
    raised_at = serializers.DateTimeField()


class QualityFlagEventOutput(serializers.Serializer[Any]):
    """One step in the life of a flag."""

    kind = serializers.ChoiceField(choices=QualityFlagEvent.Kind.choices)
    text = serializers.CharField(help_text="What was seen, or the reason why it is resolved.")
    report = serializers.IntegerField(source="report_id", help_text="The newest one then.")
    person = serializers.CharField(
        source="person.username", default=None, allow_null=True, help_text="Null: a report."
    )
    created_at = serializers.DateTimeField()


class QualityFlagDetailOutput(QualityFlagOutput):
    """A flag with its history, the oldest first."""

    history = serializers.SerializerMethodField()

    def get_history(self, flag: QualityFlag) -> list[dict[str, Any]]:
        return list(QualityFlagEventOutput(history_of(flag), many=True).data)


class ResolveInput(serializers.Serializer[Any]):
    """What you found, or did about it."""

    reason = serializers.CharField(max_length=LONGEST_TEXT)


@extend_schema(tags=["Reports"])
class QualityFlags(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="quality_flags_list",
        parameters=[WaitingInput],
        responses={200: page_of(QualityFlagOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Open flags of a project, or resolved ones, the newest first."""
        project = project_for_reviewer(request.user, slug)
        return waiting_response(request, quality_flags_of, project, QualityFlagOutput)


@extend_schema(tags=["Reports"])
class QualityFlagDetail(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="quality_flags_read",
        responses={200: QualityFlagDetailOutput, **refusals(404)},
    )
    def get(self, request: Request, slug: str, quality_flag_id: int) -> Response:
        """One flag with its history."""
        project = project_for_reviewer(request.user, slug)
        flag = quality_flag_of_project(project, quality_flag_id)
        return Response(QualityFlagDetailOutput(flag).data)


@extend_schema(tags=["Reports"])
class QualityFlagResolve(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="quality_flags_resolve",
        request=ResolveInput,
        responses={200: QualityFlagDetailOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, quality_flag_id: int) -> Response:
        """Resolve a flag; it is reopened when a later report is worse still."""
        project = project_for_reviewer(request.user, slug)
        flag = quality_flag_of_project(project, quality_flag_id)
        given = ResolveInput(data=request.data)
        given.is_valid(raise_exception=True)
        resolved = resolve_quality_flag(
            flag=flag, reason=given.validated_data["reason"], person=logged_in_user(request)
        )
        return Response(QualityFlagDetailOutput(resolved).data)
