"""Projects."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone


def new_secret() -> bytes:
    return secrets.token_bytes(32)


SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]
# More than half of the work as checks would be no work.
RATE = [MinValueValidator(0.0), MaxValueValidator(0.5)]


# Of ``Invitation``; the first migration looks for it here.
def invitation_expiry() -> object:
    return timezone.now() + timedelta(days=7)


class Project(models.Model):
    """A collection of comparisons with one question, one scale and its people."""

    class Scale(models.TextChoices):
        SEVEN_POINT = "seven_point", "Seven points: how much better"
        TWO_WAY = "two_way", "Two-way: which is better"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        PAUSED = "paused", "Paused"
        CLOSED = "closed", "Closed"

    class Policy(models.TextChoices):
        BREADTH = "breadth", "Breadth first: every comparison once before any twice"
        DEPTH = "depth", "Depth first: finish a comparison before the next"
        PRIORITY = "priority", "Priority first: the highest priority, then breadth"

    class RationaleRule(models.TextChoices):
        OPTIONAL = "optional", "Optional"
        REQUIRED = "required", "Always required"
        STRONG = "strong", "Required for the strongest preferences and for missed gold"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    # What annotators decide, in one sentence.
    question = models.CharField(
        max_length=200, default="Which response is better?", db_default="Which response is better?"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    scale = models.CharField(max_length=12, choices=Scale.choices, default=Scale.SEVEN_POINT)
    offers_tie = models.BooleanField(default=True)
    offers_both_good = models.BooleanField(default=True)
    offers_both_bad = models.BooleanField(default=True)
    offers_cannot_judge = models.BooleanField(default=True)
    # Judgments wanted per comparison.
    overlap = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    lease_seconds = models.PositiveIntegerField(
        default=1800, validators=[MinValueValidator(30), MaxValueValidator(604_800)]
    )
    policy = models.CharField(max_length=8, choices=Policy.choices, default=Policy.BREADTH)
    # Adaptive overlap: seats are withdrawn once the posterior of a direction reaches
    # ``certain_at``, and added up to ``overlap_cap`` while confidence stays under
    # ``doubtful_below``; neither before ``overlap_minimum`` judgments.
    adapts_overlap = models.BooleanField(default=False)
    overlap_minimum = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    overlap_cap = models.PositiveSmallIntegerField(
        default=7, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    certain_at = models.FloatField(default=0.95, validators=SHARE)
    doubtful_below = models.FloatField(default=0.6, validators=SHARE)
    # Caps of one annotator's judgments; null: none. The share is of the seats of the project.
    cap_judgments = models.PositiveIntegerField(null=True, blank=True)
    cap_share = models.FloatField(null=True, blank=True, validators=SHARE)
    cap_per_day = models.PositiveIntegerField(null=True, blank=True)
    # Seats, as counted by the last arrangement; what ``cap_share`` is a share of.
    n_seats_arranged = models.PositiveIntegerField(default=0)
    # Shares of the hand-outs: known answers, attention checks, own earlier comparisons.
    gold_rate = models.FloatField(default=0, validators=RATE)
    attention_rate = models.FloatField(default=0, validators=RATE)
    reshow_rate = models.FloatField(default=0, validators=RATE)
    # Share of the judgments that a reviewer looks at.
    audit_share = models.FloatField(default=0.1, validators=SHARE)
    # An annotator under this accuracy on at least so many gold comparisons is paused; null: never.
    pause_below = models.FloatField(null=True, blank=True, validators=SHARE)
    pause_after_gold = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1)]
    )
    # Missed attention checks after which an annotator is warned at first, then paused.
    pause_after_attention = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1)]
    )
    requires_qualification = models.BooleanField(default=False)
    qualification_pass_mark = models.FloatField(default=0.8, validators=SHARE)
    qualification_tries = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1)]
    )
    rationale_rule = models.CharField(
        max_length=8, choices=RationaleRule.choices, default=RationaleRule.OPTIONAL
    )
    # Reasons to tick, in the order shown: texts.
    reason_tags = models.JSONField(default=list, blank=True)
    # Whether there are criteria to ask for, so that a judgment of a plain project reads none.
    asks_criteria = models.BooleanField(default=False, db_default=False)
    # Shown before the first comparison; with ``blurs`` every text is blurred until uncovered.
    content_warning = models.TextField(blank=True)
    blurs = models.BooleanField(default=False)
    # Minutes of active time after which a break is suggested; 0: never.
    break_minutes = models.PositiveSmallIntegerField(default=50)
    # Number of the guidelines in force; 0: none yet.
    guidelines_number = models.PositiveIntegerField(default=0)
    # Key of the HMAC behind the annotators' pseudonyms; never leaves the server.
    pseudonym_key = models.BinaryField(default=new_secret, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(overlap__gte=1), name="project_overlap_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def offered_preferences(self) -> list[int]:
        """The preferences an annotator may give, lowest first, as shown or in own order."""
        highest = 3 if self.scale == self.Scale.SEVEN_POINT else 1
        values = range(-highest, highest + 1)
        return [value for value in values if value or self.offers_tie]

    @property
    def offered_outcomes(self) -> list[str]:
        """The outcomes an annotator may give; ``Outcome`` has their names."""
        offers = {
            "preference": True,
            "both_good": self.offers_both_good,
            "both_bad": self.offers_both_bad,
            "cannot_judge": self.offers_cannot_judge,
        }
        return [outcome for outcome, is_offered in offers.items() if is_offered]

    def pseudonym_of(self, name: str) -> str:
        """The name under which a person appears in exports: stable within the project only."""
        digest = hmac.new(bytes(self.pseudonym_key), name.encode(), hashlib.sha256)
        return "a" + digest.hexdigest()[:11]
