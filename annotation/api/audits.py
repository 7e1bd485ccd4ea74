"""Audits in the API: judgments drawn at random for a second look."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import audit_for_reviewer, project_for_reviewer
from annotation.api.waiting import WaitingInput, waiting_response
from annotation.models import Audit
from annotation.selectors.reviews import audits_of
from annotation.services.flags import LONGEST_TEXT
from annotation.services.reviews import decide_audit
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import page_of
from feedback_platform.api.views import ApiView


class AuditOutput(serializers.Serializer[Any]):
    """A judgment drawn at random for a second look."""

    id = serializers.IntegerField()
    judgment = serializers.IntegerField(source="judgment_id")
    comparison = serializers.IntegerField(source="judgment.comparison_id")
    created_at = serializers.DateTimeField()
    verdict = serializers.ChoiceField(
        choices=Audit.Verdict.choices, allow_blank=True, help_text="Empty while it waits."
    )
    comment = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)


class VerdictInput(serializers.Serializer[Any]):
    """What the second look found; the annotator reads the comment of what is not sound."""

    verdict = serializers.ChoiceField(choices=Audit.Verdict.choices)
    comment = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")


@extend_schema(tags=["Review"])
class Audits(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="audits_list",
        parameters=[WaitingInput],
        responses={200: page_of(AuditOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Judgments drawn for a second look that wait for one, or those that had it."""
        project = project_for_reviewer(request.user, slug)
        return waiting_response(request, audits_of, project, AuditOutput)


@extend_schema(tags=["Review"])
class AuditDecide(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="audits_decide",
        request=VerdictInput,
        responses={200: AuditOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, audit_id: int) -> Response:
        """Store what a second look found; the first verdict stays."""
        _, audit = audit_for_reviewer(request.user, slug, audit_id)
        given = VerdictInput(data=request.data)
        given.is_valid(raise_exception=True)
        decided = decide_audit(audit=audit, person=logged_in_user(request), **given.validated_data)
        return Response(AuditOutput(decided).data)
