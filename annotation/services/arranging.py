"""Making the seats follow what project, batches and comparisons ask for.

The rows say what is wanted: overlap, policy, priority, team, and whether a batch is open. An
arrangement compares the seats with that and adds, withdraws or re-keys them; a second one changes
nothing. Seats that are held or filled are never withdrawn.
"""

from array import array
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Protocol

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from annotation.models import Arrangement, Batch, Comparison, Import, Project
from annotation.services import arranging_sql as sql
from feedback_platform.jobs.claims import claimed
from feedback_platform.models import User

# Comparisons of one transaction: their seats are locked for as long as it lasts.
CHUNK = 2_000
# The first of the two numbers of PostgreSQL's advisory lock; the second is the project.
LOCK = 0x736561
# The fields of a project that say where its seats are wanted. How it adapts is decided by who
# measures the votes, and they look at every comparison again once an arrangement has ended.
ADAPTING_FIELDS = frozenset(
    {"adapts_overlap", "overlap_minimum", "overlap_cap", "certain_at", "doubtful_below"}
)
ARRANGING_FIELDS = frozenset({"overlap", "policy"}) | ADAPTING_FIELDS


class Arranged(NamedTuple):
    """How many seats were added, withdrawn, or got another place or state."""

    n_added: int = 0
    n_withdrawn: int = 0
    n_changed: int = 0

    def __add__(self, other: "Arranged") -> "Arranged":  # type: ignore[override]
        return Arranged(*(one + more for one, more in zip(self, other, strict=True)))


class Watcher(Protocol):
    """Told how far the work is; may raise to end it."""

    def progress(self, *, done: int | None = None, total: int | None = None) -> None: ...


class _Key(NamedTuple):
    """A place in the hand-out order of one team; 0: everybody."""

    team: int
    turn: int
    priority: int
    position: int


def needs_arrangement(changed: Collection[str]) -> bool:
    """Whether the seats have to follow a change of these fields of a project."""
    return not ARRANGING_FIELDS.isdisjoint(changed)


def arrange_seats(
    *,
    project: Project,
    batch: Batch | None = None,
    comparisons: Collection[int] | None = None,
    imported_from: Import | None = None,
    watcher: Watcher | None = None,
) -> Arranged:
    """Make the seats of a project, or of some of its comparisons, follow what is wanted.

    Outside a transaction it works in steps that commit one by one: hand-outs go on meanwhile,
    and work that ends half-way is continued by the next arrangement.
    """
    ids = _comparison_ids(project, batch, comparisons, imported_from)
    arranged = Arranged()
    for start in range(0, len(ids), CHUNK):
        if watcher:
            watcher.progress(done=start, total=len(ids))
        arranged += _arrange(project, ids[start : start + CHUNK].tolist())
    if batch is None and comparisons is None and imported_from is None:
        _execute(sql.COUNT_SEATS, project=project.pk)
    if len(ids) > CHUNK:
        _execute(sql.GATHER_STATISTICS)
    return arranged


def request_arrangement(
    *, project: Project, batch: Batch | None = None, title: str, requested_by: User | None
) -> Arrangement:
    """Store the wish to have the seats arranged; the caller enqueues its task.

    One that waits already will do the same work, so it is returned.
    """
    with transaction.atomic():
        waiting = Arrangement.objects.select_for_update().filter(
            project=project, batch=batch, state=Arrangement.State.QUEUED
        )
        # Locked until the caller's changes are committed: it cannot start before them.
        return waiting.first() or Arrangement.objects.create(
            project=project, batch=batch, title=title, requested_by=requested_by
        )


def run_arrangement(*, arrangement_id: int) -> None:
    """Do the work of a queued row; nothing when somebody else has it."""
    with claimed(Arrangement, arrangement_id) as claim:
        if claim is None:
            return
        job = Arrangement.objects.select_related("project", "batch").get(pk=arrangement_id)
        arranged = arrange_seats(project=job.project, batch=job.batch, watcher=claim)
        claim.publish(**arranged._asdict(), message="")


def adapt_overlap(*, project: Project, overlaps: Mapping[int, int | None]) -> Arranged:
    """Set the overlap of single comparisons (null: as before) and arrange their seats."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            sql.ADAPT,
            {
                "project": project.pk,
                "comparisons": list(overlaps),
                "overlaps": list(overlaps.values()),
            },
        )
        changed = [pk for (pk,) in cursor.fetchall()]
    return arrange_seats(project=project, comparisons=changed)


def _comparison_ids(
    project: Project,
    batch: Batch | None,
    comparisons: Collection[int] | None,
    imported_from: Import | None,
) -> "array[int]":
    """Eight bytes a comparison; each statement checks the project again."""
    if comparisons is not None:
        return array("q", sorted(comparisons))
    rows = Comparison.objects.filter(project=project)
    if batch is not None:
        rows = rows.filter(batch=batch)
    if imported_from is not None:
        rows = rows.filter(imported_from=imported_from)
    return array("q", rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=10_000))


def _arrange(project: Project, comparisons: list[int]) -> Arranged:
    """Arrange a chunk in one short transaction."""
    here: dict[str, Any] = {"project": project.pk, "comparisons": comparisons}
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, project.pk])
        cursor.execute(sql.LOCK_SURPLUS, here)
        arranged, behind = Arranged(), []
        for statement in (sql.FOLLOW, sql.ADD):
            cursor.execute(statement, here)
            *counts, firsts = cursor.fetchone()
            arranged += Arranged(*counts)
            behind += [_Key(*first) for first in firsts or ()]
        more = arranged.n_added - arranged.n_withdrawn
        if more:
            cursor.execute(sql.ADD_TO_COUNT, {"project": project.pk, "more": more})
        _retreat(cursor, project, behind)
    return arranged


def _retreat(cursor: CursorWrapper, project: Project, behind: list[_Key]) -> None:
    """Bring cursors back to the first of the new seats; last, for hand-outs wait from here on."""
    for key in sorted(behind):
        values = {"project": project.pk, **key._asdict()}
        if not key.team:
            cursor.execute(sql.RETREAT, values)
            continue
        cursor.execute(sql.LOCK_TEAM, values)
        cursor.execute(sql.RETREAT_TEAM, values)


def _execute(statement: str, **values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
