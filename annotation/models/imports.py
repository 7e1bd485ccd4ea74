"""Files that were imported."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from annotation.models.projects import Project
from feedback_platform.jobs.models import LongWork


class Import(LongWork):
    """One file brought into a project, with what it added and what it rejected."""

    task_name = "annotation.import_file"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="imports")
    original_name = models.CharField(max_length=255)
    # Path below VAR_DIR/uploads.
    stored_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    # What the person chose: format, mapping, skip_bad, ties.
    options = models.JSONField(default=dict)
    # The file was only validated; the counts say what it would have added.
    check_only = models.BooleanField(default=False)
    detected_format = models.CharField(max_length=40, blank=True)
    n_comparisons = models.PositiveIntegerField(default=0)
    n_judgments = models.PositiveIntegerField(default=0)
    n_duplicates = models.PositiveIntegerField(default=0)
    n_rejected = models.PositiveIntegerField(default=0)
    # The first rejected rows; all of them are in the rejects file.
    rejects = models.JSONField(default=list)
    rejects_name = models.CharField(max_length=120, blank=True)
    # Strengths of the file were divided by this.
    strength_maximum = models.FloatField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "digest"],
                condition=Q(state="succeeded", check_only=False, n_judgments__gt=0)
                | Q(state="succeeded", check_only=False, n_comparisons__gt=0),
                name="import_file_once_per_project",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name
