"""Comparisons whose answer is known, and how annotators did on them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotation.models.comparisons import Comparison
from annotation.models.people import Membership

# What may be accepted, in own order and in the order in which it is offered.
ANSWERS = {
    "a": "A is better",
    "tie": "Tie",
    "b": "B is better",
    "both_good": "Both good",
    "both_bad": "Both bad",
    "cannot_judge": "Cannot judge",
}


def answer_of(outcome: str, preference: int | None) -> str:
    """A decision without its strength, as one of ``ANSWERS``."""
    if preference is None:
        return outcome
    return "a" if preference < 0 else "b" if preference else "tie"


class Gold(models.Model):
    """A gold comparison: its known answers, and what it is used for."""

    class Use(models.TextChoices):
        GOLD = "gold", "Mixed in silently"
        ATTENTION = "attention", "Attention check"
        QUALIFICATION = "qualification", "Qualification, with feedback"

    comparison = models.OneToOneField(Comparison, on_delete=models.PROTECT, related_name="gold")
    use = models.CharField(max_length=13, choices=Use.choices, default=Use.GOLD)
    # Accepted answers, of ``ANSWERS``.
    accepted = models.JSONField()
    # Told to the annotator after a qualification, and on their own page.
    explanation = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # Not handed out any more; earlier results stay.
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.comparison} ({self.use})"

    def accepts(self, *, outcome: str, preference: int | None) -> bool:
        """Whether a decision in own order is an accepted answer; its strength does not matter."""
        return answer_of(outcome, preference) in self.accepted


class QualificationAttempt(models.Model):
    """One annotator's try at the qualification."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Known once it is finished.
    n_correct = models.PositiveSmallIntegerField(null=True, blank=True)
    n_judged = models.PositiveSmallIntegerField(null=True, blank=True)
    has_passed = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["membership", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["membership", "number"], name="attempt_number_unique"),
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(finished_at__isnull=True),
                name="attempt_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership}, try {self.number}"
