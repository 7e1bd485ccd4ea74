"""Projects and the people in them."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone


def new_secret() -> bytes:
    return secrets.token_bytes(32)


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

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    instructions = models.TextField(blank=True)
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


class Membership(models.Model):
    """A person in a project; imported annotators have a name but no user."""

    class Role(models.TextChoices):
        ANNOTATOR = "annotator", "Annotator"
        REVIEWER = "reviewer", "Reviewer"
        MANAGER = "manager", "Manager"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    # Unique in the project: the user's name, or what an imported file calls the annotator.
    name = models.CharField(max_length=150)
    pseudonym = models.CharField(max_length=12, editable=False)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ANNOTATOR)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    # Hand-out: nothing is left for this person below this key (inclusive).
    cursor_round = models.PositiveSmallIntegerField(default=0)
    cursor_priority = models.IntegerField(default=0)
    cursor_position = models.BigIntegerField(default=0)
    # Sides: the secret behind the permuted blocks, and how many were handed out.
    side_seed = models.BinaryField(default=new_secret, editable=False)
    handed_out = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "name"], name="membership_name_unique"),
            models.UniqueConstraint(
                fields=["project", "user"],
                condition=Q(user__isnull=False),
                name="membership_user_unique",
            ),
            models.UniqueConstraint(
                fields=["project", "pseudonym"], name="membership_pseudonym_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_manager(self) -> bool:
        return self.role == self.Role.MANAGER

    @property
    def may_review(self) -> bool:
        return self.role in {self.Role.MANAGER, self.Role.REVIEWER}


class Invitation(models.Model):
    """A single-use link into a project; only the SHA-256 of its token is stored."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Membership.Role.choices)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=invitation_expiry)
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.project} as {self.role}"

    @property
    def is_open(self) -> bool:
        ended = self.accepted_at or self.revoked_at
        return ended is None and self.expires_at > timezone.now()
