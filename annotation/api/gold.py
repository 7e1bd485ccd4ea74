"""Gold comparisons in the API: known answers that check annotators."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager
from annotation.api.fields import BatchField, ComparisonField
from annotation.models import Gold
from annotation.models.checks import ANSWERS
from annotation.services.gold import (
    MAX_BATCH,
    MAX_EXPLANATION,
    make_batch_gold,
    make_gold,
    retire_gold,
)
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView


class GoldInput(serializers.Serializer[Any]):
    """A comparison and its accepted answers."""

    comparison = ComparisonField()
    use = serializers.ChoiceField(choices=Gold.Use.choices, default=Gold.Use.GOLD)
    accepted = serializers.ListField(
        child=serializers.ChoiceField(choices=list(ANSWERS.items())),
        min_length=1,
        max_length=len(ANSWERS),
        help_text="In the comparison's own order.",
    )
    explanation = serializers.CharField(
        max_length=MAX_EXPLANATION, allow_blank=True, default="", help_text="Told to annotators."
    )


class GoldBatchInput(serializers.Serializer[Any]):
    """A batch whose comparisons name the accepted answer as `expected` in their metadata."""

    batch = BatchField(help_text=f"Of at most {MAX_BATCH:,} comparisons.")
    use = serializers.ChoiceField(choices=Gold.Use.choices, default=Gold.Use.GOLD)


class GoldOutput(serializers.Serializer[Any]):
    """A comparison whose answer is known."""

    id = serializers.IntegerField()
    comparison = serializers.IntegerField(source="comparison_id")
    external_id = serializers.CharField(source="comparison.external_id")
    use = serializers.ChoiceField(choices=Gold.Use.choices)
    accepted = serializers.ListField(child=serializers.CharField())
    explanation = serializers.CharField()
    created_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True)


class GoldBatchOutput(serializers.Serializer[Any]):
    """How many comparisons are known now."""

    n_gold = serializers.IntegerField()


@extend_schema(tags=["Gold"])
class GoldComparisons(ApiView):
    required_scope: ClassVar = {"GET": "manage", "POST": "manage"}

    @extend_schema(
        operation_id="gold_list",
        parameters=[PageInput],
        responses={200: page_of(GoldOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Known comparisons, the newest first."""
        project = project_for_manager(request.user, slug)
        rows = Gold.objects.filter(comparison__project=project).select_related("comparison")
        return page_response(request, rows, GoldOutput)

    @extend_schema(
        operation_id="gold_create",
        request=GoldInput,
        responses={201: GoldOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Say which answers of a comparison are accepted, in place of what was said before."""
        project = project_for_manager(request.user, slug)
        given = GoldInput(data=request.data, context={"project": project})
        given.is_valid(raise_exception=True)
        gold = make_gold(person=logged_in_user(request), **given.validated_data)
        return Response(GoldOutput(gold).data, status=201)


@extend_schema(tags=["Gold"])
class GoldBatch(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="gold_create_from_batch",
        request=GoldBatchInput,
        responses={201: GoldBatchOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make every comparison of a batch a known one, or none of them."""
        project = project_for_manager(request.user, slug)
        given = GoldBatchInput(data=request.data, context={"project": project})
        given.is_valid(raise_exception=True)
        n_gold = make_batch_gold(person=logged_in_user(request), **given.validated_data)
        return Response(GoldBatchOutput({"n_gold": n_gold}).data, status=201)


@extend_schema(tags=["Gold"])
class GoldRetire(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="gold_retire",
        request=None,
        responses={
            204: OpenApiResponse(description="Handed out no more; earlier results stay."),
            **refusals(404, 409),
        },
    )
    def post(self, request: Request, slug: str, gold_id: int) -> Response:
        """Stop using a comparison as a check."""
        project = project_for_manager(request.user, slug)
        retire_gold(gold=get_object_or_404(Gold, pk=gold_id, comparison__project=project))
        return Response(status=204)
