"""Which steps of a project are done."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from annotation.models import Batch, Comparison, Gold, Judgment, Membership, Project, Seat


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
