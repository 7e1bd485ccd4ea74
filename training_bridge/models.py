"""Reward-model runs."""

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from annotation.models import Project
from feedback_platform.jobs.models import LongWork
from quality.models import DatasetVersion
from training_bridge.run_folder import MODEL


class Run(LongWork):
    """The training of one reward model; files below VAR_DIR/runs."""

    task_name = "training_bridge.train_reward_model"

    # Null where a command trains on a folder or file from elsewhere.
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )
    dataset_version = models.ForeignKey(
        DatasetVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )
    source = models.CharField(max_length=500, blank=True)
    # SHA-256 of the dataset version's manifest, or of the file.
    data_digest = models.CharField(max_length=64, blank=True)
    base_model = models.CharField(max_length=300)
    # The options asked for; those in force are in the record.
    parameters = models.JSONField(default=dict)
    metrics = models.JSONField(null=True, blank=True)
    # What lies beside the stored model as run.json: template, versions, truncation, speed, ...
    record = models.JSONField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"Run {self.pk}"

    @property
    def folder(self) -> Path:
        """Where the training works and leaves the model."""
        return Path(settings.VAR_DIR) / "runs" / str(self.pk)

    @property
    def model_folder(self) -> Path:
        return self.folder / MODEL


class RunStep(models.Model):
    """What a run reported at one optimiser step."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps", db_index=False)
    step = models.PositiveIntegerField()
    loss = models.FloatField(null=True, blank=True)
    validation_accuracy = models.FloatField(null=True, blank=True)
    pairs_per_second = models.FloatField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["run", "step"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "step"], name="run_step_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.step}"
