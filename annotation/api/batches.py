"""Batches in the API, and the work that makes seats follow them."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager
from annotation.api.fields import TeamField
from annotation.api.retrying import retry
from annotation.models import Arrangement, Batch, Project
from annotation.services.batches import (
    close_batch,
    create_batch,
    pause_batch,
    release_batch,
    reopen_batch,
    resume_batch,
    update_batch,
)
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView
from feedback_platform.api.work import WorkOutput, accepted, accepted_as
from feedback_platform.jobs.services import enqueue

MOVES = {
    "release": release_batch,
    "pause": pause_batch,
    "resume": resume_batch,
    "close": close_batch,
    "reopen": reopen_batch,
}


class BatchChangeInput(serializers.Serializer[Any]):
    """What is to be different; the rest stays."""

    name = serializers.CharField(max_length=200, required=False)
    priority = serializers.IntegerField(
        min_value=-1000, max_value=1000, required=False, help_text="Higher goes out first."
    )
    overlap = serializers.IntegerField(
        min_value=1,
        max_value=100,
        allow_null=True,
        required=False,
        help_text="Null: the project's.",
    )
    team = TeamField(
        required=False, allow_null=True, help_text="Its people alone get the comparisons."
    )


class BatchInput(BatchChangeInput):
    """A new batch, empty and not released. An import that names its id fills it."""

    name = serializers.CharField(max_length=200)


class BatchOutput(serializers.Serializer[Any]):
    """Comparisons that are handed out, paused and closed together."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=Batch.State.choices)
    priority = serializers.IntegerField()
    overlap = serializers.IntegerField(allow_null=True)
    team = serializers.CharField(source="team.name", allow_null=True, default=None)
    created_at = serializers.DateTimeField()


class ArrangementOutput(WorkOutput):
    """Making the seats of a project, or of one batch, follow what is wanted."""

    title = serializers.CharField()
    batch = serializers.IntegerField(source="batch_id", allow_null=True)
    n_added = serializers.IntegerField()
    n_withdrawn = serializers.IntegerField()
    n_changed = serializers.IntegerField()


class ChangedBatchOutput(BatchOutput):
    """The batch, and the work that a change has started; null where the seats stay."""

    arrangement = ArrangementOutput(allow_null=True)


@extend_schema(tags=["Batches"])
class Batches(ApiView):
    required_scope: ClassVar = {"GET": "read", "POST": "manage"}

    @extend_schema(
        operation_id="batches_list",
        parameters=[PageInput],
        responses={200: page_of(BatchOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The batches of a project, the newest first."""
        project = project_for_manager(request.user, slug)
        rows = Batch.objects.filter(project=project).select_related("team")
        return page_response(request, rows, BatchOutput)

    @extend_schema(
        operation_id="batches_create",
        request=BatchInput,
        responses={201: BatchOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make an empty batch."""
        project = project_for_manager(request.user, slug)
        given = BatchInput(data=request.data, context={"project": project})
        given.is_valid(raise_exception=True)
        batch = create_batch(
            project=project, created_by=logged_in_user(request), **given.validated_data
        )
        place = reverse("api-batch", args=[slug, batch.pk])
        return Response(BatchOutput(batch).data, status=201, headers={"Location": place})


@extend_schema(tags=["Batches"])
class BatchDetail(ApiView):
    required_scope: ClassVar = {"GET": "read", "PATCH": "manage"}

    @extend_schema(operation_id="batches_read", responses={200: BatchOutput, **refusals(404)})
    def get(self, request: Request, slug: str, batch_id: int) -> Response:
        """One batch."""
        project = project_for_manager(request.user, slug)
        return Response(BatchOutput(_batch(project, batch_id)).data)

    @extend_schema(
        operation_id="batches_update",
        request=BatchChangeInput,
        responses={200: ChangedBatchOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def patch(self, request: Request, slug: str, batch_id: int) -> Response:
        """Change a batch; its seats follow in the background."""
        project = project_for_manager(request.user, slug)
        batch = _batch(project, batch_id)
        given = BatchChangeInput(data=request.data, context={"project": project})
        given.is_valid(raise_exception=True)
        job = update_batch(
            batch=batch, requested_by=logged_in_user(request), **given.validated_data
        )
        if job is not None:
            enqueue(job)
        arranging = ArrangementOutput(job).data if job else None
        return Response({**BatchOutput(batch).data, "arrangement": arranging})


@extend_schema(tags=["Batches"])
class BatchMove(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="batches_move",
        request=None,
        parameters=[
            OpenApiParameter("move", OpenApiTypes.STR, OpenApiParameter.PATH, enum=[*MOVES])
        ],
        responses={202: accepted_as(ArrangementOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, batch_id: int, move: str) -> Response:
        """Release, pause, resume, close or reopen a batch; its seats follow in the background."""
        batch = _batch(project_for_manager(request.user, slug), batch_id)
        job = MOVES[move](batch=batch, requested_by=logged_in_user(request))
        enqueue(job)
        return _accepted(job)


@extend_schema(tags=["Batches"])
class ArrangementDetail(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="arrangements_read", responses={200: ArrangementOutput, **refusals(404)}
    )
    def get(self, request: Request, slug: str, arrangement_id: int) -> Response:
        """How far the seats have followed a change."""
        return Response(ArrangementOutput(_arrangement(request, slug, arrangement_id)).data)


@extend_schema(tags=["Batches"])
class ArrangementRetry(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="arrangements_retry",
        request=None,
        responses={202: accepted_as(ArrangementOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, arrangement_id: int) -> Response:
        """Let the seats follow once more after a failure."""
        job = _arrangement(request, slug, arrangement_id)
        retry(job)
        return _accepted(job)


def _arrangement(request: Request, slug: str, arrangement_id: int) -> Arrangement:
    project = project_for_manager(request.user, slug)
    rows = Arrangement.objects.select_related("project", "requested_by")
    return get_object_or_404(rows, pk=arrangement_id, project=project)


def _accepted(job: Arrangement) -> Response:
    at = reverse("api-arrangement", args=[job.project.slug, job.pk])
    return accepted(job, ArrangementOutput, at=at)


def _batch(project: Project, batch_id: int) -> Batch:
    rows = Batch.objects.select_related("project", "team")
    return get_object_or_404(rows, pk=batch_id, project=project)
