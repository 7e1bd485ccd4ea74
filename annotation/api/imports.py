"""Imports in the API: a file comes as a form field or as the whole body."""

from typing import Any, ClassVar, cast

from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager
from annotation.api.retrying import retry
from annotation.formats.mapping import parse_mapping
from annotation.formats.reading import AUTO, FORMAT_NAMES
from annotation.models import Import
from annotation.selectors.batches import open_batches
from annotation.services.imports import queue_import
from annotation.services.loading import ImportOptions
from annotation.services.uploads import rejects_path, store_upload
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.bodies import RawFileParser
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import LARGEST_KEY, PageInput, page_of, page_response
from feedback_platform.api.views import ApiView
from feedback_platform.api.work import WorkOutput, accepted, accepted_as
from feedback_platform.errors import TooLarge
from feedback_platform.jobs.services import enqueue, request_cancel


class ImportOptionsInput(serializers.Serializer[Any]):
    """How to read the file."""

    format = serializers.ChoiceField(choices=[AUTO, *FORMAT_NAMES], default=AUTO)
    mapping = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=20_000,
        help_text="FIELD=COLUMN for columns with other names, one a line.",
    )
    skip_bad = serializers.BooleanField(default=False, help_text="Import the good rows only.")
    ties = serializers.BooleanField(default=False, help_text="Ties were offered in this file.")
    check_only = serializers.BooleanField(default=False, help_text="Validate; store nothing.")
    batch = serializers.IntegerField(
        default=None,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_KEY,
        help_text="Id of the batch that new comparisons join, which keeps its state; without it "
        "they make a new one, named after the file.",
    )
    hold = serializers.BooleanField(
        default=False, help_text="Whether the new batch waits until it is released."
    )

    def validate_batch(self, number: int | None) -> int | None:
        if number is not None and not open_batches(self.context["project"]).filter(pk=number):
            raise serializers.ValidationError(f"There is no open batch with the id {number}.")
        return number

    def validate_mapping(self, text: str) -> dict[str, str]:
        try:
            return parse_mapping(line for line in text.splitlines() if line.strip())
        except ValueError as error:
            raise serializers.ValidationError(f"{error}.") from None


class ImportInput(ImportOptionsInput):
    """A file and how to read it."""

    file = serializers.FileField()


class RejectOutput(serializers.Serializer[Any]):
    """A row that was not imported."""

    line = serializers.IntegerField()
    field = serializers.CharField()
    reason = serializers.CharField()


class ImportOutput(WorkOutput):
    """An import: its state, what it added, and its rejected rows."""

    file = serializers.CharField(source="original_name")
    sha256 = serializers.CharField(source="digest")
    size = serializers.IntegerField()
    check_only = serializers.BooleanField()
    format = serializers.CharField(source="detected_format", help_text="Empty until detected.")
    comparisons = serializers.IntegerField(source="n_comparisons")
    judgments = serializers.IntegerField(source="n_judgments")
    duplicates = serializers.IntegerField(source="n_duplicates")
    n_rejected = serializers.IntegerField()


class ImportDetailOutput(ImportOutput):
    """An import with the first of its rejected rows."""

    options = serializers.DictField()
    rejected = RejectOutput(source="rejects", many=True)
    rejects_file = serializers.SerializerMethodField(
        help_text="Path of the file with every rejected row; null without any."
    )

    def get_rejects_file(self, job: Import) -> str | None:
        if not job.rejects_name:
            return None
        return reverse("api-import-rejects", args=[job.project.slug, job.pk])


