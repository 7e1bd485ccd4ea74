"""How annotators did in the checks, in the API."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager
from annotation.selectors.check_results import results_page
from feedback_platform.api.errors import refusals
from feedback_platform.api.views import ApiView


class AfterNameInput(serializers.Serializer[Any]):
    """From where on."""

    after = serializers.CharField(
        default="", allow_blank=True, max_length=150, help_text="Behind this annotator's name."
    )


class CheckShareOutput(serializers.Serializer[Any]):
    """A share with its 95 % interval and n, or the reason why there is none."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    undefined_because = serializers.CharField()


class AttemptOutput(serializers.Serializer[Any]):
    """A finished try at the qualification."""

    number = serializers.IntegerField()
    n_correct = serializers.IntegerField()
    n_judged = serializers.IntegerField()
    has_passed = serializers.BooleanField()
    finished_at = serializers.DateTimeField()


class CheckResultsOutput(serializers.Serializer[Any]):
    """One annotator's first answers to checks."""

    person = serializers.IntegerField(source="membership.pk")
    annotator = serializers.CharField(source="membership.name")
    pseudonym = serializers.CharField(source="membership.pseudonym")
    gold = CheckShareOutput(help_text="Right on gold.")
    attention = CheckShareOutput(help_text="Right on attention checks.")
    same_again = CheckShareOutput(
        help_text="The same answer to own earlier comparisons, shown again with swapped sides."
    )
    qualification = AttemptOutput(
        source="attempt", allow_null=True, help_text="The last finished try; null: there is none."
    )


class CheckResultsPageOutput(serializers.Serializer[Any]):
    """Annotators who had checks, by name."""

    results = CheckResultsOutput(many=True)
    next = serializers.CharField(allow_null=True)


@extend_schema(tags=["Gold"])
class GoldAnnotators(ApiView):
    required_scope: ClassVar = {"GET": "manage"}

    @extend_schema(
        operation_id="gold_annotators",
        parameters=[AfterNameInput],
        responses={200: CheckResultsPageOutput, **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """How annotators did on gold, attention checks and comparisons shown again, by name."""
        project = project_for_manager(request.user, slug)
        wanted = AfterNameInput(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        page = results_page(project, **wanted.validated_data)
        following = f"{request.path}?{urlencode({'after': page.after})}" if page.after else None
        return Response(CheckResultsPageOutput({"results": page.rows, "next": following}).data)
