"""The guidelines of a project, in versions."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from annotation.models.projects import Project


class Guidelines(models.Model):
    """One version of what annotators are told; a change is a new version. Append-only."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="guidelines")
    # 1, 2, ...; the project says which one is in force.
    number = models.PositiveIntegerField()
    # Markdown.
    text = models.TextField()
    # What changed, told to the annotators.
    note = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "number"], name="guidelines_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.project}, version {self.number}"
