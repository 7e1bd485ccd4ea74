"""Two reports side by side in the API."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_reviewer
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import LARGEST_KEY
from feedback_platform.api.views import ApiView
from quality.access import report_with_figures
from quality.api.reports import EstimateOutput
from quality.reporting.comparison import compare_documents


class ComparedInput(serializers.Serializer[Any]):
    """Which two reports."""

    first = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)
    second = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)


class ComparedReportOutput(serializers.Serializer[Any]):
    report = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    code_version = serializers.CharField()


class ComparedFigureOutput(serializers.Serializer[Any]):
    """A figure of both reports, and second minus first."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_share = serializers.BooleanField()
    first = EstimateOutput()
    second = EstimateOutput()
    difference = EstimateOutput()
    intervals_overlap = serializers.BooleanField(allow_null=True)
    is_clear = serializers.BooleanField(help_text="The interval of the difference excludes 0.")


class ComparedAnnotatorOutput(ComparedFigureOutput):
    annotator = serializers.CharField()
    pseudonym = serializers.CharField()


class ComparedAnnotatorsOutput(serializers.Serializer[Any]):
    """Who came, who is gone, and whose figures differ clearly, the largest change first."""

    n_both = serializers.IntegerField()
    joined = serializers.ListField(child=serializers.CharField())
    gone = serializers.ListField(child=serializers.CharField())
    n_changed = serializers.IntegerField()
    changed = ComparedAnnotatorOutput(many=True)


class ComparedNumberOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    first = serializers.IntegerField()
    second = serializers.IntegerField()


class ComparedParameterOutput(serializers.Serializer[Any]):
    """A parameter that differs: text, number or null on either side."""

    name = serializers.CharField()
    first = serializers.JSONField()
    second = serializers.JSONField()


class ReportComparisonOutput(serializers.Serializer[Any]):
    """Two reports side by side."""

    first = ComparedReportOutput()
    second = ComparedReportOutput()
    counts = ComparedNumberOutput(many=True)
    figures = ComparedFigureOutput(many=True)
    sections = serializers.DictField(child=ComparedFigureOutput(many=True))
    annotators = ComparedAnnotatorsOutput()
    parameters = ComparedParameterOutput(many=True)


@extend_schema(tags=["Reports"])
class ReportComparison(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="reports_compare",
        parameters=[ComparedInput],
        responses={200: ReportComparisonOutput, **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Figures, annotators and parameters of two reports, with their differences."""
        project = project_for_reviewer(request.user, slug)
        wanted = ComparedInput(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        first, second = (
            report_with_figures(project, wanted.validated_data[name])
            for name in ("first", "second")
        )
        return Response(compare_documents(first.results or {}, second.results or {}))
