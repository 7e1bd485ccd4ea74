"""Judging in the API: the next comparison, its judgment, skipping it.

What leaves here follows the screen. Names of models, external ids, groups, metadata and which
response is on which side stay on the server.
"""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import membership_of, own_assignment
from annotation.forms.judging import MAX_RATIONALE, ONE_DAY_MS
from annotation.models import Assignment, Judgment, Membership, Outcome, Project
from annotation.selectors.judging import is_recorded
from annotation.services.judging import record_judgment
from annotation.services.seats import reserve_comparison, skip_comparison
from annotation.sides import in_own_order
from feedback_platform.api.errors import ErrorOutput, refusals
from feedback_platform.api.views import ApiView

BUSY = "Many annotators are asking at this moment. Ask again in a second."


class MessageOutput(serializers.Serializer[Any]):
    """One turn of a conversation."""

    role = serializers.CharField()
    content = serializers.CharField()


class AssignmentOutput(serializers.Serializer[Any]):
    """A comparison reserved for you, as the screen would show it."""

    id = serializers.UUIDField()
    project = serializers.CharField()
    prompt = serializers.CharField(help_text="The last user turn, where there are messages.")
    messages = MessageOutput(many=True, allow_null=True)
    left = serializers.CharField()
    right = serializers.CharField()
    outcomes = serializers.ListField(child=serializers.CharField())
    preferences = serializers.ListField(child=serializers.IntegerField())
    expires_at = serializers.DateTimeField()


class JudgmentInput(serializers.Serializer[Any]):
    """Your decision; the preference follows the screen: negative, left is better."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    shown_preference = serializers.IntegerField(
        min_value=-3, max_value=3, allow_null=True, default=None
    )
    rationale = serializers.CharField(max_length=MAX_RATIONALE, allow_blank=True, default="")
    idempotency_key = serializers.UUIDField(
        help_text="Made by you, new for every judgment, the same when you send one again."
    )
    active_ms = serializers.IntegerField(
        min_value=0, max_value=ONE_DAY_MS, allow_null=True, default=None
    )


class JudgmentOutput(serializers.Serializer[Any]):
    """A judgment as stored, the preference as it was shown."""

    id = serializers.IntegerField()
    assignment = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    shown_preference = serializers.IntegerField(allow_null=True)
    rationale = serializers.CharField()
    active_ms = serializers.IntegerField(allow_null=True)
    submitted_at = serializers.DateTimeField()


class JudgedOutput(JudgmentOutput):
    """The judgment and, with ``next=1``, the next assignment."""

    next = AssignmentOutput(
        required=False, allow_null=True, help_text="Null: nothing is left for now."
    )


class SkipInput(serializers.Serializer[Any]):
    """Why you leave it out; nobody has to say."""

    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class NextInput(serializers.Serializer[Any]):
    """Whether the answer shall hold the next assignment."""

    next = serializers.BooleanField(default=False)


@extend_schema(tags=["Judging"])
class NextAssignment(ApiView):
    required_scope: ClassVar = {"POST": "judge"}

    @extend_schema(
        operation_id="assignments_next",
        request=None,
        responses={
            200: AssignmentOutput,
            204: OpenApiResponse(description="Nothing is left for you, or the project is paused."),
            503: OpenApiResponse(ErrorOutput, description=BUSY),
            **refusals(404),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """The comparison you hold, or else the next one, reserved for you."""
        membership = membership_of(request.user, slug)
        handout = reserve_comparison(membership=membership)
        if handout.assignment is not None:
            return Response(_assignment(handout.assignment, membership.project))
        if handout.busy:
            return Response({"detail": BUSY}, status=503, headers={"Retry-After": "1"})
        return Response(status=204)


@extend_schema(tags=["Judging"])
class SubmitJudgment(ApiView):
    required_scope: ClassVar = {"POST": "judge"}

    @extend_schema(
        operation_id="assignments_judge",
        request=JudgmentInput,
        parameters=[NextInput],
        responses={
            200: OpenApiResponse(JudgedOutput, description="It was stored before."),
            201: JudgedOutput,
            **refusals(400, 404, 409, 410, 413, 415, 422),
        },
    )
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Judge an assignment. Sent again with the same key, it is stored once."""
        assignment = own_assignment(request.user, assignment_id)
        wanted = NextInput(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        given = JudgmentInput(data=request.data)
        given.is_valid(raise_exception=True)
        is_repeated = is_recorded(given.validated_data["idempotency_key"])
        judgment = record_judgment(assignment=assignment, **given.validated_data)
        answer = _judgment(judgment, assignment)
        if wanted.validated_data["next"]:
            answer["next"] = _next(assignment.annotator)
        return Response(answer, status=200 if is_repeated else 201)


@extend_schema(tags=["Judging"])
class SkipAssignment(ApiView):
    required_scope: ClassVar = {"POST": "judge"}

    @extend_schema(
        operation_id="assignments_skip",
        request=SkipInput,
        responses={
            204: OpenApiResponse(description="It is free again and does not return to you."),
            **refusals(400, 404, 409, 413, 415, 422),
        },
    )
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Leave out a comparison."""
        assignment = own_assignment(request.user, assignment_id)
        given = SkipInput(data=request.data)
        given.is_valid(raise_exception=True)
        skip_comparison(assignment=assignment, **given.validated_data)
        return Response(status=204)


def _next(membership: Membership) -> dict[str, Any] | None:
    assignment = reserve_comparison(membership=membership).assignment
    return _assignment(assignment, membership.project) if assignment else None


def _assignment(assignment: Assignment, project: Project) -> dict[str, Any]:
    comparison = assignment.comparison
    sides = (comparison.response_a, comparison.response_b)
    left, right = reversed(sides) if assignment.swapped else sides
    shown = {
        "id": assignment.pk,
        "project": project.slug,
        "prompt": comparison.prompt,
        "messages": comparison.messages,
        "left": left,
        "right": right,
        "outcomes": project.offered_outcomes,
        "preferences": project.offered_preferences,
        "expires_at": assignment.expires_at,
    }
    return dict(AssignmentOutput(shown).data)


def _judgment(judgment: Judgment, assignment: Assignment) -> dict[str, Any]:
    preference = judgment.preference
    shown = None
    if preference is not None:
        shown = in_own_order(preference, swapped=assignment.swapped)
    row = {
        "id": judgment.pk,
        "assignment": assignment.pk,
        "outcome": judgment.outcome,
        "shown_preference": shown,
        "rationale": judgment.rationale,
        "active_ms": judgment.active_ms,
        "submitted_at": judgment.submitted_at,
    }
    return dict(JudgmentOutput(row).data)