@extend_schema(tags=["Imports"])
class Imports(ApiView):
    required_scope: ClassVar = {"GET": "manage", "POST": "manage"}
    parser_classes = [MultiPartParser, RawFileParser]

    @extend_schema(
        operation_id="imports_list",
        parameters=[PageInput],
        responses={200: page_of(ImportOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The imports of a project, the newest first."""
        project = project_for_manager(request.user, slug)
        rows = Import.objects.filter(project=project).select_related("requested_by")
        return page_response(request, rows.defer("rejects"), ImportOutput)

    @extend_schema(
        operation_id="imports_create",
        request={
            "multipart/form-data": ImportInput,
            "application/octet-stream": OpenApiTypes.BINARY,
        },
        parameters=[ImportOptionsInput],
        responses={202: accepted_as(ImportDetailOutput), **refusals(400, 404, 413, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Import a file: a form field with options beside it, or the body with them in the query.

        Any media type but multipart is taken as the file itself. Its name may be given as
        `Content-Disposition: attachment; filename=NAME`.
        """
        project = project_for_manager(request.user, slug)
        refuse_long_body(request)
        fields = cast(dict[str, Any], request.data)
        given = ImportInput(
            data={**request.query_params.dict(), **dict(fields.items())},
            context={"project": project},
        )
        given.is_valid(raise_exception=True)
        options = dict(given.validated_data)
        file, check_only = options.pop("file"), options.pop("check_only")
        job = queue_import(
            project=project,
            file=store_upload(name=file.name, pieces=file.chunks()),
            options=ImportOptions(**options),
            check_only=check_only,
            requested_by=logged_in_user(request),
        )
        enqueue(job)
        return _accepted(job)


@extend_schema(tags=["Imports"])
class ImportDetail(ApiView):
    required_scope: ClassVar = {"GET": "manage"}

    @extend_schema(
        operation_id="imports_read", responses={200: ImportDetailOutput, **refusals(404)}
    )
    def get(self, request: Request, slug: str, import_id: int) -> Response:
        """One import: how far it is, what it added, what it rejected."""
        return Response(ImportDetailOutput(_import(request, slug, import_id)).data)


@extend_schema(tags=["Imports"])
class ImportCancel(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="imports_cancel",
        request=None,
        responses={202: accepted_as(ImportDetailOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, import_id: int) -> Response:
        """End an import; nothing of its file is kept."""
        job = _import(request, slug, import_id)
        request_cancel(job)
        return _accepted(job)


@extend_schema(tags=["Imports"])
class ImportRetry(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="imports_retry",
        request=None,
        responses={202: accepted_as(ImportDetailOutput), **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, import_id: int) -> Response:
        """Import the stored file once more, after a failure or a cancel."""
        job = _import(request, slug, import_id)
        retry(job)
        return _accepted(job)


@extend_schema(tags=["Imports"])
class ImportRejects(ApiView):
    required_scope: ClassVar = {"GET": "manage"}

    @extend_schema(
        operation_id="imports_rejects",
        responses={
            (200, "application/x-ndjson"): OpenApiResponse(
                OpenApiTypes.BINARY, description="JSON lines with line, field, reason and raw."
            ),
            **refusals(404),
        },
    )
    def get(self, request: Request, slug: str, import_id: int) -> FileResponse:
        """Every rejected row of an import."""
        job = _import(request, slug, import_id)
        path = rejects_path(job.rejects_name)
        if not job.rejects_name or not path.is_file():
            raise Http404("This import has no rejected rows.")
        return FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=f"{job.original_name}.rejects.jsonl",
            content_type="application/x-ndjson",
        )


def _import(request: Request, slug: str, import_id: int) -> Import:
    project = project_for_manager(request.user, slug)
    imports = Import.objects.select_related("project", "requested_by")
    return get_object_or_404(imports, pk=import_id, project=project)


def _accepted(job: Import) -> Response:
    return accepted(
        job, ImportDetailOutput, at=reverse("api-import", args=[job.project.slug, job.pk])
    )


def refuse_long_body(request: Request) -> None:
    """Before a byte of it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    # A form has some bytes around the file; store_upload counts the file itself.
    if length.isdecimal() and int(length) > settings.IMPORT_MAX_FILE_BYTES + 1_048_576:
        raise TooLarge(
            f"The body has more than {settings.IMPORT_MAX_FILE_BYTES:,} bytes "
            "(IMPORT_MAX_FILE_BYTES). Split the file into several."
        )
