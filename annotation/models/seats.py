"""Places for judgments, and who holds them."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotation.models.comparisons import Comparison
from annotation.models.people import Membership, Team
from annotation.models.projects import Project


class Purpose(models.TextChoices):
    """Why a comparison was handed out. Only ``work`` counts towards the overlap."""

    WORK = "work", "Work"
    GOLD = "gold", "Gold"
    ATTENTION = "attention", "Attention check"
    QUALIFICATION = "qualification", "Qualification"
    RESHOW = "reshow", "Shown again"


class Seat(models.Model):
    """A place for one judgment of a comparison.

    Seats of other purposes than work are made for one hand-out; they are never free.
    """

    class State(models.TextChoices):
        FREE = "free"
        HELD = "held"
        FILLED = "filled"
        WITHDRAWN = "withdrawn"
        # Free once its batch is open again.
        WITHHELD = "withheld"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="seats")
    # Only these people may have it; null: everybody.
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Hand-out order: turn, then priority (the lower first), then position. What each holds
    # depends on the project's policy; the seats of a comparison may share a key.
    turn = models.PositiveSmallIntegerField()
    priority = models.IntegerField(default=0)
    position = models.BigIntegerField()
    purpose = models.CharField(
        max_length=13, choices=Purpose.choices, default=Purpose.WORK, db_default=Purpose.WORK
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.FREE)
    # Freed or added behind somebody's cursor: served first.
    returned = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(purpose="work") | ~Q(state__in=["free", "withheld"]),
                name="seat_checks_are_never_free",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["project", "team", "turn", "priority", "position"],
                condition=Q(state="free"),
                name="seat_free_in_order",
            ),
            models.Index(
                fields=["project", "team", "turn", "priority", "position"],
                condition=Q(state="free", returned=True),
                name="seat_returned_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comparison_id}/{self.turn}"


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
    purpose = models.CharField(
        max_length=13, choices=Purpose.choices, default=Purpose.WORK, db_default=Purpose.WORK
    )
    skip_reason = models.CharField(max_length=500, blank=True)
    reserved_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # What was typed and not sent yet, as the page keeps it; ``draft_number`` counts the savings.
    draft = models.JSONField(null=True, blank=True)
    draft_number = models.PositiveIntegerField(default=0, db_default=0)
    # The first answer that was sent back for a reason, as one of ``ANSWERS``: the one that counts.
    asked_answer = models.CharField(max_length=12, blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["annotator", "comparison"],
                condition=~Q(state="expired") & ~Q(purpose__in=["qualification", "reshow"]),
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
            models.Index(
                fields=["annotator"], condition=Q(state="expired"), name="assignment_left_off"
            ),
            # What the constraint above leaves out.
            models.Index(
                fields=["annotator", "comparison"],
                condition=Q(purpose__in=["qualification", "reshow"]),
                name="assignment_repeats",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_held_now(self) -> bool:
        return self.state == self.State.HELD and self.expires_at > timezone.now()
