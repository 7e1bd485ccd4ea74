"""Reviewing in the API: flags, audits, decisions, judgments sent back or left out, appeals.

People appear under their pseudonyms, and preferences in the comparison's own order.
"""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import (
    adjudication_for_reviewer,
    appeal_for_manager,
    audit_for_reviewer,
    comparison_for_reviewer,
    flag_for_reviewer,
    judgment_for_manager,
    judgment_for_reviewer,
    project_for_manager,
    project_for_reviewer,
)
from annotation.api.own_work import AppealOutput, TextInput
from annotation.majority import Decision
from annotation.models import Adjudication, Appeal, Audit, Flag, Outcome
from annotation.selectors.reviews import appeals_of, audits_of, flags_of
from annotation.services.adjudication import decide, mark_ambiguous, take_back
from annotation.services.appeals import decide_appeal
from annotation.services.flags import LONGEST_TEXT, resolve_flag
from annotation.services.judging import exclude_judgment
from annotation.services.reviews import decide_audit, send_back
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView


class WaitingInput(PageInput):
    """Whether what waits is listed, or what is settled."""

    settled = serializers.BooleanField(default=False)


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


class DecisionInput(serializers.Serializer[Any]):
    """A reviewer's own answer in the comparison's own order, or that the prompt allows none."""

    kind = serializers.ChoiceField(
        choices=[Adjudication.Kind.DECIDED.value, Adjudication.Kind.AMBIGUOUS.value]
    )
    outcome = serializers.ChoiceField(choices=Outcome.choices, required=False)
    preference = serializers.IntegerField(min_value=-3, max_value=3, allow_null=True, default=None)
    reason = serializers.CharField(max_length=LONGEST_TEXT)
    seen = serializers.IntegerField(
        min_value=1,
        max_value=2**63 - 1,
        allow_null=True,
        default=None,
        help_text="The decision that was in force when you looked; null: there was none.",
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if (given["kind"] == Adjudication.Kind.DECIDED) != ("outcome" in given):
            raise serializers.ValidationError(
                {"outcome": "Give an outcome with the kind decided, and with no other."}
            )
        return given


class DecisionOutput(serializers.Serializer[Any]):
    """A reviewer's decision on a comparison."""

    id = serializers.IntegerField()
    comparison = serializers.IntegerField(source="comparison_id")
    kind = serializers.ChoiceField(choices=Adjudication.Kind.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    preference = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class AppealDetailOutput(AppealOutput):
    """An annotator's objection to an exclusion."""

    judgment = serializers.IntegerField(source="exclusion.judgment_id")
    reason = serializers.CharField(source="exclusion.reason", help_text="Of the exclusion.")


class AppealDecisionInput(serializers.Serializer[Any]):
    """Whether the judgment counts again, and what the annotator is told."""

    decision = serializers.ChoiceField(choices=Appeal.Decision.choices)
    answer = serializers.CharField(max_length=LONGEST_TEXT)


def _listed(request: Request, rows: "QuerySet[Any]", output: type[Any]) -> Response:
    return page_response(request, rows, output, keep=["settled"])


def _is_settled(request: Request) -> bool:
    wanted = WaitingInput(data=request.query_params)
    wanted.is_valid(raise_exception=True)
    return bool(wanted.validated_data["settled"])


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
        return _listed(request, flags_of(project, resolved=_is_settled(request)), FlagOutput)


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
        return _listed(request, audits_of(project, decided=_is_settled(request)), AuditOutput)


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
            decision = decide(decision=Decision(sent["outcome"], sent["preference"]), **common)
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
        withdrawn = take_back(adjudication=decision, person=logged_in_user(request))
        return Response(DecisionOutput(withdrawn).data, status=201)


@extend_schema(tags=["Review"])
class Appeals(ApiView):
    required_scope: ClassVar = {"GET": "manage"}

    @extend_schema(
        operation_id="appeals_list",
        parameters=[WaitingInput],
        responses={200: page_of(AppealDetailOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Objections to exclusions that wait for a decision, or those that have one."""
        project = project_for_manager(request.user, slug)
        rows = appeals_of(project, decided=_is_settled(request))
        return _listed(request, rows, AppealDetailOutput)


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
