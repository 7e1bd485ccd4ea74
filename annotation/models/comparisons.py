"""Comparisons: a prompt with two responses."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotation.models.batches import Batch
from annotation.models.imports import Import
from annotation.models.people import Team
from annotation.models.projects import Project


class Comparison(models.Model):
    """A prompt with two responses, identified by (project, external id)."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="comparisons", db_index=False
    )
    external_id = models.CharField(max_length=200)
    # Plain text, or the text of the last user turn where ``messages`` holds a conversation.
    prompt = models.TextField(blank=True)
    messages = models.JSONField(null=True, blank=True)
    response_a = models.TextField(blank=True)
    response_b = models.TextField(blank=True)
    model_a = models.CharField(max_length=200, blank=True)
    model_b = models.CharField(max_length=200, blank=True)
    group = models.CharField(max_length=200, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    # Hex SHA-256 of prompt or messages and both responses.
    content_hash = models.CharField(max_length=64)
    # Hex digest of the normalised prompt: comparisons of one prompt stay in one split.
    prompt_group = models.CharField(max_length=16)
    imported_from = models.ForeignKey(
        Import, null=True, blank=True, on_delete=models.PROTECT, related_name="comparisons"
    )
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="comparisons"
    )
    # Instead of the batch's; null: the batch's. What adaptive overlap sets goes before both.
    overlap = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    adapted_overlap = models.PositiveSmallIntegerField(null=True, blank=True)
    # Added to the batch's.
    priority = models.SmallIntegerField(
        default=0, db_default=0, validators=[MinValueValidator(-1000), MaxValueValidator(1000)]
    )
    # Only these people get it; null: whom the batch says.
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Here only to check annotators: never released to all, never in a report or a dataset.
    is_check = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "external_id"], name="comparison_external_id_unique"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "id"], name="comparison_project_order"),
            models.Index(fields=["project"], condition=Q(is_check=True), name="comparison_checks"),
        ]

    def __str__(self) -> str:
        return self.external_id


class RenderedComparison(models.Model):
    """A comparison as sanitised HTML: made once per renderer version, when first shown.

    ``version`` is that of ``annotation.rendering``; a row of another version is made again.
    """

    comparison = models.OneToOneField(
        Comparison, primary_key=True, on_delete=models.CASCADE, related_name="rendered"
    )
    version = models.PositiveSmallIntegerField()
    # The turns of the conversation as [role, html], oldest first; one user turn for a plain prompt.
    turns = models.JSONField()
    response_a = models.TextField()
    response_b = models.TextField()

    def __str__(self) -> str:
        return f"{self.comparison_id} (version {self.version})"
