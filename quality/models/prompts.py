"""What managers tell of a project's surroundings: prompts used elsewhere, and its task."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from annotation.models import Project
from feedback_platform.jobs.models import LongWork
from feedback_platform.models import User


class PromptSet(LongWork):
    """Prompts of another dataset, such as the one for fine-tuning; only digests are kept."""

    task_name = "quality.import_prompts"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="prompt_sets")
    original_name = models.CharField(max_length=255)
    # Path below VAR_DIR/uploads; the file is removed once its digests are stored.
    stored_name = models.CharField(max_length=120)
    size = models.BigIntegerField()
    # The column that holds the prompts; empty: found out from the file.
    column = models.CharField(max_length=200, blank=True)
    n_prompts = models.PositiveIntegerField(default=0)
    n_distinct = models.PositiveIntegerField(default=0)
    n_rejected = models.PositiveIntegerField(default=0)
    # The first rows that held no prompt: line, field and reason.
    rejects = models.JSONField(default=list)
    # Sorted different 64-bit digests (little-endian) of the prompts as they are written, and
    # without case and spacing.
    exact = models.BinaryField(default=b"")
    normalised = models.BinaryField(default=b"")

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return self.original_name


class ReadinessAnswers(models.Model):
    """What a manager said about the task; the newest row of a project holds."""

    class Task(models.TextChoices):
        TASTE = "taste", "Mostly a matter of judgment: tone, style, helpfulness"
        MIXED = "mixed", "Both"
        FACTUAL = "factual", "Mostly right or wrong: facts, arithmetic, code with tests"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    task = models.CharField(max_length=10, choices=Task.choices, blank=True)
    metric_name = models.CharField(max_length=100, blank=True)
    metric_value = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(metric_value__isnull=True)
                | models.Q(metric_value__gte=0, metric_value__lte=1),
                name="readiness_metric_is_a_share",
            )
        ]

    def __str__(self) -> str:
        return f"Answers of {self.answered_at:%Y-%m-%d}"
