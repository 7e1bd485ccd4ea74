"""What is asked beside the preference: ratings and preferences by criterion."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from annotation.models.judgments import Judgment
from annotation.models.projects import Project


class Criterion(models.Model):
    """An aspect under which an annotator rates each response, or prefers one."""

    class Kind(models.TextChoices):
        RATING = "rating", "A rating of each response"
        PREFERENCE = "preference", "Which response is better"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="criteria")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    help = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RATING)
    # Range of the ratings; a preference is always -3..3, or -1..1 in a two-way project.
    low = models.SmallIntegerField(default=0)
    high = models.SmallIntegerField(default=4)
    # What the lowest and the highest rating mean.
    low_label = models.CharField(max_length=60, blank=True)
    high_label = models.CharField(max_length=60, blank=True)
    is_required = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    # Not asked for any more; earlier answers stay.
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "key"], name="criterion_key_unique"),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="criterion_range"),
        ]

    def __str__(self) -> str:
        return self.name


class Rating(models.Model):
    """A judgment's rating of one response under one criterion, in own order. Append-only."""

    class Response(models.TextChoices):
        A = "a", "A"
        B = "b", "B"

    judgment = models.ForeignKey(Judgment, on_delete=models.PROTECT, related_name="ratings")
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    response = models.CharField(max_length=1, choices=Response.choices)
    value = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["judgment", "criterion", "response"], name="rating_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}/{self.response}: {self.value}"


class CriterionPreference(models.Model):
    """A judgment's preference under one criterion, -3..3 in own order. Append-only."""

    judgment = models.ForeignKey(
        Judgment, on_delete=models.PROTECT, related_name="criterion_preferences"
    )
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    preference = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["judgment", "criterion"], name="criterion_preference_once"
            ),
            models.CheckConstraint(
                condition=Q(preference__range=(-3, 3)), name="criterion_preference_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.preference}"
