"""Appeals in the API: objections of annotators to exclusions."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import appeal_for_manager, project_for_reviewer
from annotation.api.own_work import AppealOutput
from annotation.api.waiting import WaitingInput, waiting_response
from annotation.models import Appeal
from annotation.selectors.reviews import appeals_of
from annotation.services.appeals import decide_appeal
from annotation.services.flags import LONGEST_TEXT
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import page_of
from feedback_platform.api.views import ApiView


class AppealDetailOutput(AppealOutput):
    """An annotator's objection to an exclusion."""

    judgment = serializers.IntegerField(source="exclusion.judgment_id")
    reason = serializers.CharField(source="exclusion.reason", help_text="Of the exclusion.")


class AppealDecisionInput(serializers.Serializer[Any]):
    """Whether the judgment counts again, and what the annotator is told."""

    decision = serializers.ChoiceField(choices=Appeal.Decision.choices)
    answer = serializers.CharField(max_length=LONGEST_TEXT)


@extend_schema(tags=["Review"])
class Appeals(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="appeals_list",
        parameters=[WaitingInput],
        responses={200: page_of(AppealDetailOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Objections to exclusions that wait for a decision, or those that have one."""
        project = project_for_reviewer(request.user, slug)
        return waiting_response(request, appeals_of, project, AppealDetailOutput)


@extend_schema(tags=["Review"])
class AppealDecide(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="appeals_decide",
        request=AppealDecisionInput,
        responses={200: AppealDetailOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, appeal_id: int) -> Response:
        """Let the judgment count again for good, or not."""
        _, appeal = appeal_for_manager(request.user, slug, appeal_id)
        given = AppealDecisionInput(data=request.data)
        given.is_valid(raise_exception=True)
        decided = decide_appeal(
            appeal=appeal, person=logged_in_user(request), **given.validated_data
        )
        return Response(AppealDetailOutput(decided).data)
