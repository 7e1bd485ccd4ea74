"""Judging in the API: the next comparison, its judgment, and what else one may do with it."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import membership_of, own_assignment
from annotation.api.shown import (
    AssignmentOutput,
    JudgedOutput,
    JudgmentInput,
    JudgmentOutput,
    shown_assignment,
)
from annotation.models import Flag, Membership
from annotation.services.drafts import save_draft
from annotation.services.flags import LONGEST_TEXT, raise_flag
from annotation.services.judging import record_judgment
from annotation.services.seats import (
    MOST_HELD,
    Handout,
    Why,
    renew_leases,
    reserve_comparison,
    skip_comparison,
)
from feedback_platform.api.errors import ErrorOutput, refusals
from feedback_platform.api.views import ApiView

BUSY = "Many annotators are asking at this moment. Ask again in a second."
# What stops one person; the rest of the project goes on.
STOPS = {
    Why.PAUSED: "You are paused in this project.",
    Why.CAP_REACHED: "You have judged as many comparisons as one annotator may in this project.",
    Why.CAP_TODAY: "You have judged as many comparisons as one annotator may on one day.",
    Why.NOT_QUALIFIED: "You have not passed this project's qualification, and have no try left.",
}


class StopOutput(serializers.Serializer[Any]):
    """Why nothing is handed out to you."""

    detail = serializers.CharField()
    why = serializers.ChoiceField(choices=[why.value for why in STOPS])


class KnownInput(serializers.Serializer[Any]):
    """What you have already."""

    known = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=2 * MOST_HELD,
        default=list,
        help_text="Assignments that you hold and want to keep while the next one is fetched; "
        f"you may hold {MOST_HELD}. Without any, the oldest that you hold is given again.",
    )


class NextInput(serializers.Serializer[Any]):
    """Whether the answer shall hold the next assignment."""

    next = serializers.BooleanField(default=False)


class SkipInput(serializers.Serializer[Any]):
    """Why you leave it out; nobody has to say."""

    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class HeldOutput(serializers.Serializer[Any]):
    """How many assignments were kept."""

    held = serializers.IntegerField()


class DraftOutput(serializers.Serializer[Any]):
    """What was typed and not sent yet."""

    number = serializers.IntegerField(min_value=0, help_text="How often it was saved.")
    draft = serializers.DictField(allow_null=True)


class DraftInput(serializers.Serializer[Any]):
    """A draft to be stored over the one that you have seen last."""

    number = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, help_text="Of the draft you have seen; 0: none."
    )
    draft = serializers.DictField()


class SavedOutput(serializers.Serializer[Any]):
    """The number of the draft as it is stored now."""

    number = serializers.IntegerField()


class FlagInput(serializers.Serializer[Any]):
    """A remark on the comparison; a report also ends it for you, as a skip does."""

    kind = serializers.ChoiceField(choices=Flag.Kind.choices, default=Flag.Kind.QUESTION)
    text = serializers.CharField(max_length=LONGEST_TEXT)


class OwnFlagOutput(serializers.Serializer[Any]):
    """A remark of yours, and the answer once there is one."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Flag.Kind.choices)
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
    answer = serializers.CharField(help_text="Empty while it waits.")
    resolved_at = serializers.DateTimeField(allow_null=True)


@extend_schema(tags=["Judging"])
class NextAssignment(ApiView):
    required_scope: ClassVar = {"POST": "judge"}

    @extend_schema(
        operation_id="assignments_next",
        request=KnownInput,
        responses={
            200: AssignmentOutput,
            204: OpenApiResponse(description="Nothing is left for you, or the project is paused."),
            409: OpenApiResponse(StopOutput, description="You are stopped: `why` tells by what."),
            503: OpenApiResponse(ErrorOutput, description=BUSY),
            **refusals(400, 404, 413, 415, 422),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """The comparison you hold, or else the next one, reserved for you."""
        membership = membership_of(request.user, slug)
        given = KnownInput(data=request.data)
        given.is_valid(raise_exception=True)
        handout = reserve_comparison(membership=membership, **given.validated_data)
        if handout.assignment is not None:
            return Response(shown_assignment(handout.assignment, membership.project))
        return _nothing(handout, membership)


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
        judgment = record_judgment(assignment=assignment, **given.judgment())
        answer = dict(JudgmentOutput(judgment).data)
        if wanted.validated_data["next"]:
            answer["next"] = _next(assignment.annotator)
        return Response(answer, status=200 if judgment.was_there else 201)


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


@extend_schema(tags=["Judging"])
class AssignmentDraft(ApiView):
    required_scope: ClassVar = {"GET": "judge", "PUT": "judge"}

    @extend_schema(operation_id="assignments_draft", responses={200: DraftOutput, **refusals(404)})
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """What was typed for an assignment and not sent yet."""
        assignment = own_assignment(request.user, assignment_id)
        stored = {"number": assignment.draft_number, "draft": assignment.draft}
        return Response(DraftOutput(stored).data)

    @extend_schema(
        operation_id="assignments_save_draft",
        request=DraftInput,
        responses={200: SavedOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def put(self, request: Request, assignment_id: UUID) -> Response:
        """Keep what was typed; an older draft cannot overwrite a newer one (409)."""
        assignment = own_assignment(request.user, assignment_id)
        given = DraftInput(data=request.data)
        given.is_valid(raise_exception=True)
        number = save_draft(assignment=assignment, **given.validated_data)
        return Response(SavedOutput({"number": number}).data)


@extend_schema(tags=["Judging"])
class AssignmentFlag(ApiView):
    required_scope: ClassVar = {"POST": "judge"}

    @extend_schema(
        operation_id="assignments_flag",
        request=FlagInput,
        responses={201: OwnFlagOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Say something about a comparison; it stays yours unless you report it."""
        assignment = own_assignment(request.user, assignment_id)
        given = FlagInput(data=request.data)
        given.is_valid(raise_exception=True)
        flag = raise_flag(assignment=assignment, **given.validated_data)
        return Response(OwnFlagOutput(flag).data, status=201)


@extend_schema(tags=["Judging"])
class Heartbeat(ApiView):
    required_scope: ClassVar = {"POST": "judge"}

    @extend_schema(
        operation_id="assignments_heartbeat",
        request=None,
        responses={200: HeldOutput, **refusals(404)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keep the assignments that you hold for another lease."""
        held = renew_leases(membership=membership_of(request.user, slug))
        return Response(HeldOutput({"held": held}).data)


def _next(membership: Membership) -> dict[str, Any] | None:
    assignment = reserve_comparison(membership=membership).assignment
    return shown_assignment(assignment, membership.project) if assignment else None


def _nothing(handout: Handout, membership: Membership) -> Response:
    """Why there is no assignment, where the annotator can be told more than that."""
    if handout.why == Why.BUSY:
        return Response({"detail": BUSY}, status=503, headers={"Retry-After": "1"})
    if handout.why not in STOPS:
        return Response(status=204)
    detail = STOPS[handout.why]
    if handout.why == Why.PAUSED and membership.pause_reason:
        detail = f"{detail} {membership.pause_reason}"
    return Response({"detail": detail, "why": handout.why.value}, status=409)
