"""Projects, people, comparisons and the ledger, for looking."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from annotation.models import (
    Assignment,
    Comparison,
    Exclusion,
    Import,
    Invitation,
    Judgment,
    Membership,
    Project,
    Seat,
)
from feedback_platform.admin import LongWorkAdmin, ReadOnlyAdmin

TEXTS = ("prompt", "messages", "response_a", "response_b", "metadata")


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    left_out = ("pseudonym_key",)
    list_display = ("slug", "name", "state", "scale", "overlap", "created_at")
    list_filter = ("state", "scale")
    search_fields = ("slug__exact",)
    search_help_text = "Short name, in full"


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    left_out = ("side_seed",)
    list_display = ("id", "project", "name", "user", "role", "is_active", "joined_at")
    list_filter = ("role", "is_active")
    list_select_related = ("project", "user")
    search_fields = ("project__slug__exact", "user__username__exact")
    search_help_text = "Short name of a project or name of a person, in full"


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    left_out = ("digest",)
    list_display = ("id", "project", "role", "created_by", "expires_at", "accepted_by")
    list_filter = ("role",)
    list_select_related = ("project", "created_by", "accepted_by")
    search_fields = ("project__slug__exact",)
    search_help_text = "Short name of a project, in full"


@admin.register(Import)
class ImportAdmin(LongWorkAdmin):
    list_display = ("id", "project", "original_name", "state", "n_comparisons", "n_judgments")


@admin.register(Comparison)
class ComparisonAdmin(ReadOnlyAdmin):
    list_display = ("id", "project", "external_id", "group", "created_at")
    list_select_related = ("project",)
    search_fields = ("external_id__exact",)
    search_help_text = "External id, in full"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Lists carry no texts; a row's own page loads them when it shows them."""
        return super().get_queryset(request).defer(*TEXTS)


@admin.register(Seat)
class SeatAdmin(ReadOnlyAdmin):
    list_display = ("id", "project", "comparison_id", "turn", "priority", "position", "state")
    list_select_related = ("project",)
    search_fields = ("comparison__external_id__exact",)
    search_help_text = "External id of a comparison, in full"


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    # By person, then comparison: the order of an index. The key is random.
    ordering = ("annotator_id", "comparison_id")
    list_display = ("id", "annotator", "comparison_id", "state", "reserved_at", "expires_at")
    list_select_related = ("annotator",)
    search_fields = ("comparison__external_id__exact",)
    search_help_text = "External id of a comparison, in full"


@admin.register(Judgment)
class JudgmentAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "project",
        "annotator",
        "comparison_id",
        "outcome",
        "preference",
        "submitted_at",
    )
    list_select_related = ("project", "annotator")
    search_fields = ("comparison__external_id__exact",)
    search_help_text = "External id of a comparison, in full"


@admin.register(Exclusion)
class ExclusionAdmin(ReadOnlyAdmin):
    list_display = ("id", "judgment_id", "reason", "person", "created_at")
    list_select_related = ("person",)
