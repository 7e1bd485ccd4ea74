"""Decisions of reviewers in the API, in the comparison's own order."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import adjudication_for_reviewer, comparison_for_reviewer
from annotation.majority import Decision
from annotation.models import Adjudication, Outcome
from annotation.services.adjudication import accept_majority, decide, mark_ambiguous
from annotation.services.flags import LONGEST_TEXT
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.views import ApiView
from quality.services.review import take_back_decision

GIVEN = (Adjudication.Kind.DECIDED, Adjudication.Kind.ACCEPTED, Adjudication.Kind.AMBIGUOUS)


class DecisionInput(serializers.Serializer[Any]):
    """A reviewer's own answer, the majority's, or that the prompt allows none; in own order."""

    kind = serializers.ChoiceField(
        choices=[kind.value for kind in GIVEN],
        help_text="With accepted, outcome and preference are the majority as you saw it.",
    )
    outcome = serializers.ChoiceField(choices=Outcome.choices, required=False)
    preference = serializers.IntegerField(min_value=-3, max_value=3, allow_null=True, default=None)
    reason = serializers.CharField(
        max_length=LONGEST_TEXT,
        default="",
        allow_blank=True,
        help_text="Optional where the majority is accepted.",
    )
    seen = serializers.IntegerField(
        min_value=1,
        max_value=2**63 - 1,
        allow_null=True,
        default=None,
        help_text="The decision that was in force when you looked; null: there was none.",
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if (given["kind"] == Adjudication.Kind.AMBIGUOUS) == ("outcome" in given):
            raise serializers.ValidationError(
                {"outcome": "Give an outcome, but none with the kind ambiguous."}
            )
        if given["kind"] != Adjudication.Kind.ACCEPTED and not given["reason"]:
            raise serializers.ValidationError({"reason": "Say why."})
        return given


class MajorityOutput(serializers.Serializer[Any]):
    """What most of the judgments that count say."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    preference = serializers.IntegerField(allow_null=True)


class DecisionOutput(serializers.Serializer[Any]):
    """A reviewer's decision on a comparison."""

    id = serializers.IntegerField()
    comparison = serializers.IntegerField(source="comparison_id")
    kind = serializers.ChoiceField(choices=Adjudication.Kind.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    preference = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


@extend_schema(tags=["Review"])
class ComparisonDecide(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="comparisons_decide",
        request=DecisionInput,
        responses={201: DecisionOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, comparison_id: int) -> Response:
        """Decide a comparison on which annotators differ."""
        _, comparison = comparison_for_reviewer(request.user, slug, comparison_id)
        given = DecisionInput(data=request.data)
        given.is_valid(raise_exception=True)
        sent = given.validated_data
        common = {
            "comparison": comparison,
            "reason": sent["reason"],
            "person": logged_in_user(request),
            "seen": sent["seen"],
        }
        if sent["kind"] == Adjudication.Kind.AMBIGUOUS:
            decision = mark_ambiguous(**common)
        else:
            answer = Decision(sent["outcome"], sent["preference"])
            if sent["kind"] == Adjudication.Kind.ACCEPTED:
                decision = accept_majority(shown=answer, **common)
            else:
                decision = decide(decision=answer, **common)
        return Response(DecisionOutput(decision).data, status=201)


@extend_schema(tags=["Review"])
class DecisionTakeBack(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="decisions_take_back",
        request=None,
        responses={
            201: OpenApiResponse(DecisionOutput, description="The withdrawal, a row of its own."),
            **refusals(404, 409),
        },
    )
    def post(self, request: Request, slug: str, adjudication_id: int) -> Response:
        """Withdraw the decision in force: the comparison is open for review again."""
        decision = adjudication_for_reviewer(request.user, slug, adjudication_id)
        withdrawn = take_back_decision(adjudication=decision, person=logged_in_user(request))
        return Response(DecisionOutput(withdrawn).data, status=201)
