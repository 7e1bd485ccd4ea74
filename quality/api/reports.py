"""Reports in the API."""

from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager, project_for_reviewer
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView
from feedback_platform.api.work import WorkOutput, accepted, accepted_as
from feedback_platform.jobs.services import enqueue, request_cancel
from quality.access import report_for_manager, report_of_project
from quality.models import Report
from quality.services.reports import request_report, retry_report
from quality.views.report_html import file_response


class EstimateOutput(serializers.Serializer[Any]):
    """A figure with its 95 % interval and n, or the reason why there is none."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    undefined_because = serializers.CharField()


class AgreementOutput(serializers.Serializer[Any]):
    percent_direction = EstimateOutput()
    alpha_direction = EstimateOutput()
    alpha_strength = EstimateOutput()
    alpha_outcome = EstimateOutput()


class AnnotatorOutput(serializers.Serializer[Any]):
    annotator = serializers.CharField()
    n_judgments = serializers.IntegerField()
    agreement_with_others = EstimateOutput()
    left_share = EstimateOutput()


class ReportOutput(WorkOutput):
    """A report's state."""

    trigger = serializers.ChoiceField(choices=Report.Trigger.choices)
    as_of = serializers.DateTimeField(allow_null=True)
    code_version = serializers.CharField(help_text="Of the measures; empty until it is there.")


class ReportDetailOutput(ReportOutput):
    """A report's state and, once it has succeeded, its figures beside it.

    The figures are the JSON document of `manage.py build_report`, which has more than is
    listed here. `sections` holds one document per tab of the report's page, by the tab's name.
    """

    parameters = serializers.DictField(
        required=False, help_text="Level, method, draws and seed of the intervals."
    )
    project = serializers.CharField(required=False)
    n_comparisons = serializers.IntegerField(required=False)
    n_judgments = serializers.IntegerField(required=False)
    n_annotators = serializers.IntegerField(required=False)
    domain = serializers.ListField(child=serializers.CharField(), required=False)
    agreement = AgreementOutput(required=False)
    annotators = AnnotatorOutput(many=True, required=False)
    sections = serializers.DictField(child=serializers.DictField(), required=False)

    def to_representation(self, report: Report) -> dict[str, Any]:
        state = {**ReportOutput(report).data, "parameters": report.parameters}
        return {**state, **(report.results or {})}


@extend_schema(tags=["Reports"])
class Reports(ApiView):
    required_scope: ClassVar = {"GET": "read", "POST": "manage"}

    @extend_schema(
        operation_id="reports_list",
        parameters=[PageInput],
        responses={200: page_of(ReportOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The reports of a project, the newest first."""
        project = project_for_reviewer(request.user, slug)
        rows = Report.objects.filter(project=project).select_related("requested_by")
        return page_response(request, rows.defer("results", "charts"), ReportOutput)

    @extend_schema(
        operation_id="reports_create",
        request=None,
        responses={202: accepted_as(ReportDetailOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Measure the project as it is now."""
        project = project_for_manager(request.user, slug)
        report = request_report(project=project, requested_by=logged_in_user(request))
        enqueue(report)
        return _accepted(report)


@extend_schema(tags=["Reports"])
class ReportDetail(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="reports_read", responses={200: ReportDetailOutput, **refusals(404)}
    )
    def get(self, request: Request, slug: str, report_id: int) -> Response:
        """One report: how far it is, or its figures."""
        project = project_for_reviewer(request.user, slug)
        return Response(ReportDetailOutput(report_of_project(project, report_id)).data)


@extend_schema(tags=["Reports"])
class ReportPage(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="reports_page",
        responses={
            (200, "text/html"): OpenApiResponse(
                OpenApiTypes.BINARY, description="A page that needs nothing else."
            ),
            **refusals(404),
        },
    )
    def get(self, request: Request, slug: str, report_id: int) -> HttpResponse:
        """Download a report as one HTML file, its sections and charts in it."""
        report = report_of_project(project_for_reviewer(request.user, slug), report_id)
        if report.results is None:
            raise Http404("This report has no figures.")
        return file_response(report)


@extend_schema(tags=["Reports"])
class ReportCancel(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="reports_cancel",
        request=None,
        responses={202: accepted_as(ReportDetailOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, report_id: int) -> Response:
        """End the building of a report; nothing of it is kept."""
        report = report_for_manager(request.user, slug, report_id)
        request_cancel(report)
        return _accepted(report)


@extend_schema(tags=["Reports"])
class ReportRetry(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="reports_retry",
        request=None,
        responses={202: accepted_as(ReportDetailOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, report_id: int) -> Response:
        """Build a report again that failed or was cancelled."""
        report = report_for_manager(request.user, slug, report_id)
        retry_report(report=report)
        report.refresh_from_db(fields=["done", "total"])
        enqueue(report)
        return _accepted(report)


def _accepted(report: Report) -> Response:
    at = reverse("api-report", args=[report.project.slug, report.pk])
    return accepted(report, ReportDetailOutput, at=at)
