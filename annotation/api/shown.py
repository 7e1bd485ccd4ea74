"""Assignments and judgments as annotators see them: everything follows the screen.

Names of models, external ids, groups, metadata, which response is on which side, and why a
comparison was handed out stay on the server.
"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.forms.judging import MAX_RATIONALE, ONE_DAY_MS
from annotation.models import Assignment, Comparison, Criterion, Judgment, Outcome, Project
from annotation.selectors.criteria import (
    asked_criteria,
    shown_criterion_preferences,
    shown_ratings,
)
from annotation.sides import in_own_order

MOST_TAGS = 50


class MessageOutput(serializers.Serializer[Any]):
    """One turn of a conversation."""

    role = serializers.CharField()
    content = serializers.CharField()


class AskedCriterionOutput(serializers.Serializer[Any]):
    """A criterion under which responses are rated, or one is preferred."""

    key = serializers.CharField()
    name = serializers.CharField()
    help = serializers.CharField()
    kind = serializers.ChoiceField(choices=Criterion.Kind.choices)
    low = serializers.IntegerField(help_text="Of a rating.")
    high = serializers.IntegerField(help_text="Of a rating.")
    low_label = serializers.CharField()
    high_label = serializers.CharField()
    is_required = serializers.BooleanField()


class AssignmentOutput(serializers.Serializer[Any]):
    """A comparison reserved for you, as the screen would show it."""

    id = serializers.UUIDField()
    project = serializers.CharField()
    prompt = serializers.CharField(help_text="The last user turn, where there are messages.")
    messages = MessageOutput(many=True, allow_null=True)
    left = serializers.CharField()
    right = serializers.CharField()
    outcomes = serializers.ListField(child=serializers.CharField())
    preferences = serializers.ListField(child=serializers.IntegerField())
    criteria = AskedCriterionOutput(many=True)
    tags = serializers.ListField(
        child=serializers.CharField(), help_text="Reasons that may be given."
    )
    guidelines = serializers.IntegerField(help_text="The version in force; 0: there are none.")
    expires_at = serializers.DateTimeField()


class SidesInput(serializers.Serializer[Any]):
    """The ratings of both responses under one criterion."""

    left = serializers.IntegerField(allow_null=True, default=None)
    right = serializers.IntegerField(allow_null=True, default=None)


class JudgmentInput(serializers.Serializer[Any]):
    """Your decision; the preference follows the screen: negative, left is better."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    shown_preference = serializers.IntegerField(
        min_value=-3, max_value=3, allow_null=True, default=None
    )
    rationale = serializers.CharField(max_length=MAX_RATIONALE, allow_blank=True, default="")
    tags = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=MOST_TAGS, default=list
    )
    ratings = serializers.DictField(
        child=SidesInput(), default=dict, help_text="By the key of the criterion."
    )
    criterion_preferences = serializers.DictField(
        child=serializers.IntegerField(min_value=-3, max_value=3),
        default=dict,
        help_text="By the key of the criterion; negative: left is better.",
    )
    idempotency_key = serializers.UUIDField(
        help_text="Made by you, new for every judgment, the same when you send one again."
    )
    active_ms = serializers.IntegerField(
        min_value=0, max_value=ONE_DAY_MS, allow_null=True, default=None
    )

    def judgment(self) -> dict[str, Any]:
        """What was sent, in the words of ``record_judgment``."""
        given = dict(self.validated_data)
        given["shown_ratings"] = given.pop("ratings")
        given["shown_criterion_preferences"] = given.pop("criterion_preferences")
        return given


class JudgmentOutput(serializers.Serializer[Any]):
    """A judgment as stored, the preference as it was shown."""

    id = serializers.IntegerField()
    assignment = serializers.UUIDField(
        source="assignment_id", allow_null=True, help_text="Null: it was imported."
    )
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    shown_preference = serializers.SerializerMethodField()
    rationale = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    active_ms = serializers.IntegerField(allow_null=True)
    submitted_at = serializers.DateTimeField()

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_shown_preference(self, judgment: Judgment) -> int | None:
        if judgment.preference is None:
            return None
        return in_own_order(judgment.preference, swapped=bool(judgment.swapped))


class ShownJudgmentOutput(JudgmentOutput):
    """A judgment with the texts, the sides as they were."""

    prompt = serializers.CharField(source="comparison.prompt")
    messages = serializers.SerializerMethodField()
    left = serializers.SerializerMethodField()
    right = serializers.SerializerMethodField()

    @extend_schema_field(MessageOutput(many=True, allow_null=True))
    def get_messages(self, judgment: Judgment) -> list[dict[str, str]] | None:
        return _messages(judgment.comparison)

    def get_left(self, judgment: Judgment) -> str:
        return _sides(judgment.comparison, swapped=bool(judgment.swapped))[0]

    def get_right(self, judgment: Judgment) -> str:
        return _sides(judgment.comparison, swapped=bool(judgment.swapped))[1]


class JudgmentDetailOutput(ShownJudgmentOutput):
    """A judgment with its answers by criterion."""

    ratings = serializers.SerializerMethodField()
    criterion_preferences = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DictField(child=SidesInput()))
    def get_ratings(self, judgment: Judgment) -> dict[str, dict[str, int]]:
        return shown_ratings(judgment)

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_criterion_preferences(self, judgment: Judgment) -> dict[str, int]:
        return shown_criterion_preferences(judgment)


class JudgedOutput(JudgmentOutput):
    """The judgment and, with ``next=1``, the next assignment."""

    next = AssignmentOutput(
        required=False, allow_null=True, help_text="Null: nothing is left for now."
    )


def shown_assignment(assignment: Assignment, project: Project) -> dict[str, Any]:
    """An ``AssignmentOutput``; no query where the project asks for no criteria.

    Written out, because the serializer takes longer than storing the judgment before it.
    """
    comparison = assignment.comparison
    left, right = _sides(comparison, swapped=assignment.swapped)
    return {
        "id": assignment.pk,
        "project": project.slug,
        "prompt": comparison.prompt,
        "messages": _messages(comparison),
        "left": left,
        "right": right,
        "outcomes": project.offered_outcomes,
        "preferences": project.offered_preferences,
        "criteria": [dict(AskedCriterionOutput(one).data) for one in asked_criteria(project)],
        "tags": project.reason_tags,
        "guidelines": project.guidelines_number,
        "expires_at": assignment.expires_at,
    }


def _sides(comparison: Comparison, *, swapped: bool) -> tuple[str, str]:
    """The responses from left to right."""
    own = (comparison.response_a, comparison.response_b)
    return own[::-1] if swapped else own


def _messages(comparison: Comparison) -> list[dict[str, str]] | None:
    """Role and content of each turn; what else a file said about it stays here."""
    turns = comparison.messages
    return turns and [{"role": turn["role"], "content": turn["content"]} for turn in turns]
