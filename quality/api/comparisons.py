"""One comparison in the API, with everything that has happened to it.

Everything is in the comparison's own order, and people appear under their pseudonyms.
"""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager, project_for_reviewer
from annotation.api.flags import FlagOutput
from annotation.models import Comparison, Project
from annotation.selectors.reviews import majority_on
from annotation.services.comparisons import change_comparison
from feedback_platform.api.errors import refusals
from feedback_platform.api.views import ApiView
from feedback_platform.jobs.services import send_on_commit
from quality.api.comparison_parts import (
    ConsensusOutput,
    GivenJudgmentOutput,
    HandoutOutput,
    KnownOutput,
)
from quality.api.decisions import DecisionOutput, MajorityOutput
from quality.selectors.comparison_page import (
    adjudications_of,
    comparison_in,
    consensus_of,
    entries_on,
    flags_on,
    gold_on,
    handouts_of,
    seats_on,
)

REFRESH_TASK = "quality.refresh_comparison"
OWN_FIELDS = (
    *("id", "external_id", "prompt", "messages", "response_a", "response_b", "model_a", "model_b"),
    *("group", "metadata", "batch_id", "overlap", "adapted_overlap", "priority", "is_check"),
    "created_at",
)


class ComparisonDetailOutput(serializers.Serializer[Any]):
    """A comparison with everything that has happened to it."""

    id = serializers.IntegerField()
    external_id = serializers.CharField()
    prompt = serializers.CharField()
    messages = serializers.JSONField(allow_null=True)
    response_a = serializers.CharField()
    response_b = serializers.CharField()
    model_a = serializers.CharField()
    model_b = serializers.CharField()
    group = serializers.CharField()
    metadata = serializers.DictField()
    batch = serializers.IntegerField(source="batch_id", allow_null=True)
    overlap = serializers.IntegerField(allow_null=True, help_text="Null: as its batch says.")
    priority = serializers.IntegerField()
    is_check = serializers.BooleanField(help_text="It is there to check annotators alone.")
    adapted_overlap = serializers.IntegerField(
        allow_null=True, help_text="Judgments wanted by the adaptive overlap; null: it is silent."
    )
    created_at = serializers.DateTimeField()
    seats = serializers.DictField(child=serializers.IntegerField(), help_text="By state.")
    judgments = GivenJudgmentOutput(many=True)
    majority = MajorityOutput(
        allow_null=True, help_text="As a decision may accept it; null: no single answer leads."
    )
    consensus = ConsensusOutput()
    flags = FlagOutput(many=True, help_text="The newest first.")
    handouts = HandoutOutput(many=True, help_text="The newest first.")
    gold = KnownOutput(allow_null=True)
    decisions = DecisionOutput(many=True, help_text="The newest first; the first one stands.")


class ComparisonInput(serializers.Serializer[Any]):
    """What is to be different; the rest stays."""

    overlap = serializers.IntegerField(min_value=1, max_value=100, allow_null=True, required=False)
    priority = serializers.IntegerField(min_value=-1000, max_value=1000, required=False)


@extend_schema(tags=["Comparisons"])
class ComparisonDetail(ApiView):
    required_scope: ClassVar = {"GET": "read", "PATCH": "manage"}

    @extend_schema(
        operation_id="comparisons_read",
        responses={200: ComparisonDetailOutput, **refusals(404)},
    )
    def get(self, request: Request, slug: str, comparison_id: int) -> Response:
        """One comparison with every judgment on it."""
        project = project_for_reviewer(request.user, slug)
        return Response(_detail(_comparison(project, comparison_id)))

    @extend_schema(
        operation_id="comparisons_update",
        request=ComparisonInput,
        responses={200: ComparisonDetailOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def patch(self, request: Request, slug: str, comparison_id: int) -> Response:
        """Set how many judgments a comparison gets and how early it goes out."""
        project = project_for_manager(request.user, slug)
        comparison = _comparison(project, comparison_id)
        given = ComparisonInput(data=request.data)
        given.is_valid(raise_exception=True)
        stored = {"overlap": comparison.overlap, "priority": comparison.priority}
        change_comparison(comparison=comparison, **stored | given.validated_data)
        send_on_commit(REFRESH_TASK, comparison.pk)
        return Response(_detail(comparison))


def _comparison(project: Project, comparison_id: int) -> Comparison:
    found = comparison_in(project, comparison_id)
    if found is None:
        raise Http404("There is no such comparison.")
    return found


def _detail(comparison: Comparison) -> dict[str, Any]:
    entries = entries_on(comparison)
    found = {
        **{name: getattr(comparison, name) for name in OWN_FIELDS},
        "seats": seats_on(comparison),
        "judgments": entries,
        "majority": majority_on(comparison),
        "consensus": consensus_of(comparison.project, entries),
        "flags": flags_on(comparison),
        "handouts": handouts_of(comparison),
        "gold": gold_on(comparison),
        "decisions": [decision for decision, _ in adjudications_of(comparison)],
    }
    return dict(ComparisonDetailOutput(found).data)
