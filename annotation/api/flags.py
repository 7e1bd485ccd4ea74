"""Flags in the API: what annotators remarked, and the answers."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import flag_for_reviewer, project_for_reviewer
from annotation.api.own_work import TextInput
from annotation.api.waiting import WaitingInput, waiting_response
from annotation.models import Flag
from annotation.selectors.reviews import flags_of
from annotation.services.flags import resolve_flag
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import page_of
from feedback_platform.api.views import ApiView


class FlagOutput(serializers.Serializer[Any]):
    """An annotator's remark on a comparison."""

    id = serializers.IntegerField()
    comparison = serializers.IntegerField(source="comparison_id")
    annotator = serializers.CharField(source="membership.pseudonym")
    kind = serializers.ChoiceField(choices=Flag.Kind.choices)
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
    answer = serializers.CharField()
    resolved_at = serializers.DateTimeField(allow_null=True)


@extend_schema(tags=["Review"])
class Flags(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="flags_list",
        parameters=[WaitingInput],
        responses={200: page_of(FlagOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Flags that wait for an answer, or those that have one, the newest first."""
        project = project_for_reviewer(request.user, slug)
        return waiting_response(request, flags_of, project, FlagOutput)


@extend_schema(tags=["Review"])
class FlagResolve(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="flags_resolve",
        request=TextInput,
        responses={200: FlagOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, flag_id: int) -> Response:
        """Answer a flag; the annotator reads the answer."""
        _, flag = flag_for_reviewer(request.user, slug, flag_id)
        given = TextInput(data=request.data)
        given.is_valid(raise_exception=True)
        answered = resolve_flag(
            flag=flag, answer=given.validated_data["text"], person=logged_in_user(request)
        )
        return Response(FlagOutput(answered).data)
