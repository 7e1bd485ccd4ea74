"""Comparisons in the API: the table with its filters, one of them, and the review queue.

Everything is in the comparison's own order, and people appear under their pseudonyms.
"""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import membership_for_reviewer, project_for_manager, project_for_reviewer
from annotation.api.reviews import DecisionOutput
from annotation.models import Comparison, Membership, Outcome, Project, Purpose
from annotation.selectors.reviews import PAGE as QUEUE_PAGE
from annotation.services.comparisons import change_comparison
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import LARGEST_KEY
from feedback_platform.api.views import ApiView
from feedback_platform.jobs.services import send_on_commit
from quality.forms.comparisons import MOST_WORDS, words_in
from quality.models import ComparisonState
from quality.selectors.comparison_orders import ORDERS, read_key, write_key
from quality.selectors.comparison_page import (
    Entry,
    adjudications_of,
    comparison_in,
    entries_on,
    seats_on,
)
from quality.selectors.comparison_table import Filters, table_page
from quality.selectors.review import queue_page

REFRESH_TASK = "quality.refresh_comparison"


class FiltersInput(serializers.Serializer[Any]):
    """Which comparisons, in which order, from where on."""

    q = serializers.CharField(
        required=False, max_length=200, help_text="Words, each the beginning of one in a text."
    )
    state = serializers.ChoiceField(choices=ComparisonState.State.choices, required=False)
    batch = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY, required=False)
    models = serializers.CharField(
        required=False, max_length=404, help_text="Both names in alphabetical order: `a vs b`."
    )
    annotator = serializers.CharField(
        required=False, max_length=150, help_text="A pseudonym; managers may give the name."
    )
    confidence_from = serializers.FloatField(min_value=0, max_value=1, required=False)
    confidence_to = serializers.FloatField(min_value=0, max_value=1, required=False)
    flagged = serializers.BooleanField(default=False, help_text="With an open flag.")
    order = serializers.ChoiceField(choices=[*ORDERS], allow_blank=True, default="")
    after = serializers.CharField(
        required=False, max_length=100, help_text="From the `next` of the page before."
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if "after" in given:
            given["after"] = read_key(given["after"], ORDERS[given["order"]])
            if given["after"] is None:
                message = "This is no place in a list of this order."
                raise serializers.ValidationError({"after": message})
        return given


class VotesOutput(serializers.Serializer[Any]):
    """What the counted judgments of a comparison say, as of a moment."""

    state = serializers.ChoiceField(choices=ComparisonState.State.choices)
    n_a = serializers.IntegerField()
    n_tie = serializers.IntegerField()
    n_b = serializers.IntegerField()
    n_unusable = serializers.IntegerField()
    n_open = serializers.IntegerField(help_text="Judgments that are still wanted.")
    winner = serializers.ChoiceField(choices=ComparisonState.Direction.choices, allow_blank=True)
    confidence = serializers.FloatField(allow_null=True)
    disagreement = serializers.FloatField(allow_null=True)
    as_of = serializers.DateTimeField()


class ComparisonOutput(serializers.Serializer[Any]):
    """A comparison in a list, with the start of its prompt."""

    id = serializers.IntegerField()
    external_id = serializers.CharField()
    prompt_start = serializers.CharField(source="start")
    batch = serializers.IntegerField(source="batch_id", allow_null=True)
    is_flagged = serializers.BooleanField()
    is_gold = serializers.BooleanField()
    votes = VotesOutput(source="current")


class ComparisonPageOutput(serializers.Serializer[Any]):
    """Up to 50 comparisons."""

    results = ComparisonOutput(many=True)
    n_found = serializers.IntegerField(help_text="Counted up to 1,001.")
    next = serializers.CharField(
        allow_null=True, help_text="Path of the next page; null on the last one."
    )


class GivenJudgmentOutput(serializers.Serializer[Any]):
    """A judgment as it stands now, in the comparison's own order."""

    id = serializers.IntegerField(source="judgment.pk")
    annotator = serializers.CharField(source="judgment.annotator.pseudonym")
    outcome = serializers.ChoiceField(source="judgment.outcome", choices=Outcome.choices)
    preference = serializers.IntegerField(source="judgment.preference", allow_null=True)
    swapped = serializers.BooleanField(source="judgment.swapped", allow_null=True)
    purpose = serializers.ChoiceField(source="judgment.purpose", choices=Purpose.choices)
    rationale = serializers.CharField(source="judgment.rationale")
    tags = serializers.ListField(source="judgment.tags", child=serializers.CharField())
    active_ms = serializers.IntegerField(source="judgment.active_ms", allow_null=True)
    submitted_at = serializers.DateTimeField(source="judgment.submitted_at")
    n_revisions = serializers.SerializerMethodField()
    is_excluded = serializers.BooleanField()

    @extend_schema_field(serializers.IntegerField())
    def get_n_revisions(self, entry: Entry) -> int:
        return len(entry.earlier)


class ComparisonDetailOutput(serializers.Serializer[Any]):
    """A comparison with its judgments and decisions."""

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
    seats = serializers.DictField(child=serializers.IntegerField(), help_text="By state.")
    judgments = GivenJudgmentOutput(many=True)
    decisions = DecisionOutput(many=True, help_text="The newest first; the first one stands.")


class ComparisonInput(serializers.Serializer[Any]):
    """What is to be different; the rest stays."""

    overlap = serializers.IntegerField(min_value=1, max_value=100, allow_null=True, required=False)
    priority = serializers.IntegerField(min_value=-1000, max_value=1000, required=False)


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


@extend_schema(tags=["Comparisons"])
class Comparisons(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="comparisons_list",
        parameters=[FiltersInput],
        responses={200: ComparisonPageOutput, **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Comparisons with what their judgments say, filtered and sorted."""
        membership = membership_for_reviewer(request.user, slug)
        wanted = FiltersInput(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        page = table_page(membership.project, _filters(membership, given), after=given.get("after"))
        following = None
        if page.after is not None:
            kept = {**request.query_params.dict(), "after": write_key(page.after)}
            following = f"{request.path}?{urlencode(kept)}"
        found = {"results": page.rows, "n_found": page.n_found, "next": following}
        return Response(ComparisonPageOutput(found).data)


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


def _filters(membership: Membership, given: dict[str, Any]) -> Filters:
    """
    Raises:
        ValidationError: there is no such annotator, or the search has no word.
    """
    words = words_in(given.get("q", ""))
    if "q" in given and not words:
        raise serializers.ValidationError({"q": "There is no word in this."})
    return Filters(
        state=given.get("state", ""),
        batch=given.get("batch"),
        models=given.get("models", ""),
        annotator=_annotator(membership, given.get("annotator", "")),
        confidence_from=given.get("confidence_from"),
        confidence_to=given.get("confidence_to"),
        flagged=given["flagged"],
        words=words[:MOST_WORDS],
        order=given["order"],
    )


def _annotator(membership: Membership, name: str) -> Membership | None:
    if not name:
        return None
    people = Membership.objects.filter(project=membership.project_id)
    found = people.filter(pseudonym=name).first()
    if found is None and membership.is_manager:
        found = people.filter(name=name).first()
    if found is None:
        raise serializers.ValidationError({"annotator": f"There is no annotator {name}."})
    return found


def _comparison(project: Project, comparison_id: int) -> Comparison:
    found = comparison_in(project, comparison_id)
    if found is None:
        raise Http404("There is no such comparison.")
    return found


def _detail(comparison: Comparison) -> dict[str, Any]:
    fields: tuple[str, ...] = (
        "id",
        "external_id",
        "prompt",
        "messages",
        "response_a",
        "response_b",
        "model_a",
    )
    fields += ("model_b", "group", "metadata", "batch_id", "overlap", "priority", "is_check")
    found = {
        **{name: getattr(comparison, name) for name in fields},
        "seats": seats_on(comparison),
        "judgments": entries_on(comparison),
        "decisions": [decision for decision, _ in adjudications_of(comparison)],
    }
    return dict(ComparisonDetailOutput(found).data)
