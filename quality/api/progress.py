"""The progress of a project in the API."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_reviewer
from feedback_platform.api.errors import refusals
from feedback_platform.api.views import ApiView
from quality.reporting.progress import ProgressReading
from quality.services.progress import refresh_progress


class CountsOutput(serializers.Serializer[Any]):
    """Comparisons and seats."""

    comparisons = serializers.IntegerField()
    finished = serializers.IntegerField()
    unreleased = serializers.IntegerField()
    filled = serializers.IntegerField()
    held = serializers.IntegerField()
    free = serializers.IntegerField()
    withheld = serializers.IntegerField()
    wanted = serializers.IntegerField()
    today = serializers.IntegerField(help_text="Judgments since midnight, UTC.")
    last_hour = serializers.IntegerField()


class SnapshotOutput(serializers.Serializer[Any]):
    """How far the project was when it was counted last; a newer count may be on its way."""

    as_of = serializers.DateTimeField(allow_null=True, help_text="Null: not counted yet.")
    is_counting = serializers.BooleanField()
    counts = CountsOutput(allow_null=True)
    share = serializers.FloatField(allow_null=True, help_text="Judgments made of those wanted.")
    finish = serializers.DateTimeField(allow_null=True, help_text="At the pace of the last days.")
    earliest = serializers.DateTimeField(allow_null=True)
    latest = serializers.DateTimeField(allow_null=True)


@extend_schema(tags=["Projects"])
class Progress(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(operation_id="progress_read", responses={200: SnapshotOutput, **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """How far a project is, and when it will be done."""
        snapshot = refresh_progress(project=project_for_reviewer(request.user, slug))
        found: dict[str, Any] = dict.fromkeys(SnapshotOutput().fields)
        found |= {"as_of": snapshot.as_of, "is_counting": snapshot.claimed_at is not None}
        if snapshot.as_of is not None and snapshot.results is not None:
            reading = ProgressReading(snapshot.as_of, snapshot.results)
            names = ("share", "finish", "earliest", "latest")
            found |= {name: getattr(reading, name) for name in names}
            found["counts"] = snapshot.results
        return Response(SnapshotOutput(found).data)
