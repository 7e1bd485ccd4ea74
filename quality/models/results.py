"""Reports and dataset versions: results that are never edited once they are there."""

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from annotation.models import Project
from feedback_platform.jobs.models import LongWork


class Report(LongWork):
    """Agreement and annotator measures of a project at one moment."""

    class Trigger(models.TextChoices):
        REQUEST = "request", "On request"
        SCHEDULE = "schedule", "By schedule"
        COMMAND = "command", "By command"

    task_name = "quality.build_report"

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    trigger = models.CharField(
        max_length=8, choices=Trigger.choices, default=Trigger.REQUEST, db_default=Trigger.REQUEST
    )
    as_of = models.DateTimeField(null=True, blank=True)
    # Key of the newest judgment that was there; 0: none.
    newest_judgment = models.BigIntegerField(default=0, db_default=0)
    code_version = models.CharField(max_length=40, blank=True)
    parameters = models.JSONField(default=dict)
    results = models.JSONField(null=True, blank=True)
    # What lists and the watch over later reports read, so that they need not open ``results``.
    headline = models.JSONField(default=dict, db_default={})
    # Drawn once, with the figures: title, SVG, text alternative and table of each chart.
    charts = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            # A command builds its own; whatever waits for a worker waits alone.
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(state__in=["queued", "running"], foreground=False),
                name="report_one_at_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "-id"], name="report_of_project"),
            # The newest one, and those before a moment.
            models.Index(
                "project",
                models.F("as_of").desc(nulls_last=True),
                condition=models.Q(state="succeeded"),
                name="report_by_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"Report {self.pk}"


class ReportSchedule(models.Model):
    """How often a project is measured by itself; one without a row is measured daily."""

    class Every(models.TextChoices):
        OFF = "off", "Only on request"
        FIVE_MINUTES = "5min", "Every five minutes"
        HOURLY = "hourly", "Hourly"
        DAILY = "daily", "Daily"

    project = models.OneToOneField(
        Project, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    every = models.CharField(max_length=6, choices=Every.choices, default=Every.DAILY)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.project}: {self.get_every_display()}"


class DatasetVersion(LongWork):
    """A cleaned, split dataset: an immutable row with files below VAR_DIR/datasets."""

    task_name = "quality.build_dataset"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="dataset_versions")
    as_of = models.DateTimeField(null=True, blank=True)
    code_version = models.CharField(max_length=40, blank=True)
    # Options of the build: min_judgments, min_votes, min_confidence, holdout_annotators, ...
    recipe = models.JSONField(default=dict)
    manifest = models.JSONField(null=True, blank=True)
    manifest_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"Dataset version {self.pk}"

    @property
    def folder(self) -> Path:
        """Where the files of a succeeded version are."""
        return Path(settings.VAR_DIR) / "datasets" / str(self.pk)

    @property
    def n_dropped(self) -> int:
        """Comparisons of a succeeded version that did not become rows."""
        return sum(self.manifest["dropped"].values()) if self.manifest else 0


class ProgressSnapshot(models.Model):
    """How far a project was at one moment; made anew while somebody looks at it."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="+")
    # Null: not counted yet.
    as_of = models.DateTimeField(null=True, blank=True)
    results = models.JSONField(null=True, blank=True)
    # Seats of each batch, by its id; apart, because only some pages need them.
    batches = models.JSONField(default=dict)
    # How long counting took: a large project is counted less often.
    seconds = models.FloatField(default=0)
    # Somebody is counting since then; nobody after the publication.
    claimed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Progress of {self.project}"
