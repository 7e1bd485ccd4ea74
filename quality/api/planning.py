"""The power planner in the API."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_reviewer
from feedback_platform.api.errors import refusals
from feedback_platform.api.views import ApiView
from quality.forms.planning import DEFAULTS, MOST_JUDGMENTS, NARROWEST, WIDEST
from quality.metrics.planning import Wanted
from quality.reporting.planning import PlanReading, Question, planned, with_agreement
from quality.selectors.plans import noise_of


class PlanInput(serializers.Serializer[Any]):
    measure = serializers.ChoiceField(
        choices=[one.value for one in Wanted], default=DEFAULTS["measure"]
    )
    width = serializers.FloatField(
        min_value=NARROWEST,
        max_value=WIDEST,
        default=float(DEFAULTS["width"]),
        help_text="Of the 95 % interval, from end to end.",
    )
    budget = serializers.IntegerField(
        min_value=1, max_value=MOST_JUDGMENTS, required=False, help_text="Judgments in all."
    )
    least = serializers.FloatField(
        min_value=0, max_value=1, required=False, help_text="What the measure itself must reach."
    )
    agreement = serializers.FloatField(
        min_value=0.34,
        max_value=0.99,
        required=False,
        help_text="Agreeing pairs expected, instead of those measured.",
    )


class SettingOutput(serializers.Serializer[Any]):
    n_judgments = serializers.IntegerField(help_text="Of each comparison.")
    n_comparisons = serializers.IntegerField(allow_null=True)
    cost = serializers.IntegerField(allow_null=True, help_text="Judgments in all.")
    value = serializers.FloatField(help_text="What the measure comes out as.")
    width = serializers.FloatField(allow_null=True)


class NoiseOutput(serializers.Serializer[Any]):
    accuracy = serializers.FloatField()
    spread = serializers.FloatField()
    tie_share = serializers.FloatField()
    usable_share = serializers.FloatField()
    n_values = serializers.IntegerField()
    n_annotators = serializers.IntegerField(help_text="0 where it is assumed.")
    n_comparisons = serializers.IntegerField()


class PlanOutput(serializers.Serializer[Any]):
    """How many judgments of how many comparisons a wanted interval needs."""

    sentence = serializers.CharField()
    noise = NoiseOutput()
    report = serializers.IntegerField(
        allow_null=True, help_text="Whose noise it is; null where published levels stand in."
    )
    best = SettingOutput(allow_null=True)
    affordable = SettingOutput(allow_null=True, help_text="What a budget buys that is too small.")
    settings = SettingOutput(many=True)
    other_annotators = serializers.FloatField(
        allow_null=True, help_text="Width that more comparisons of these annotators leave."
    )


@extend_schema(tags=["Reports"])
class ProjectPlan(ApiView):
    required_scope: ClassVar = {"GET": "read"}

    @extend_schema(
        operation_id="plan_read",
        parameters=[PlanInput],
        responses={200: PlanOutput, **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Plan for an interval, by simulation from the noise of the project's newest report."""
        source = noise_of(project_for_reviewer(request.user, slug))
        given = PlanInput(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        noise = source.noise
        if "agreement" in asked:
            noise = with_agreement(noise, asked["agreement"])
        question = Question(
            Wanted(asked["measure"]), asked["width"], asked.get("budget"), asked.get("least")
        )
        plan = planned(question, noise)
        found = {
            "sentence": PlanReading(question, noise, plan).sentence,
            "noise": noise.as_dict(),
            "report": source.report_id,
            "best": plan.best,
            "affordable": plan.affordable,
            "settings": plan.settings,
            "other_annotators": plan.other_annotators,
        }
        return Response(PlanOutput(found).data)
