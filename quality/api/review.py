"""The queue of comparisons to review in the API."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_reviewer
from annotation.selectors.reviews import PAGE as QUEUE_PAGE
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import LARGEST_KEY
from feedback_platform.api.views import ApiView
from quality.api.comparison_table import VotesOutput
from quality.selectors.review import queue_page


class DisputedOutput(serializers.Serializer[Any]):
    """A comparison on which annotators differ."""

    id = serializers.IntegerField(source="comparison_id")
    external_id = serializers.CharField(source="comparison.external_id")
    votes = VotesOutput(source="*")


class QueueInput(serializers.Serializer[Any]):
    """From where on."""

    after = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_KEY, help_text="Behind this comparison."
    )


class QueueOutput(serializers.Serializer[Any]):
    """The comparisons to review, the most disputed first."""

    results = DisputedOutput(many=True)
    next = serializers.CharField(allow_null=True)


@extend_schema(tags=["Review"])
class ReviewQueue(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="review_queue",
        parameters=[QueueInput],
        responses={200: QueueOutput, **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Comparisons on which annotators differ and that nobody has decided."""
        project = project_for_reviewer(request.user, slug)
        wanted = QueueInput(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        rows = queue_page(project, after=wanted.validated_data.get("after"))
        shown, following = rows[:QUEUE_PAGE], None
        if len(rows) > QUEUE_PAGE:
            following = f"{request.path}?{urlencode({'after': shown[-1].pk})}"
        return Response(QueueOutput({"results": shown, "next": following}).data)
