"""The ledger of judgments. Its rows are never edited or deleted (a trigger refuses it)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotation.models.comparisons import Comparison
from annotation.models.imports import Import
from annotation.models.people import Membership
from annotation.models.projects import Project
from annotation.models.seats import Assignment, Purpose, Seat


class Outcome(models.TextChoices):
    PREFERENCE = "preference", "Preference"
    BOTH_GOOD = "both_good", "Both good"
    BOTH_BAD = "both_bad", "Both bad"
    CANNOT_JUDGE = "cannot_judge", "Cannot judge"


class Judgment(models.Model):
    """One annotator's decision on one comparison, in the comparison's own order.

    A revision is a new row that supersedes an earlier one. ``preference`` is -3..3, negative:
    response A is better, 0: a tie; null unless the outcome is a preference.
    """

    # Of this object, not of the row: what was sent had been stored before.
    was_there = False

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    comparison = models.ForeignKey(
        Comparison, on_delete=models.PROTECT, related_name="judgments", db_index=False
    )
    annotator = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="judgments", db_index=False
    )
    # Repeats of one annotator share the seat; so do a judgment and its revisions.
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+", db_index=False)
    assignment = models.ForeignKey(
        Assignment, null=True, blank=True, on_delete=models.PROTECT, related_name="judgments"
    )
    imported_from = models.ForeignKey(
        Import,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="judgments",
        db_index=False,
    )
    occasion = models.PositiveSmallIntegerField(default=1)
    # That of its seat. Reports and datasets read work alone.
    purpose = models.CharField(
        max_length=13, choices=Purpose.choices, default=Purpose.WORK, db_default=Purpose.WORK
    )
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    preference = models.SmallIntegerField(null=True, blank=True)
    # As the file or the page gave it; null where no strength was asked for.
    raw_strength = models.FloatField(null=True, blank=True)
    # Response B was on the left; null where the shown side is unknown.
    swapped = models.BooleanField(null=True, blank=True)
    active_ms = models.PositiveIntegerField(null=True, blank=True)
    rationale = models.TextField(blank=True)
    # Reasons that were ticked, as texts of the project's ``reason_tags``.
    tags = models.JSONField(default=list, db_default=[], blank=True)
    # The guidelines the annotator had read last; 0: none, or unknown.
    guidelines_number = models.PositiveIntegerField(default=0, db_default=0)
    idempotency_key = models.UUIDField(null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    submitted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            # Also tells the newest judgment of a project without reading the others.
            models.Index(fields=["project", "id"], name="judgment_of_project"),
            models.Index(fields=["annotator", "submitted_at"], name="judgment_annotator_time"),
            models.Index(
                fields=["annotator", "submitted_at"],
                condition=~Q(purpose="work"),
                name="judgment_of_checks",
            ),
            # The others of a comparison are found by ``judgment_identity``.
            models.Index(
                fields=["comparison"],
                condition=Q(supersedes__isnull=False),
                name="judgment_revisions",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["comparison", "annotator", "occasion"],
                condition=Q(supersedes__isnull=True),
                name="judgment_identity",
            ),
            models.UniqueConstraint(
                fields=["idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
                name="judgment_key_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome="preference", preference__range=(-3, 3))
                | (~Q(outcome="preference") & Q(preference__isnull=True)),
                name="judgment_preference_follows_outcome",
            ),
            models.CheckConstraint(
                condition=Q(raw_strength__isnull=True) | Q(raw_strength__gte=0),
                name="judgment_strength_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comparison_id} by {self.annotator_id}"


class Exclusion(models.Model):
    """A judgment left out of every analysis, with the reason and the person. Append-only."""

    judgment = models.OneToOneField(Judgment, on_delete=models.PROTECT, related_name="exclusion")
    reason = models.CharField(max_length=500)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.reason


class Reinstatement(models.Model):
    """The end of an exclusion: the judgment counts again, for good. Append-only."""

    exclusion = models.OneToOneField(
        Exclusion, on_delete=models.PROTECT, related_name="reinstatement"
    )
    reason = models.CharField(max_length=2000)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.reason


# Judgments that count: neither superseded nor left out.
COUNTED = Q(superseded_by__isnull=True) & (
    Q(exclusion__isnull=True) | Q(exclusion__reinstatement__isnull=False)
)
