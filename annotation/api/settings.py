"""The settings of a project in the API: what it asks, how it hands out, how it checks."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager
from annotation.api.batches import ArrangementOutput
from annotation.forms.projects import MAX_BREAK, MAX_TAG, MAX_TAGS, MAX_WARNING
from annotation.models import Project
from annotation.services.arranging import needs_arrangement, request_arrangement
from annotation.services.projects import update_project
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.views import ApiView
from feedback_platform.jobs.services import enqueue

LARGEST = {"max_value": 2**31 - 1}
LARGEST_SMALL = {"max_value": 32_767}


class SettingsInput(serializers.ModelSerializer[Project]):
    """What is to be different; the rest stays. The answers are fixed by the first judgment."""

    reason_tags = serializers.ListField(
        child=serializers.CharField(max_length=MAX_TAG),
        max_length=MAX_TAGS,
        required=False,
        help_text="Reasons that annotators may tick.",
    )

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = [
            "name",
            "question",
            "state",
            "scale",
            "offers_tie",
            "offers_both_good",
            "offers_both_bad",
            "offers_cannot_judge",
            "overlap",
            "lease_seconds",
            "policy",
            "adapts_overlap",
            "overlap_minimum",
            "overlap_cap",
            "certain_at",
            "doubtful_below",
            "cap_judgments",
            "cap_share",
            "cap_per_day",
            "gold_rate",
            "attention_rate",
            "reshow_rate",
            "audit_share",
            "pause_below",
            "pause_after_gold",
            "pause_after_attention",
            "requires_qualification",
            "qualification_pass_mark",
            "qualification_tries",
            "rationale_rule",
            "reason_tags",
            "content_warning",
            "blurs",
            "break_minutes",
        ]
        extra_kwargs: ClassVar[dict[str, dict[str, Any]]] = {
            "cap_judgments": LARGEST,
            "cap_per_day": LARGEST,
            "pause_after_gold": LARGEST_SMALL,
            "pause_after_attention": LARGEST_SMALL,
            "qualification_tries": LARGEST_SMALL,
            "content_warning": {"max_length": MAX_WARNING},
            "break_minutes": {"max_value": MAX_BREAK},
        }


class SettingsOutput(SettingsInput):
    """All settings of a project."""


class ChangedSettingsOutput(SettingsInput):
    """The settings, and the work that makes seats follow; null where they stay."""

    arrangement = ArrangementOutput(allow_null=True)

    class Meta(SettingsInput.Meta):
        fields: ClassVar[list[str]] = [*SettingsInput.Meta.fields, "arrangement"]


@extend_schema(tags=["Projects"])
class ProjectSettings(ApiView):
    required_scope: ClassVar = {"GET": "manage", "PATCH": "manage"}

    @extend_schema(operation_id="settings_read", responses={200: SettingsOutput, **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """The settings of a project."""
        return Response(SettingsOutput(project_for_manager(request.user, slug)).data)

    @extend_schema(
        operation_id="settings_update",
        request=SettingsInput,
        responses={200: ChangedSettingsOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Change settings; where they ask for other seats, these follow in the background."""
        project = project_for_manager(request.user, slug)
        given = SettingsInput(project, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        before = {name: getattr(project, name) for name in given.validated_data}
        stored = update_project(project=project, **given.validated_data)
        changed = [name for name, value in before.items() if getattr(stored, name) != value]
        arranging = None
        if needs_arrangement(changed):
            job = request_arrangement(
                project=stored, title="Change", requested_by=logged_in_user(request)
            )
            enqueue(job)
            arranging = ArrangementOutput(job).data
        return Response({**SettingsOutput(stored).data, "arrangement": arranging})
