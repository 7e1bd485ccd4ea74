"""Batches in lists, and what a project's forms offer of them."""

from dataclasses import dataclass

from django.db.models import QuerySet

from annotation.models import Arrangement, Batch, Comparison, Import, Project, Team
from feedback_platform.jobs.models import LongWork

PAGE = 25
# Counting what a filter found stops here: the page says "1,000+".
COUNT_CAP = 1_000
# Batches in a form's list of choices.
OFFERED = 200


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One page of the batches, newest first; keys of the neighbouring pages or None."""

    rows: list[Batch]
    n_found: int
    after: int | None
    before: int | None

    @property
    def is_capped(self) -> bool:
        return self.n_found > COUNT_CAP


def batch_page(
    project: Project,
    *,
    state: str = "",
    search: str = "",
    after: int | None = None,
    before: int | None = None,
) -> BatchPage:
    """Up to 25 batches older than ``after`` or newer than ``before``; two queries."""
    found = Batch.objects.filter(project=project).select_related("team")
    if state:
        found = found.filter(state=state)
    if search:
        found = found.filter(name__icontains=search)
    if before is not None:
        rows = list(found.filter(pk__gt=before).order_by("pk")[: PAGE + 1])
        has_newer, has_older = len(rows) > PAGE, True
        rows = rows[:PAGE][::-1]
    else:
        older = found if after is None else found.filter(pk__lt=after)
        rows = list(older.order_by("-pk")[: PAGE + 1])
        has_newer, has_older = after is not None, len(rows) > PAGE
        rows = rows[:PAGE]
    return BatchPage(
        rows=rows,
        n_found=found.order_by()[: COUNT_CAP + 1].count(),
        after=rows[-1].pk if rows and has_older else None,
        before=rows[0].pk if rows and has_newer else None,
    )


def newest_batches(project: Project, *, limit: int) -> list[Batch]:
    """The batches made last; one query."""
    return list(Batch.objects.filter(project=project).select_related("team")[:limit])


def open_batches(project: Project) -> "QuerySet[Batch]":
    """Those that an import can add to: all that are not closed."""
    return Batch.objects.filter(project=project).exclude(state=Batch.State.CLOSED)


def offered_batches(project: Project) -> list[Batch]:
    """The newest batches that an import can add to; one query."""
    return list(open_batches(project)[:OFFERED])


def batch_of_import(job: Import) -> Batch | None:
    """Where the new comparisons of a file are; one query."""
    # Not the first one: any of perhaps a million tells.
    found = Comparison.objects.filter(imported_from=job).select_related("batch")[:1]
    return found[0].batch if found else None


def latest_arrangements(batch: Batch, *, limit: int = 5) -> list[Arrangement]:
    """What was done with a batch last, newest first; one query."""
    return list(
        Arrangement.objects.filter(batch=batch)
        .select_related("requested_by")
        .order_by("-pk")[:limit]
    )


def latest_project_arrangement(project: Project) -> Arrangement | None:
    """The newest change of all seats of a project while it is under way or failed; one query."""
    rows = Arrangement.objects.filter(project=project, batch=None).select_related("project")
    newest = rows.order_by("-pk").first()
    return newest if newest and newest.state != LongWork.State.SUCCEEDED else None


def unfinished_arrangement(project: Project) -> Arrangement | None:
    """The last one of the whole project, while it is not done; one query."""
    last = Arrangement.objects.filter(project=project, batch=None).select_related("project")
    found = last.order_by("-pk").first()
    return None if found is None or found.state == Arrangement.State.SUCCEEDED else found


def has_comparisons(batch: Batch) -> bool:
    return Comparison.objects.filter(batch=batch).exists()


def batches_of_team(team: Team) -> list[Batch]:
    """The newest batches that are for this team alone; one query."""
    return list(Batch.objects.filter(team=team)[:PAGE])
