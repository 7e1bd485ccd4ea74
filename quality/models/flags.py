"""What changed for the worse between reports: raised, looked at, resolved."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotation.models import Project
from quality.models.results import Report


class QualityFlag(models.Model):
    """Something that a project's reports say has become worse; a question, not a verdict.

    The same finding about the same subject is one flag for ever: it is resolved, and reopened
    when it happens again. ``QualityFlagEvent`` has its history.
    """

    class Kind(models.TextChoices):
        AGREEMENT_FELL = "agreement_fell", "Agreement fell"
        GOLD_FELL = "gold_fell", "Gold accuracy fell"
        ANNOTATOR_DRIFTS = "annotator_drifts", "Annotator drifts"
        LENGTH_BIAS_GREW = "length_bias_grew", "Length bias grew"
        PHRASE_BIAS_GREW = "phrase_bias_grew", "Phrase bias grew"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # The annotator's pseudonym, the phrase, or nothing: the project as a whole.
    subject = models.CharField(max_length=200, blank=True)
    # The subject as people call it.
    subject_name = models.CharField(max_length=200, blank=True)
    is_open = models.BooleanField(default=True)
    # What the newest report that found it says.
    text = models.CharField(max_length=1000)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "kind", "subject"], name="quality_flag_once_per_subject"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["project", "-id"], condition=Q(is_open=True), name="quality_flag_open"
            ),
            models.Index(
                fields=["project", "-id"], condition=Q(is_open=False), name="quality_flag_resolved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"


class QualityFlagEvent(models.Model):
    """One step in the life of a flag. Append-only."""

    class Kind(models.TextChoices):
        RAISED = "raised", "Raised"
        REOPENED = "reopened", "Reopened"
        RESOLVED = "resolved", "Resolved"

    flag = models.ForeignKey(QualityFlag, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # What was seen, or why it is resolved.
    text = models.CharField(max_length=2000)
    # The newest report at that moment: what is resolved is measured against later ones.
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    # Null: a report raised it.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"
