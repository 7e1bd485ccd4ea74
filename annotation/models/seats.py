"""Places for judgments, and who holds them."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotation.models.comparisons import Comparison
from annotation.models.projects import Membership, Project


class Seat(models.Model):
    """A place for one judgment of a comparison."""

    class State(models.TextChoices):
        FREE = "free"
        HELD = "held"
        FILLED = "filled"
        WITHDRAWN = "withdrawn"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="seats")
    # Hand-out order: round, then priority, then position.
    round = models.PositiveSmallIntegerField()
    priority = models.IntegerField(default=0)
    position = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.FREE)
    # Freed or added behind somebody's cursor: served first.
    returned = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "round", "priority", "position"],
                condition=Q(state="free"),
                name="seat_free_in_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["project", "round", "priority", "position"],
                condition=Q(state="free", returned=True),
                name="seat_returned_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comparison_id}/{self.round}"


class Assignment(models.Model):
    """A seat reserved by an annotator."""

    class State(models.TextChoices):
        HELD = "held"
        DONE = "done"
        SKIPPED = "skipped"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="assignments")
    comparison = models.ForeignKey(
        Comparison, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    annotator = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    # Response B was on the left.
    swapped = models.BooleanField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    skip_reason = models.CharField(max_length=500, blank=True)
    reserved_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["annotator", "comparison"],
                condition=~Q(state="expired"),
                name="assignment_once_per_comparison",
            ),
            models.UniqueConstraint(
                fields=["seat"],
                condition=Q(state__in=["held", "done"]),
                name="assignment_one_holder_per_seat",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"], condition=Q(state="held"), name="assignment_lease_end"
            ),
            models.Index(
                fields=["annotator"], condition=Q(state="held"), name="assignment_held_by"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_held_now(self) -> bool:
        return self.state == self.State.HELD and self.expires_at > timezone.now()
