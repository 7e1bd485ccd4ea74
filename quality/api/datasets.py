"""Dataset versions in the API, and the download of their files."""

from decimal import Decimal
from typing import Any, ClassVar

from django.http import FileResponse, Http404, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager
from annotation.api.retrying import retry
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView
from feedback_platform.api.work import WorkOutput, accepted, accepted_as
from feedback_platform.jobs.services import enqueue, request_cancel
from quality.access import dataset_for_manager
from quality.curation.recipe import (
    LARGEST_COUNT,
    LARGEST_HOLDOUT,
    LARGEST_SEED,
    SPLIT_BY,
    Recipe,
)
from quality.models import DatasetVersion
from quality.selectors.datasets import dataset_document
from quality.services.datasets import request_dataset


class RecipeInput(serializers.Serializer[Any]):
    """What becomes a row, who is held out, and how rows are split."""

    min_judgments = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_COUNT)
    min_votes = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_COUNT)
    min_confidence = serializers.DecimalField(
        required=False,
        max_digits=7,
        decimal_places=6,
        min_value=Decimal("0.000001"),
        max_value=Decimal(1),
        help_text="Share of the usable judgments that the chosen response needs.",
    )
    holdout_annotators = serializers.DecimalField(
        required=False,
        max_digits=7,
        decimal_places=6,
        min_value=Decimal(0),
        max_value=LARGEST_HOLDOUT,
        help_text="Share of annotators whose judgments make no row.",
    )
    split_by = serializers.ChoiceField(required=False, choices=SPLIT_BY)
    seed = serializers.IntegerField(required=False, min_value=0, max_value=LARGEST_SEED)
    adjudications = serializers.BooleanField(
        required=False, help_text="Whether decisions of reviewers go before the majority."
    )


class DatasetVersionOutput(WorkOutput):
    """A dataset version's state."""

    as_of = serializers.DateTimeField(allow_null=True)
    recipe = serializers.DictField()


class DatasetVersionDetailOutput(DatasetVersionOutput):
    """A version's state and, once it has succeeded, its counts and files beside it.

    They are the JSON document of `manage.py build_dataset`, and the paths for downloads.
    """

    version = serializers.IntegerField(required=False)
    project = serializers.CharField(required=False)
    path = serializers.CharField(required=False, help_text="The folder on the server.")
    rows = serializers.IntegerField(required=False)
    dropped = serializers.DictField(child=serializers.IntegerField(), required=False)
    adjudicated = serializers.IntegerField(
        required=False, help_text="Comparisons that follow a reviewer's decision."
    )
    splits = serializers.DictField(child=serializers.IntegerField(), required=False)
    holdout_annotators = serializers.ListField(child=serializers.CharField(), required=False)
    holdout_reason = serializers.CharField(required=False, allow_null=True)
    sha256 = serializers.DictField(child=serializers.CharField(), required=False)
    files = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="The path of each download."
    )

    def to_representation(self, version: DatasetVersion) -> dict[str, Any]:
        row = DatasetVersionOutput(version).data
        if version.manifest is None:
            return dict(row)
        document = dataset_document(version)
        place = [version.project.slug, version.pk]
        files = {
            name: reverse("api-dataset-file", args=[*place, name]) for name in document["sha256"]
        }
        return {**row, **document, "files": files}


@extend_schema(tags=["Dataset versions"])
class DatasetVersions(ApiView):
    required_scope: ClassVar = {"GET": "read", "POST": "manage"}

    @extend_schema(
        operation_id="dataset_versions_list",
        parameters=[PageInput],
        responses={200: page_of(DatasetVersionOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The dataset versions of a project, the newest first."""
        project = project_for_manager(request.user, slug)
        rows = DatasetVersion.objects.filter(project=project).select_related("requested_by")
        return page_response(request, rows.defer("manifest"), DatasetVersionOutput)

    @extend_schema(
        operation_id="dataset_versions_create",
        request=RecipeInput,
        responses={
            202: accepted_as(DatasetVersionDetailOutput),
            **refusals(400, 404, 413, 415, 422),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """Curate the judgments as they are now into a version; what is not given has a default."""
        project = project_for_manager(request.user, slug)
        given = RecipeInput(data=request.data)
        given.is_valid(raise_exception=True)
        version = request_dataset(
            project=project,
            recipe=Recipe(**given.validated_data),
            requested_by=logged_in_user(request),
        )
        enqueue(version)
        return _accepted(version)


@extend_schema(tags=["Dataset versions"])
class DatasetVersionDetail(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="dataset_versions_read",
        responses={200: DatasetVersionDetailOutput, **refusals(404)},
    )
    def get(self, request: Request, slug: str, version_id: int) -> Response:
        """One dataset version: how far it is, or its counts and files."""
        version = dataset_for_manager(request.user, slug, version_id)
        return Response(DatasetVersionDetailOutput(version).data)


@extend_schema(tags=["Dataset versions"])
class DatasetVersionCancel(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="dataset_versions_cancel",
        request=None,
        responses={202: accepted_as(DatasetVersionDetailOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, version_id: int) -> Response:
        """End the building of a version; nothing of it is kept."""
        version = dataset_for_manager(request.user, slug, version_id)
        request_cancel(version)
        return _accepted(version)


@extend_schema(tags=["Dataset versions"])
class DatasetVersionRetry(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="dataset_versions_retry",
        request=None,
        responses={202: accepted_as(DatasetVersionDetailOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, version_id: int) -> Response:
        """Build a version again that failed or was cancelled, with the same recipe."""
        version = dataset_for_manager(request.user, slug, version_id)
        retry(version)
        return _accepted(version)


@extend_schema(tags=["Dataset versions"])
class DatasetFile(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="dataset_versions_file",
        parameters=[
            OpenApiParameter("name", str, OpenApiParameter.PATH, description="As in `files`.")
        ],
        responses={
            (200, "application/octet-stream"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The file; its ETag is its SHA-256."
            ),
            304: OpenApiResponse(description="You have it: If-None-Match names its ETag."),
            **refusals(404),
        },
    )
    def get(self, request: Request, slug: str, version_id: int, name: str) -> HttpResponseBase:
        """Download one file of a dataset version."""
        version = dataset_for_manager(request.user, slug, version_id)
        digests = dataset_document(version)["sha256"] if version.manifest else {}
        if name not in digests:
            raise Http404("This dataset version has no such file.")
        etag = quote_etag(digests[name])
        held = get_conditional_response(request._request, etag=etag)
        if held is not None:
            return held
        download = f"{slug}-{version.pk}-{name.replace('/', '-')}"
        try:
            content = (version.folder / name).open("rb")
        except FileNotFoundError:
            raise Http404("The file is not on this server any more.") from None
        return FileResponse(content, as_attachment=True, filename=download, headers={"ETag": etag})


def _accepted(version: DatasetVersion) -> Response:
    at = reverse("api-dataset-version", args=[version.project.slug, version.pk])
    return accepted(version, DatasetVersionDetailOutput, at=at)
