"""What annotators see of their own work: judgments, progress, exclusions, what was sent back."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import (
    exclusion_for_author,
    judgment_for_annotator,
    membership_of,
    sent_back_for_author,
)
from annotation.api.judging import OwnFlagOutput
from annotation.api.shown import (
    JudgmentInput,
    JudgmentOutput,
    ShownJudgmentOutput,
)
from annotation.models import Appeal, Exclusion, Judgment
from annotation.selectors.judging import progress_of
from annotation.selectors.own_work import open_sent_back, own_exclusions, own_flags
from annotation.services.appeals import appeal
from annotation.services.flags import LONGEST_TEXT
from annotation.services.judging import revise_judgment
from annotation.services.reviews import confirm_judgment
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView


class OwnProgressOutput(serializers.Serializer[Any]):
    """How much you have judged, and what is left for you."""

    today = serializers.IntegerField(help_text="Since midnight, UTC.")
    total = serializers.IntegerField()
    left = serializers.IntegerField(
        help_text="Comparisons that you hold or could be given; caps and pauses are not counted."
    )
    step = serializers.IntegerField(help_text="What is left is rounded up to a multiple of this.")
    is_capped = serializers.BooleanField(help_text="More is left than was counted.")


class AppealOutput(serializers.Serializer[Any]):
    """An objection to an exclusion, and its decision."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
    decision = serializers.ChoiceField(
        choices=Appeal.Decision.choices, allow_blank=True, help_text="Empty while it waits."
    )
    answer = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)


class LeftOutOutput(serializers.Serializer[Any]):
    """Why a judgment of yours is left out of every analysis, or was for a time."""

    id = serializers.IntegerField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    reinstated_at = serializers.DateTimeField(
        source="reinstatement.created_at",
        allow_null=True,
        default=None,
        help_text="Since when it counts again; null: it is left out.",
    )
    appeal = serializers.SerializerMethodField()

    @extend_schema_field(AppealOutput(allow_null=True))
    def get_appeal(self, exclusion: Exclusion) -> dict[str, Any] | None:
        made = getattr(exclusion, "appeal", None)
        return dict(AppealOutput(made).data) if made else None


class OwnExclusionOutput(LeftOutOutput):
    """A judgment of yours that is or was left out."""

    judgment = JudgmentOutput()


class TextInput(serializers.Serializer[Any]):
    """What you have to say."""

    text = serializers.CharField(max_length=LONGEST_TEXT)


class OwnSentBackOutput(serializers.Serializer[Any]):
    """A judgment of yours that a reviewer asks you to look at again."""

    id = serializers.IntegerField()
    judgment = ShownJudgmentOutput()
    comment = serializers.CharField()
    created_at = serializers.DateTimeField()


@extend_schema(tags=["My work"])
class OwnProgress(ApiView):
    required_scope: ClassVar = {"GET": "judge"}

    @extend_schema(operation_id="my_progress", responses={200: OwnProgressOutput, **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """How far you are."""
        return Response(OwnProgressOutput(progress_of(membership_of(request.user, slug))).data)


@extend_schema(tags=["My work"])
class OwnJudgments(ApiView):
    required_scope: ClassVar = {"GET": "judge"}

    @extend_schema(
        operation_id="my_judgments",
        parameters=[PageInput],
        responses={200: page_of(JudgmentOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Your judgments in their latest version, the newest first."""
        membership = membership_of(request.user, slug)
        rows = Judgment.objects.filter(annotator=membership, superseded_by=None)
        return page_response(request, rows, JudgmentOutput)


@extend_schema(tags=["My work"])
class OwnRevision(ApiView):
    required_scope: ClassVar = {"POST": "judge"}

    @extend_schema(
        operation_id="my_judgments_revise",
        request=JudgmentInput,
        responses={
            200: OpenApiResponse(JudgmentOutput, description="It was stored before."),
            201: JudgmentOutput,
            **refusals(400, 404, 409, 413, 415, 422),
        },
    )
    def post(self, request: Request, slug: str, judgment_id: int) -> Response:
        """Change a judgment: a new one takes its place, the earlier one stays on record."""
        judgment = judgment_for_annotator(request.user, slug, judgment_id)
        given = JudgmentInput(data=request.data)
        given.is_valid(raise_exception=True)
        revision = revise_judgment(judgment=judgment, **given.judgment())
        return Response(JudgmentOutput(revision).data, status=200 if revision.was_there else 201)


@extend_schema(tags=["My work"])
class OwnFlags(ApiView):
    required_scope: ClassVar = {"GET": "judge"}

    @extend_schema(
        operation_id="my_flags",
        parameters=[PageInput],
        responses={200: page_of(OwnFlagOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What you flagged, with the answers, the newest first."""
        return page_response(request, own_flags(membership_of(request.user, slug)), OwnFlagOutput)


@extend_schema(tags=["My work"])
class OwnExclusions(ApiView):
    required_scope: ClassVar = {"GET": "judge"}

    @extend_schema(
        operation_id="my_exclusions",
        parameters=[PageInput],
        responses={200: page_of(OwnExclusionOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Judgments of yours that are or were left out, the newest first."""
        rows = own_exclusions(membership_of(request.user, slug))
        return page_response(request, rows, OwnExclusionOutput)


@extend_schema(tags=["My work"])
class OwnAppeal(ApiView):
    required_scope: ClassVar = {"POST": "judge"}

    @extend_schema(
        operation_id="my_exclusions_appeal",
        request=TextInput,
        responses={201: AppealOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, exclusion_id: int) -> Response:
        """Ask a manager to let the judgment count again; once for each exclusion."""
        exclusion = exclusion_for_author(request.user, slug, exclusion_id)
        given = TextInput(data=request.data)
        given.is_valid(raise_exception=True)
        made = appeal(exclusion=exclusion, **given.validated_data)
        return Response(AppealOutput(made).data, status=201)


@extend_schema(tags=["My work"])
class OwnSentBack(ApiView):
    required_scope: ClassVar = {"GET": "judge"}

    @extend_schema(
        operation_id="my_sent_back",
        parameters=[PageInput],
        responses={200: page_of(OwnSentBackOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Judgments that came back and wait for you, the newest first; revise or confirm them."""
        rows = open_sent_back(membership_of(request.user, slug))
        return page_response(request, rows, OwnSentBackOutput)


@extend_schema(tags=["My work"])
class OwnConfirmation(ApiView):
    required_scope: ClassVar = {"POST": "judge"}

    @extend_schema(
        operation_id="my_sent_back_confirm",
        request=TextInput,
        responses={
            204: OpenApiResponse(description="The reviewer reads your answer."),
            **refusals(400, 404, 409, 413, 415, 422),
        },
    )
    def post(self, request: Request, slug: str, sent_back_id: int) -> Response:
        """Stand by a judgment that was sent back, and say why."""
        sent_back = sent_back_for_author(request.user, slug, sent_back_id)
        given = TextInput(data=request.data)
        given.is_valid(raise_exception=True)
        confirm_judgment(sent_back=sent_back, answer=given.validated_data["text"])
        return Response(status=204)
