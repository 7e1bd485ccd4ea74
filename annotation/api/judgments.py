"""What a reviewer does with a judgment, in the API: exclude it, or send it back."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import judgment_for_manager, judgment_for_reviewer
from annotation.api.own_work import TextInput
from annotation.services.judging import exclude_judgment
from annotation.services.reviews import send_back
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.views import ApiView


class ReasonInput(serializers.Serializer[Any]):
    """Why; the annotator reads it."""

    reason = serializers.CharField(max_length=500)


class ExclusionOutput(serializers.Serializer[Any]):
    """A judgment left out of every analysis from now on."""

    id = serializers.IntegerField()
    judgment = serializers.IntegerField(source="judgment_id")
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class SentBackOutput(serializers.Serializer[Any]):
    """A judgment returned to its author."""

    id = serializers.IntegerField()
    judgment = serializers.IntegerField(source="judgment_id")
    comment = serializers.CharField()
    created_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()


@extend_schema(tags=["Review"])
class JudgmentExclude(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="judgments_exclude",
        request=ReasonInput,
        responses={201: ExclusionOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, judgment_id: int) -> Response:
        """Leave a judgment out of every analysis; its author is told why and may appeal."""
        judgment = judgment_for_manager(request.user, slug, judgment_id)
        given = ReasonInput(data=request.data)
        given.is_valid(raise_exception=True)
        exclusion = exclude_judgment(
            judgment=judgment, person=logged_in_user(request), **given.validated_data
        )
        return Response(ExclusionOutput(exclusion).data, status=201)


@extend_schema(tags=["Review"])
class JudgmentSendBack(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="judgments_send_back",
        request=TextInput,
        responses={201: SentBackOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, judgment_id: int) -> Response:
        """Ask the author of a judgment to look at it again."""
        judgment = judgment_for_reviewer(request.user, slug, judgment_id)
        given = TextInput(data=request.data)
        given.is_valid(raise_exception=True)
        returned = send_back(
            judgment=judgment,
            comment=given.validated_data["text"],
            person=logged_in_user(request),
        )
        return Response(SentBackOutput(returned).data, status=201)
