"""What an annotator's own page tells beside the lists: figures, known answers, second looks."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import membership_of
from annotation.api.own_work import LeftOutOutput
from annotation.api.shown import JudgmentDetailOutput, JudgmentOutput, ShownJudgmentOutput
from annotation.models import Audit, Judgment
from annotation.selectors.checks import warning_for
from annotation.selectors.own_work import (
    critical_audits,
    gold_share,
    known_answer,
    own_judgment,
    shown_gold,
    totals_of,
)
from annotation.selectors.qualification import feedback_on
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView


class GoldShareOutput(serializers.Serializer[Any]):
    """The share of known answers that you gave, in steps of several comparisons."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True, help_text="Of its 95 % interval.")
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    undefined_because = serializers.CharField()


class OwnFiguresOutput(serializers.Serializer[Any]):
    """What you have done in this project, and what you are told about it."""

    judged_today = serializers.IntegerField(help_text="Since midnight, UTC.")
    judged = serializers.IntegerField()
    active_seconds = serializers.FloatField(help_text="At work, idle time left out.")
    gold = GoldShareOutput()
    warning = serializers.CharField(
        help_text="After a missed attention check: what follows from another one. Else empty."
    )
    is_paused = serializers.BooleanField()
    pause_reason = serializers.CharField()


class KnownAnswerOutput(serializers.Serializer[Any]):
    """What was expected of a judgment, told when it is no secret any more."""

    is_correct = serializers.BooleanField()
    accepted = serializers.ListField(
        child=serializers.CharField(), help_text="Accepted answers in words, as shown to you."
    )
    explanation = serializers.CharField()


class FeedbackOutput(KnownAnswerOutput):
    """The same of an answer in the qualification, with the outcome of the try that it ended."""

    outcome = serializers.CharField(default="", help_text="Empty while the try goes on.")


class OwnGoldOutput(ShownJudgmentOutput):
    """An own judgment of a comparison with a known answer."""

    known_answer = serializers.SerializerMethodField()

    @extend_schema_field(KnownAnswerOutput())
    def get_known_answer(self, judgment: Judgment) -> Any:
        return KnownAnswerOutput(known_answer(judgment)).data


class OwnAuditOutput(serializers.Serializer[Any]):
    """What a reviewer noticed in a second look at a judgment of yours."""

    verdict = serializers.ChoiceField(choices=Audit.Verdict.choices)
    comment = serializers.CharField()
    decided_at = serializers.DateTimeField()


class OwnAuditDetailOutput(OwnAuditOutput):
    """The same with the judgment."""

    id = serializers.IntegerField()
    judgment = JudgmentOutput()


class ReturnOutput(serializers.Serializer[Any]):
    """That a judgment was sent back to its author, and what they answered."""

    id = serializers.IntegerField()
    comment = serializers.CharField()
    created_at = serializers.DateTimeField()
    answer = serializers.CharField(help_text="Empty while it waits, and after a revision.")
    answered_at = serializers.DateTimeField(allow_null=True)


class OwnJudgmentOutput(JudgmentDetailOutput):
    """A judgment of yours as you saw it, and what was said about it."""

    is_current = serializers.SerializerMethodField(help_text="False: you have revised it since.")
    sent_back = ReturnOutput(many=True)
    left_out = LeftOutOutput(source="exclusion", allow_null=True, default=None)
    audit = serializers.SerializerMethodField(help_text="Null: nothing was found.")
    known_answer = serializers.SerializerMethodField(help_text="Null: there is none, or a secret.")

    def get_is_current(self, judgment: Judgment) -> bool:
        return not hasattr(judgment, "superseded_by")

    @extend_schema_field(OwnAuditOutput(allow_null=True))
    def get_audit(self, judgment: Judgment) -> Any:
        audit = getattr(judgment, "audit", None)
        if audit is None or audit.verdict in {"", Audit.Verdict.SOUND}:
            return None
        return OwnAuditOutput(audit).data

    @extend_schema_field(FeedbackOutput(allow_null=True))
    def get_known_answer(self, judgment: Judgment) -> Any:
        known = known_answer(judgment)
        if known is None:
            return None
        return FeedbackOutput(feedback_on(judgment) or asdict(known)).data


@extend_schema(tags=["My work"])
class OwnFigures(ApiView):
    required_scope: ClassVar = {"GET": "judge"}

    @extend_schema(operation_id="my_figures", responses={200: OwnFiguresOutput, **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """What you have done, how you did on known answers, and what you are warned of."""
        membership = membership_of(request.user, slug)
        totals = totals_of(membership)
        found = {
            "judged_today": totals.today,
            "judged": totals.all,
            "active_seconds": totals.seconds,
            "gold": gold_share(membership),
            "warning": warning_for(membership),
            "is_paused": membership.paused_at is not None,
            "pause_reason": membership.pause_reason,
        }
        return Response(OwnFiguresOutput(found).data)


@extend_schema(tags=["My work"])
class OwnJudgment(ApiView):
    required_scope: ClassVar = {"GET": "judge"}

    @extend_schema(
        operation_id="my_judgments_read", responses={200: OwnJudgmentOutput, **refusals(404)}
    )
    def get(self, request: Request, slug: str, judgment_id: int) -> Response:
        """One judgment of yours with its texts, its answers and what was said about it."""
        judgment = own_judgment(membership_of(request.user, slug), judgment_id)
        if judgment is None:
            raise Http404("There is no such judgment of yours.")
        return Response(OwnJudgmentOutput(judgment).data)


@extend_schema(tags=["My work"])
class OwnGold(ApiView):
    required_scope: ClassVar = {"GET": "judge"}

    @extend_schema(
        operation_id="my_gold",
        parameters=[PageInput],
        responses={200: page_of(OwnGoldOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Your answers in qualifications and to gold that is retired, the newest first."""
        return page_response(request, shown_gold(membership_of(request.user, slug)), OwnGoldOutput)


@extend_schema(tags=["My work"])
class OwnAudits(ApiView):
    required_scope: ClassVar = {"GET": "judge"}

    @extend_schema(
        operation_id="my_audits",
        parameters=[PageInput],
        responses={200: page_of(OwnAuditDetailOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What reviewers found debatable or wrong in judgments of yours, the newest first."""
        rows = critical_audits(membership_of(request.user, slug))
        return page_response(request, rows, OwnAuditDetailOutput)
