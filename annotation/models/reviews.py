"""What people say about comparisons and judgments: flags, audits, decisions, appeals."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotation.models.comparisons import Comparison
from annotation.models.judgments import Exclusion, Judgment, Outcome
from annotation.models.people import Membership
from annotation.models.projects import Project


class Flag(models.Model):
    """An annotator's remark on a comparison, which stays answerable; a report ends it for them."""

    class Kind(models.TextChoices):
        QUESTION = "question", "Question or remark"
        REPORT = "report", "Harmful content"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="flags")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.QUESTION)
    text = models.CharField(max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Shown to the person who raised it.
    answer = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["project", "-id"], condition=Q(resolved_at=None), name="flag_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comparison_id}: {self.text[:40]}"


class Audit(models.Model):
    """A judgment drawn at random for a second look."""

    class Verdict(models.TextChoices):
        SOUND = "sound", "Sound"
        DEBATABLE = "debatable", "Debatable"
        WRONG = "wrong", "Wrong"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    judgment = models.OneToOneField(Judgment, on_delete=models.PROTECT, related_name="audit")
    created_at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField(max_length=9, choices=Verdict.choices, blank=True)
    comment = models.CharField(max_length=2000, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["project", "id"], condition=Q(verdict=""), name="audit_open"),
            models.Index(
                fields=["project", "id"],
                include=["verdict"],
                condition=~Q(verdict=""),
                name="audit_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judgment_id}: {self.verdict or 'open'}"


class Adjudication(models.Model):
    """A reviewer's decision on a comparison, with its reason. A later one supersedes. Append-only.

    ``outcome`` and ``preference`` are in own order, as in a judgment; both empty where the prompt
    is ambiguous and no decision can be made.
    """

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "The majority is right"
        DECIDED = "decided", "Decided"
        AMBIGUOUS = "ambiguous", "The prompt is ambiguous"
        WITHDRAWN = "withdrawn", "Decision taken back"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    comparison = models.ForeignKey(
        Comparison, on_delete=models.PROTECT, related_name="adjudications"
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    preference = models.SmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=2000)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar = [
            # Of two first decisions at once, one wins; later ones name what they replace.
            models.UniqueConstraint(
                fields=["comparison"],
                condition=Q(supersedes__isnull=True),
                name="adjudication_first_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome="preference", preference__range=(-3, 3))
                | (~Q(outcome="preference") & Q(preference__isnull=True)),
                name="adjudication_preference_follows_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comparison_id}: {self.kind}"


class SentBack(models.Model):
    """A judgment returned to its author with a comment; a revision or a confirmation answers it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    judgment = models.ForeignKey(Judgment, on_delete=models.PROTECT, related_name="sent_back")
    # The author, for their list of open ones.
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="sent_back")
    comment = models.CharField(max_length=2000)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    # Empty where the answer is a revision.
    answer = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["judgment"], condition=Q(answered_at=None), name="sent_back_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judgment_id}: {self.comment[:40]}"


class Appeal(models.Model):
    """An annotator's objection to the exclusion of a judgment of theirs."""

    class Decision(models.TextChoices):
        UPHELD = "upheld", "Granted: the judgment counts again"
        REJECTED = "rejected", "Refused: it stays left out"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    exclusion = models.OneToOneField(Exclusion, on_delete=models.PROTECT, related_name="appeal")
    text = models.CharField(max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    answer = models.CharField(max_length=2000, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["project", "id"], condition=Q(decision=""), name="appeal_open"),
        ]

    def __str__(self) -> str:
        return f"{self.exclusion_id}: {self.decision or 'open'}"
