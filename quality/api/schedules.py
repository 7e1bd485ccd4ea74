"""The schedule of a project's reports in the API."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager, project_for_reviewer
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.views import ApiView
from quality.models import ReportSchedule
from quality.selectors.schedules import schedule_of
from quality.services.schedules import set_schedule


class ScheduleInput(serializers.Serializer[Any]):
    """How often the project is measured by itself."""

    every = serializers.ChoiceField(choices=ReportSchedule.Every.choices)


class ScheduleOutput(ScheduleInput):
    """The schedule, and when a report is due next, as far as judgments arrive."""

    next_at = serializers.DateTimeField(allow_null=True, help_text="Null: never by itself.")


@extend_schema(tags=["Reports"])
class Schedule(ApiView):
    required_scope: ClassVar = {"GET": "read", "PATCH": "manage"}

    @extend_schema(
        operation_id="report_schedule_read", responses={200: ScheduleOutput, **refusals(404)}
    )
    def get(self, request: Request, slug: str) -> Response:
        """How often the project is measured by itself."""
        return Response(ScheduleOutput(schedule_of(project_for_reviewer(request.user, slug))).data)

    @extend_schema(
        operation_id="report_schedule_change",
        request=ScheduleInput,
        responses={200: ScheduleOutput, **refusals(400, 404, 413, 415, 422)},
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Choose how often the project is measured by itself."""
        project = project_for_manager(request.user, slug)
        given = ScheduleInput(data=request.data)
        given.is_valid(raise_exception=True)
        every = given.validated_data["every"]
        set_schedule(project=project, every=every, person=logged_in_user(request))
        return Response(ScheduleOutput(schedule_of(project)).data)
