"""Snapshots of comparisons: what lists filter and sort by. All of it follows from the ledger."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from annotation.models import Batch, Comparison, Project


class ComparisonState(models.Model):
    """How far a comparison is and what its counted first judgments say.

    ``n_a``, ``n_tie`` and ``n_b`` count usable judgments by direction in own order; both bad and
    cannot judge are unusable. A comparison that only checks annotators has no row.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Not released"
        OPEN = "open", "Open"
        COMPLETE = "complete", "Complete"
        DECIDED = "decided", "Decided"
        AMBIGUOUS = "ambiguous", "Ambiguous"

    class Direction(models.TextChoices):
        A = "a", "A"
        TIE = "tie", "Tie"
        B = "b", "B"

    comparison = models.OneToOneField(
        Comparison, primary_key=True, on_delete=models.CASCADE, related_name="current"
    )
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    state = models.CharField(max_length=9, choices=State.choices)
    n_a = models.PositiveIntegerField()
    n_tie = models.PositiveIntegerField()
    n_b = models.PositiveIntegerField()
    n_usable = models.PositiveIntegerField()
    n_unusable = models.PositiveIntegerField()
    # Seats that wait for a judgment: free, held or withheld; and those that have theirs.
    n_open = models.PositiveIntegerField()
    n_filled = models.PositiveIntegerField()
    # The direction with the most votes, where only one has so many.
    winner = models.CharField(max_length=3, choices=Direction.choices, blank=True)
    # Votes for the most frequent direction / usable votes; null without any. A quotient of small
    # integers is the double nearest to it, so 3 of 5 compares equal to 0.6.
    confidence = models.FloatField(null=True, blank=True)
    # Share of the pairs of usable votes that differ; null with fewer than two votes.
    disagreement = models.FloatField(null=True, blank=True)
    # Both models, sorted, so that either order is one pair: "alder vs birch".
    model_pair = models.CharField(max_length=404, blank=True)
    last_judged_at = models.DateTimeField(null=True, blank=True)
    # Since when these figures hold.
    as_of = models.DateTimeField()

    class Meta:
        # Every list is read along one of these, from any place and in both directions.
        indexes: ClassVar = [
            models.Index(fields=["project", "comparison"], name="state_in_order"),
            models.Index(fields=["project", "state", "comparison"], name="state_by_state"),
            models.Index(fields=["project", "batch", "comparison"], name="state_by_batch"),
            models.Index(
                fields=["project", "model_pair", "comparison"],
                condition=~Q(model_pair=""),
                name="state_by_models",
            ),
            models.Index(
                fields=["project", "confidence", "comparison"],
                condition=Q(confidence__isnull=False),
                name="state_by_confidence",
            ),
            models.Index(
                fields=["project", "disagreement", "comparison"],
                condition=Q(disagreement__isnull=False),
                name="state_by_disagreement",
            ),
            # The review queue: decided comparisons, which pile up at its head, are not in it.
            models.Index(
                fields=["project", "disagreement", "comparison"],
                condition=Q(disagreement__gt=0, state__in=["open", "complete"]),
                name="state_to_review",
            ),
            models.Index(
                fields=["project", "last_judged_at", "comparison"],
                condition=Q(last_judged_at__isnull=False),
                name="state_by_newest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comparison_id}: {self.state}"

    @property
    def n_winning(self) -> int:
        """Votes for the most frequent direction."""
        return max(self.n_a, self.n_tie, self.n_b)


class ComparisonText(models.Model):
    """The words of a comparison's texts and external id, for the search."""

    comparison = models.OneToOneField(
        Comparison, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    words = SearchVectorField()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="text_words"),
        ]

    def __str__(self) -> str:
        return str(self.comparison_id)


class AnnotatorAccuracy(models.Model):
    """How often an annotator of the project is right, as its agreement suggests."""

    project = models.OneToOneField(
        Project, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    accuracy = models.FloatField()
    # Comparisons with two usable judgments, on which it rests.
    n_comparisons = models.PositiveIntegerField()
    as_of = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.project}: {self.accuracy:.3f}"


class Watermark(models.Model):
    """How far a reader has come in tables that only grow; keys by name of the source.

    Keys are given out before their rows are committed, so a row below one that was read may still
    appear. ``settled``: everything up to here has been seen. ``read``: the last look went so far;
    once the transactions that ran then (below ``transaction``) have ended, it is settled too.
    """

    name = models.CharField(primary_key=True, max_length=20)
    settled = models.JSONField(default=dict)
    read = models.JSONField(default=dict)
    transaction = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    # How long the last look took.
    seconds = models.FloatField(default=0)

    def __str__(self) -> str:
        return self.name
