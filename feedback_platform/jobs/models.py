"""The abstract row behind every long work."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class LongWork(models.Model):
    """Work that outlives a request: its state, progress, owner and outcome.

    The database is the truth: a broker message only hints that a row is queued. Whoever
    raises ``fence`` by claiming the row owns it, and only that fence may publish a result.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    # Name of the Celery task that takes this row's id.
    task_name: ClassVar[str]
    # Claims that ended without a result before the row is given up.
    max_attempts: ClassVar[int] = 3

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    # A command's own work: nobody takes it over when the command dies.
    foreground = models.BooleanField(default=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_active(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def has_ended(self) -> bool:
        return not self.is_active

    @property
    def share_done(self) -> float | None:
        """0..1, or None while the total is unknown."""
        return min(self.done / self.total, 1.0) if self.total > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """Estimated from the rate so far; None where there is no rate yet."""
        if self.state != self.State.RUNNING or self.started_at is None or self.done <= 0:
            return None
        elapsed = (timezone.now() - self.started_at).total_seconds()
        return max(self.total - self.done, 0) * elapsed / self.done if self.total else None
