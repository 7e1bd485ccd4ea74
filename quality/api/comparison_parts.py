"""What has happened to one comparison, as the API tells it: in own order, under pseudonyms."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.api.own_page import ReturnOutput
from annotation.models import Assignment, Audit, Gold, Outcome, Purpose
from quality.selectors.comparison_page import Entry


class ResponsesOutput(serializers.Serializer[Any]):
    """The ratings of both responses under one criterion; null where one was not rated."""

    a = serializers.IntegerField(allow_null=True, default=None)
    b = serializers.IntegerField(allow_null=True, default=None)


class JudgmentExclusionOutput(serializers.Serializer[Any]):
    """Why a judgment is left out, and why it counts again if it does."""

    id = serializers.IntegerField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    reinstated_at = serializers.DateTimeField(
        source="reinstatement.created_at", allow_null=True, default=None
    )
    reinstated_because = serializers.CharField(source="reinstatement.reason", default="")


class JudgmentAuditOutput(serializers.Serializer[Any]):
    """That a judgment was drawn for a second look, and what it found."""

    id = serializers.IntegerField()
    verdict = serializers.ChoiceField(
        choices=Audit.Verdict.choices, allow_blank=True, help_text="Empty while it waits."
    )
    comment = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)


class JudgmentVersionOutput(serializers.Serializer[Any]):
    """One version of a judgment, in the comparison's own order."""

    id = serializers.IntegerField(source="judgment.pk")
    outcome = serializers.ChoiceField(source="judgment.outcome", choices=Outcome.choices)
    preference = serializers.IntegerField(source="judgment.preference", allow_null=True)
    ratings = serializers.SerializerMethodField(help_text="By the key of the criterion.")
    criterion_preferences = serializers.SerializerMethodField(
        help_text="By the key of the criterion; negative: A is better."
    )
    rationale = serializers.CharField(source="judgment.rationale")
    tags = serializers.ListField(source="judgment.tags", child=serializers.CharField())
    active_ms = serializers.IntegerField(source="judgment.active_ms", allow_null=True)
    submitted_at = serializers.DateTimeField(source="judgment.submitted_at")
    sent_back = ReturnOutput(source="judgment.sent_back", many=True)

    @extend_schema_field(serializers.DictField(child=ResponsesOutput()))
    def get_ratings(self, entry: Entry) -> dict[str, dict[str, int | None]]:
        found: dict[str, dict[str, int | None]] = {}
        for rating in entry.judgment.ratings.all():
            given = found.setdefault(rating.criterion.key, {"a": None, "b": None})
            given[rating.response] = rating.value
        return found

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_criterion_preferences(self, entry: Entry) -> dict[str, int]:
        given = entry.judgment.criterion_preferences.all()
        return {one.criterion.key: one.preference for one in given}


class GivenJudgmentOutput(JudgmentVersionOutput):
    """A judgment as it stands now, and what was said about it."""

    annotator = serializers.CharField(source="judgment.annotator.pseudonym")
    swapped = serializers.BooleanField(source="judgment.swapped", allow_null=True)
    purpose = serializers.ChoiceField(source="judgment.purpose", choices=Purpose.choices)
    occasion = serializers.IntegerField(source="judgment.occasion")
    raw_strength = serializers.FloatField(source="judgment.raw_strength", allow_null=True)
    n_revisions = serializers.SerializerMethodField()
    earlier = JudgmentVersionOutput(many=True, help_text="Versions before it, the newest first.")
    is_excluded = serializers.BooleanField()
    counts = serializers.BooleanField(help_text="Whether the consensus rests on it.")
    exclusion = JudgmentExclusionOutput(source="judgment.exclusion", allow_null=True, default=None)
    audit = JudgmentAuditOutput(source="judgment.audit", allow_null=True, default=None)

    @extend_schema_field(serializers.IntegerField())
    def get_n_revisions(self, entry: Entry) -> int:
        return len(entry.earlier)


class ShareOutput(serializers.Serializer[Any]):
    """One direction of the consensus."""

    direction = serializers.SerializerMethodField()
    votes = serializers.IntegerField()
    probability = serializers.FloatField(help_text="Of the posterior.")

    @extend_schema_field(serializers.ChoiceField(choices=["a", "tie", "b"]))
    def get_direction(self, share: Any) -> str:
        return str(share.label).lower()


class ConsensusOutput(serializers.Serializer[Any]):
    """What the counted judgments say together, as of now."""

    shares = ShareOutput(many=True)
    n_usable = serializers.IntegerField()
    n_unusable = serializers.IntegerField()
    confidence = serializers.FloatField(
        allow_null=True, help_text="Votes of the direction with most, as a share of the usable."
    )


class HandoutOutput(serializers.Serializer[Any]):
    """One time that a comparison was handed out."""

    annotator = serializers.CharField(source="annotator.pseudonym")
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    state = serializers.ChoiceField(choices=Assignment.State.choices)
    skip_reason = serializers.CharField()
    reserved_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class KnownOutput(serializers.Serializer[Any]):
    """The known answer of a comparison, in own order."""

    use = serializers.ChoiceField(choices=Gold.Use.choices)
    accepted = serializers.ListField(child=serializers.CharField())
    retired_at = serializers.DateTimeField(allow_null=True)
