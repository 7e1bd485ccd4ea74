"""Prompts of other datasets, and what managers say about the task, in the API."""

from typing import Any, ClassVar, cast

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager
from annotation.api.imports import refuse_long_body
from annotation.api.retrying import retry
from annotation.services.uploads import store_upload
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.bodies import RawFileParser
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView
from feedback_platform.api.work import WorkOutput, accepted, accepted_as
from feedback_platform.jobs.services import enqueue, request_cancel
from quality.access import prompt_set_for_manager
from quality.models import PromptSet, ReadinessAnswers
from quality.selectors.prompt_sets import newest_answers, prompt_sets_of
from quality.services.prompt_sets import delete_prompt_set, queue_prompt_set
from quality.services.readiness import answer_readiness


class PromptSetOptionsInput(serializers.Serializer[Any]):
    """Where the prompts are."""

    column = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=200,
        help_text="Column with the prompts; empty: found out from the file.",
    )


class PromptSetInput(PromptSetOptionsInput):
    """A file of prompts."""

    file = serializers.FileField()


class PromptSetOutput(WorkOutput):
    """A set of prompts: its state and how many it holds."""

    file = serializers.CharField(source="original_name")
    size = serializers.IntegerField()
    column = serializers.CharField()
    prompts = serializers.IntegerField(source="n_prompts")
    distinct = serializers.IntegerField(source="n_distinct")
    n_rejected = serializers.IntegerField()


@extend_schema(tags=["Reports"])
class PromptSets(ApiView):
    required_scope: ClassVar = {"GET": "manage", "POST": "manage"}
    parser_classes = [MultiPartParser, RawFileParser]

    @extend_schema(
        operation_id="prompt_sets_list",
        parameters=[PageInput],
        responses={200: page_of(PromptSetOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The sets of other prompts that reports compare with, the newest first."""
        project = project_for_manager(request.user, slug)
        return page_response(request, prompt_sets_of(project), PromptSetOutput)

    @extend_schema(
        operation_id="prompt_sets_create",
        request={
            "multipart/form-data": PromptSetInput,
            "application/octet-stream": OpenApiTypes.BINARY,
        },
        parameters=[PromptSetOptionsInput],
        responses={202: accepted_as(PromptSetOutput), **refusals(400, 404, 409, 413, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Take in prompts, such as those of fine-tuning; only digests of them are kept.

        The file is a form field or, with any media type but multipart, the body itself, named by
        `Content-Disposition: attachment; filename=NAME`.
        """
        project = project_for_manager(request.user, slug)
        refuse_long_body(request)
        fields = cast(dict[str, Any], request.data)
        given = PromptSetInput(data={**request.query_params.dict(), **dict(fields.items())})
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        job = queue_prompt_set(
            project=project,
            file=store_upload(name=file.name, pieces=file.chunks()),
            column=given.validated_data["column"],
            requested_by=logged_in_user(request),
        )
        enqueue(job)
        return _accepted(job)


@extend_schema(tags=["Reports"])
class PromptSetDetail(ApiView):
    required_scope: ClassVar = {"GET": "manage"}

    @extend_schema(
        operation_id="prompt_sets_read", responses={200: PromptSetOutput, **refusals(404)}
    )
    def get(self, request: Request, slug: str, prompt_set_id: int) -> Response:
        """One set: how far it is, how many prompts it has."""
        job = prompt_set_for_manager(request.user, slug, prompt_set_id)
        return Response(PromptSetOutput(job).data)


@extend_schema(tags=["Reports"])
class PromptSetCancel(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="prompt_sets_cancel",
        request=None,
        responses={202: accepted_as(PromptSetOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, prompt_set_id: int) -> Response:
        """End the reading of a set; nothing of its file is kept."""
        job = prompt_set_for_manager(request.user, slug, prompt_set_id)
        request_cancel(job)
        return _accepted(job)


@extend_schema(tags=["Reports"])
class PromptSetRetry(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="prompt_sets_retry",
        request=None,
        responses={202: accepted_as(PromptSetOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, prompt_set_id: int) -> Response:
        """Read the stored file once more, after a failure or a cancel."""
        job = prompt_set_for_manager(request.user, slug, prompt_set_id)
        retry(job)
        return _accepted(job)


@extend_schema(tags=["Reports"])
class PromptSetDelete(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="prompt_sets_delete",
        request=None,
        responses={204: None, **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, prompt_set_id: int) -> Response:
        """Forget a set; reports that knew it stay as they are."""
        job = prompt_set_for_manager(request.user, slug, prompt_set_id)
        delete_prompt_set(prompt_set=job)
        return Response(status=204)


class ReadinessAnswersInput(serializers.Serializer[Any]):
    """What the figures of a report cannot tell about the task."""

    task = serializers.ChoiceField(
        choices=ReadinessAnswers.Task.choices, default="", allow_blank=True
    )
    metric_name = serializers.CharField(default="", allow_blank=True, max_length=100)
    metric_value = serializers.FloatField(default=None, allow_null=True, min_value=0, max_value=1)


@extend_schema(tags=["Reports"])
class ReadinessAnswersDetail(ApiView):
    required_scope: ClassVar = {"GET": "read", "PUT": "manage"}

    @extend_schema(
        operation_id="readiness_answers_read",
        responses={200: ReadinessAnswersInput, **refusals(404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What was said last about the task."""
        project = project_for_manager(request.user, slug)
        return Response(_answers(newest_answers(project)))

    @extend_schema(
        operation_id="readiness_answers_replace",
        request=ReadinessAnswersInput,
        responses={200: ReadinessAnswersInput, **refusals(400, 404, 413, 415, 422)},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Say what kind of task it is, and where its metric stands; the next report counts it."""
        project = project_for_manager(request.user, slug)
        given = ReadinessAnswersInput(data=request.data)
        given.is_valid(raise_exception=True)
        answered = answer_readiness(
            project=project, answered_by=logged_in_user(request), **given.validated_data
        )
        return Response(_answers(answered))


def _answers(row: ReadinessAnswers | None) -> dict[str, Any]:
    return dict(ReadinessAnswersInput(row or ReadinessAnswers()).data)


def _accepted(job: PromptSet) -> Response:
    at = reverse("api-prompt-set", args=[job.project.slug, job.pk])
    return accepted(job, PromptSetOutput, at=at)
