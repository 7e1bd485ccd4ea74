"""Comparisons that are worked on together, and the work of putting their seats in order."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from annotation.models.people import Team
from annotation.models.projects import Project
from feedback_platform.jobs.models import LongWork


class Batch(models.Model):
    """Comparisons with one state, priority, overlap and audience; each import makes one."""

    class State(models.TextChoices):
        WAITING = "waiting", "Not released"
        OPEN = "open", "Open"
        PAUSED = "paused", "Paused"
        CLOSED = "closed", "Closed"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="batches")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # Higher goes out first.
    priority = models.SmallIntegerField(
        default=0, validators=[MinValueValidator(-1000), MaxValueValidator(1000)]
    )
    # Instead of the project's; null: the project's.
    overlap = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    # Only these people get its comparisons; null: everybody.
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="batches"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "name"], name="batch_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class Arrangement(LongWork):
    """Bringing the seats of a project, or of one batch, in line with what is asked for.

    The rows of project, batch and comparison say what is wanted; this work makes the seats
    follow. Running it again changes nothing.
    """

    task_name = "annotation.arrange_seats"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="arrangements")
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="arrangements"
    )
    # What the manager did, in words: "Release", "Pause", ...
    title = models.CharField(max_length=100)
    n_added = models.PositiveIntegerField(default=0)
    n_withdrawn = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.title}: {self.batch or self.project}"
