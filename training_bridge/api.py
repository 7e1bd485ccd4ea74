"""Runs in the API."""

from typing import Any, ClassVar

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager, project_for_reviewer
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView
from feedback_platform.api.work import WorkOutput, accepted, accepted_as
from feedback_platform.jobs.services import request_cancel
from quality.access import dataset_for_manager
from training_bridge.access import run_for_manager, run_for_reviewer
from training_bridge.models import Run
from training_bridge.selectors.runs import latest_steps, run_document, runs_of
from training_bridge.services.runs import request_run, resume_run

LARGEST_ID = 2**63 - 1


class RunInput(serializers.Serializer[Any]):
    """A training; what is not given has a default that suits the base model."""

    dataset_version = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    base_model = serializers.CharField(
        max_length=300, required=False, help_text="One of REWARD_BASE_MODELS; the first, if none."
    )
    epochs = serializers.IntegerField(required=False, min_value=1, max_value=1000)
    batch_size = serializers.IntegerField(required=False, min_value=1, max_value=4096)
    learning_rate = serializers.FloatField(required=False, min_value=1e-12, max_value=0.999)
    max_length = serializers.IntegerField(
        required=False, min_value=16, max_value=32_768, help_text="Tokens of prompt and response."
    )
    seed = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class StepOutput(serializers.Serializer[Any]):
    """What a run reported at one optimiser step."""

    step = serializers.IntegerField()
    loss = serializers.FloatField(allow_null=True)
    validation_accuracy = serializers.FloatField(allow_null=True)
    pairs_per_second = serializers.FloatField(allow_null=True)
    recorded_at = serializers.DateTimeField()


class RunOutput(WorkOutput):
    """A run's state."""

    dataset_version = serializers.IntegerField(source="dataset_version_id", allow_null=True)
    base_model = serializers.CharField()
    data_digest = serializers.CharField(help_text="SHA-256 of the version's manifest.")


class RunDetailOutput(RunOutput):
    """A run's state, its latest steps and, once it has succeeded, its metrics.

    These are the JSON document of `manage.py train_reward_model`, which has more than is
    listed here.
    """

    parameters = serializers.DictField(help_text="As asked for; once succeeded, those in force.")
    steps = serializers.SerializerMethodField()
    run = serializers.IntegerField(required=False)
    model = serializers.CharField(required=False, help_text="The folder on the server.")
    metrics = serializers.DictField(required=False)
    pairs_per_second = serializers.FloatField(required=False)

    @extend_schema_field(StepOutput(many=True))
    def get_steps(self, run: Run) -> Any:
        return StepOutput(latest_steps(run), many=True).data

    def to_representation(self, run: Run) -> dict[str, Any]:
        row = {**RunOutput(run).data, "parameters": run.parameters, "steps": self.get_steps(run)}
        return {**row, **run_document(run)} if run.metrics is not None else row


@extend_schema(tags=["Runs"])
class Runs(ApiView):
    required_scope: ClassVar = {"GET": "read", "POST": "manage"}

    @extend_schema(
        operation_id="runs_list",
        parameters=[PageInput],
        responses={200: page_of(RunOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The runs of a project, the newest first."""
        project = project_for_reviewer(request.user, slug)
        return page_response(request, runs_of(project), RunOutput)

    @extend_schema(
        operation_id="runs_create",
        request=RunInput,
        responses={202: accepted_as(RunDetailOutput), **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Train a reward model on a dataset version."""
        project_for_manager(request.user, slug)
        given = RunInput(data=request.data)
        given.is_valid(raise_exception=True)
        parameters = dict(given.validated_data)
        version_id = parameters.pop("dataset_version")
        run = request_run(
            dataset_version=dataset_for_manager(request.user, slug, version_id),
            base_model=parameters.pop("base_model", settings.REWARD_BASE_MODELS[0]),
            parameters=parameters,
            requested_by=logged_in_user(request),
        )
        return _accepted(run)


@extend_schema(tags=["Runs"])
class RunDetail(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(operation_id="runs_read", responses={200: RunDetailOutput, **refusals(404)})
    def get(self, request: Request, slug: str, run_id: int) -> Response:
        """One run: how far it is, its latest steps, its metrics."""
        return Response(RunDetailOutput(run_for_reviewer(request.user, slug, run_id)).data)


@extend_schema(tags=["Runs"])
class RunCancel(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="runs_cancel",
        request=None,
        responses={202: accepted_as(RunDetailOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, run_id: int) -> Response:
        """Stop a training; it can be resumed from its last checkpoint."""
        run = run_for_manager(request.user, slug, run_id)
        request_cancel(run)
        return _accepted(run)


@extend_schema(tags=["Runs"])
class RunResume(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="runs_resume",
        request=None,
        responses={202: accepted_as(RunDetailOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, run_id: int) -> Response:
        """Go on with a training that failed or was cancelled."""
        run = run_for_manager(request.user, slug, run_id)
        resume_run(run=run)
        return _accepted(run)


def _accepted(run: Run) -> Response:
    slug = run.project.slug if run.project else ""
    return accepted(run, RunDetailOutput, at=reverse("api-run", args=[slug, run.pk]))
