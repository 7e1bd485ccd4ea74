"""How far projects are."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from annotation.models import Batch, Comparison, Gold, Judgment, Membership, Project, Seat


@dataclass(frozen=True, slots=True)
class Progress:
    """What is in a project, and what is left to judge."""

    n_comparisons: int
    n_judgments: int
    n_open: int

    @property
    def n_wanted(self) -> int:
        return self.n_judgments + self.n_open

    @property
    def share(self) -> float | None:
        """Judgments made of judgments wanted; None before there is anything to judge."""
        return self.n_judgments / self.n_wanted if self.n_wanted else None


def progress_of(project_ids: list[int]) -> dict[int, Progress]:
    """The progress of some projects; three queries, each answered from an index."""
    comparisons = _counts(Comparison.objects.filter(project__in=project_ids))
    judgments = _counts(Judgment.objects.filter(project__in=project_ids, supersedes=None))
    seats = _counts(Seat.objects.filter(project__in=project_ids, state=Seat.State.FREE))
    return {
        pk: Progress(comparisons.get(pk, 0), judgments.get(pk, 0), seats.get(pk, 0))
        for pk in project_ids
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """Which steps of a project are done: enough to say what comes next, at any size."""

    has_comparisons: bool
    has_open_seats: bool
    has_waiting_batch: bool
    has_judgments: bool
    has_gold: bool
    has_company: bool


def standing_of(project: Project) -> Standing:
    """One query that looks for a first row of each."""
    here = {"project": OuterRef("pk")}
    others = Membership.objects.filter(**here, user__isnull=False, is_active=True)
    found = Project.objects.filter(pk=project.pk).values_list(
        Exists(Comparison.objects.filter(**here)),
        Exists(Seat.objects.filter(**here, state=Seat.State.FREE)),
        Exists(Batch.objects.filter(**here, state=Batch.State.WAITING)),
        Exists(Judgment.objects.filter(**here)),
        Exists(Gold.objects.filter(comparison__project=OuterRef("pk"), retired_at=None)),
        Exists(others.exclude(role=Membership.Role.MANAGER)),
    )
    return Standing(*found.get())


def _counts(rows: QuerySet[Any]) -> dict[int, int]:
    grouped = rows.order_by().values("project").annotate(n=Count("pk"))
    return {row["project"]: row["n"] for row in grouped}
