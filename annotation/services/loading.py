"""One file into one project, inside the caller's transaction."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection

from annotation.formats.limits import Limits
from annotation.formats.problems import BadFile, BadRow
from annotation.formats.reading import AUTO, FileReader
from annotation.models import Batch, Import, Outcome, Project
from annotation.services.arranging import arrange_seats
from annotation.services.batches import create_batch_for_file
from annotation.services.merging import Merge, compare_with_project, store_merge
from annotation.services.rejects import RejectedRows, Rejects
from annotation.services.staging import stage_rows
from feedback_platform.errors import BadInput

# The first of the two numbers of PostgreSQL's advisory lock; the second is the project.
LOCK = 0x696D70
LOCK_WAIT_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person chose for one file.

    ``mapping`` goes from our field name to the file's column; ``adapts_project`` is set for a
    project that was created for this file, whose offered answers then follow the file. New
    comparisons join ``batch``, or else a batch named after the file, which waits with ``hold``.
    """

    format: str = AUTO
    mapping: dict[str, str] = field(default_factory=dict)
    skip_bad: bool = False
    ties: bool = False
    adapts_project: bool = False
    batch: int | None = None
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file added, or would add; ``n_good`` counts its rows without the rejected ones."""

    format: str
    n_good: int
    n_comparisons: int
    n_judgments: int
    n_duplicates: int
    strength_maximum: float | None
    rejects: Rejects


class Watcher(Protocol):
    """Told how far the work is; may raise to end it."""

    def progress(
        self, *, done: int | None = None, total: int | None = None, message: str | None = None
    ) -> None: ...

    def check(self) -> None: ...


def import_limits() -> Limits:
    return Limits(
        file_bytes=settings.IMPORT_MAX_FILE_BYTES,
        inflated_bytes=settings.IMPORT_MAX_INFLATED_BYTES,
        ratio=settings.IMPORT_MAX_INFLATION_RATIO,
        line_bytes=settings.IMPORT_MAX_LINE_BYTES,
        depth=settings.IMPORT_MAX_NESTING,
        fields=settings.IMPORT_MAX_FIELDS,
    )


def load_file(
    *,
    project: Project,
    path: Path,
    name: str,
    options: ImportOptions,
    watcher: Watcher,
    imported_from: Import | None = None,
) -> Loaded:
    """Read, check and store a file; without ``imported_from`` only to be rolled back.

    Raises:
        RejectedRows: the file cannot be read, or has bad rows that are not to be skipped.
        Conflict: the project got the same rows by another way at the same moment.
    """
    rejects = Rejects(limit=settings.IMPORT_MAX_BAD_ROWS)
    try:
        detected, n_rows = _stage(path, name, options, rejects, watcher)
    except BadFile as problem:
        raise _refused_file(name, problem) from None
    n_unread = len(rejects)
    _lock(project, watcher)
    watcher.progress(message="Comparing with the project")
    merge = compare_with_project(project=project, rejects=rejects)
    n_good = n_rows - (len(rejects) - n_unread)
    _refuse_bad_rows(name, rejects, n_good=n_good, skip_bad=options.skip_bad)
    watcher.progress(message=f"Storing {merge.n_judgments:,} judgments")
    batch = _batch(project, name, options, imported_from) if imported_from else None
    n_comparisons = store_merge(
        project=project,
        import_id=imported_from.pk if imported_from else None,
        batch_id=batch.pk if batch else None,
        check=watcher.check,
    )
    _adapt_answers(project, merge, options)
    if n_comparisons and imported_from:
        watcher.progress(message="Releasing comparisons to annotators")
        arrange_seats(project=project, imported_from=imported_from)
    elif batch and options.batch is None:
        batch.delete()
    return Loaded(
        format=detected,
        n_good=n_good,
        n_comparisons=n_comparisons,
        n_judgments=merge.n_judgments,
        n_duplicates=merge.n_stored_judgments + merge.n_repeated_comparisons,
        strength_maximum=merge.strength_maximum,
        rejects=rejects,
    )


def _stage(
    path: Path, name: str, options: ImportOptions, rejects: Rejects, watcher: Watcher
) -> tuple[str, int]:
    reader = FileReader(
        path, name=name, format=options.format, mapping=options.mapping, limits=import_limits()
    )

    def watch(n_rows: int) -> None:
        # How many rows there are is known at the end; until then from the bytes read.
        expected = n_rows * reader.size // max(reader.position, 1)
        watcher.progress(done=n_rows, total=max(expected, n_rows), message="Reading rows")

    try:
        n_rows = stage_rows(rows=reader.rows(), rejects=rejects, watch=watch)
        if not n_rows and not len(rejects):
            raise BadFile("the file has no rows")
        return reader.format, n_rows
    finally:
        reader.close()


def _lock(project: Project, watcher: Watcher) -> None:
    """One import at a time looks at a project and changes it; freed with the transaction.

    Asked for again and again rather than waited for: a cancelled import then ends at once.
    """
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, project.pk])
            if cursor.fetchone()[0]:
                return
            watcher.progress(message="Waiting for another import into this project")
            cursor.execute("SELECT pg_sleep(%s)", [LOCK_WAIT_SECONDS])


def _batch(project: Project, name: str, options: ImportOptions, job: Import) -> Batch:
    """The batch of the new comparisons.

    Raises:
        BadInput: the batch that was chosen is not there.
    """
    if options.batch is None:
        return create_batch_for_file(
            project=project, name=name, hold=options.hold, created_by=job.requested_by
        )
    batch = Batch.objects.filter(project=project, pk=options.batch).first()
    if batch is None:
        raise BadInput("The chosen batch is not in this project. Choose another one.")
    return batch


def _refused_file(name: str, problem: BadFile) -> RejectedRows:
    rejects = Rejects(limit=1)
    rejects.add(BadRow(problem.line or 0, "file", problem.reason))
    place = f", line {problem.line:,}" if problem.line else ""
    return RejectedRows(f"{name}{place}: {problem.reason}. Nothing was imported.", rejects)


def _refuse_bad_rows(name: str, rejects: Rejects, *, n_good: int, skip_bad: bool) -> None:
    """
    Raises:
        RejectedRows: there are bad rows, and they are not to be skipped or nothing else is left.
    """
    n_bad = len(rejects)
    if not n_bad or (skip_bad and n_good):
        return
    first = rejects.rows()[0]
    subject = "1 bad row" if n_bad == 1 else f"{n_bad:,} bad rows"
    remedy = "Correct the file." if skip_bad else "Correct the file, or skip bad rows."
    raise RejectedRows(
        f"{name}: {subject}, so nothing was imported. Line {first.line:,}: {first.field} "
        f"{first.reason}. {remedy}",
        rejects,
    )


def _adapt_answers(project: Project, merge: Merge, options: ImportOptions) -> None:
    """Offer what the file shows was offered; a project made for the file offers nothing else."""
    occurring = {
        "offers_tie": merge.has_ties or options.ties,
        "offers_both_good": Outcome.BOTH_GOOD in merge.outcomes,
        "offers_both_bad": Outcome.BOTH_BAD in merge.outcomes,
        "offers_cannot_judge": Outcome.CANNOT_JUDGE in merge.outcomes,
    }
    changes: dict[str, Any] = {name: True for name, occurs in occurring.items() if occurs}
    if options.adapts_project and merge.n_judgments:
        graded = merge.strength_maximum is not None
        scale = Project.Scale.SEVEN_POINT if graded else Project.Scale.TWO_WAY
        changes = {**occurring, "scale": scale}
    if changes:
        Project.objects.filter(pk=project.pk).update(**changes)
