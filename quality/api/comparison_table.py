"""The table of comparisons in the API, with its filters; people appear under pseudonyms."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import membership_for_reviewer
from annotation.models import Membership
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import LARGEST_KEY
from feedback_platform.api.views import ApiView
from quality.forms.comparisons import MOST_WORDS, words_in
from quality.models import ComparisonState
from quality.selectors.comparison_orders import ORDERS, read_key, write_key
from quality.selectors.comparison_table import Filters, table_page


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
