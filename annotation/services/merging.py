"""Bringing staged rows into a project: what is new is stored, what contradicts is rejected."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection
from django.db.backends.utils import CursorWrapper

from annotation.formats.problems import BadRow
from annotation.models import Membership, Project
from annotation.services import merging_sql as sql
from annotation.services.rejects import Rejects
from feedback_platform.errors import Conflict

DISAGREEMENTS = {
    "content": ("external_id", "{id!r} names another prompt or other responses {where}"),
    "model_a": ("model_a", "differs for {id!r} {where}"),
    "model_b": ("model_b", "differs for {id!r} {where}"),
    "group": ("group", "differs for {id!r} {where}"),
    "chosen": ("chosen", "is the rejected response of {id!r} {where}"),
    "annotator": (
        "annotator",
        "{annotator!r} logs in to this project, so a file cannot judge for them; use another name",
    ),
    "occasion": ("annotator", "{annotator!r} judged {id!r} more often than 32,767 times"),
    "choice": (
        "choice",
        "contradicts the stored judgment of {annotator!r} on {id!r}; a repeated judgment belongs "
        "in the same file as the first",
    ),
}


@dataclass(frozen=True, slots=True)
class Merge:
    """What a file would add, known before anything is stored."""

    n_judgments: int
    n_stored_judgments: int
    n_repeated_comparisons: int
    strength_maximum: float | None
    outcomes: frozenset[str]
    has_ties: bool


def compare_with_project(*, project: Project, rejects: Rejects) -> Merge:
    """Find what the staged rows add, and reject those that contradict each other or the project.

    Must run in the transaction that staged the rows, alone in this project.
    """
    here = {"project": project.pk}
    with connection.cursor() as cursor:
        for statement in (
            sql.COMPARISONS,
            sql.GATHER_STATISTICS.format(table="imported_comparison"),
            sql.BAD_SOURCES,
            sql.BAD_ROWS,
            sql.BAD_ANNOTATORS,
            sql.JUDGMENTS,
            sql.TOO_MANY_OCCASIONS,
            sql.GATHER_STATISTICS.format(table="imported_judgment"),
            sql.STORED_JUDGMENTS,
            sql.BAD_JUDGMENTS,
        ):
            cursor.execute(statement, here)
        _reject(cursor, rejects)
        cursor.execute(sql.DROP_BAD)
        cursor.execute(sql.FACTS)
        n_judgments, n_stored, strength_maximum, outcomes, has_ties = cursor.fetchone()
        cursor.execute(sql.COUNT_REPEATED)
        (n_repeated,) = cursor.fetchone()
    return Merge(
        n_judgments=n_judgments,
        n_stored_judgments=n_stored,
        n_repeated_comparisons=n_repeated,
        strength_maximum=strength_maximum,
        outcomes=frozenset(outcomes or ()),
        has_ties=has_ties,
    )


def store_merge(
    *,
    project: Project,
    import_id: int | None,
    batch_id: int | None,
    check: Callable[[], None],
) -> int:
    """Store what :func:`compare_with_project` found; returns the number of new comparisons.

    ``check`` is called between statements and may raise to end the work.

    Raises:
        Conflict: the project got the same comparison or judgment by another way meanwhile.
    """
    values = {"project": project.pk, "import": import_id, "batch": batch_id}
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.COMPARISON_IDS)
            cursor.execute(sql.GATHER_STATISTICS.format(table="comparison_id"))
            cursor.execute(sql.INSERT_COMPARISONS, values)
            n_comparisons: int = cursor.rowcount
            check()
            _add_annotators(cursor, project)
            check()
            cursor.execute(sql.SEATS, values)
            cursor.execute(sql.GATHER_STATISTICS.format(table="imported_seat"))
            cursor.execute(sql.INSERT_SEATS, values)
            check()
            cursor.execute(sql.INSERT_JUDGMENTS, values)
            check()
    except IntegrityError as error:
        raise Conflict(
            "The project changed while the file was imported. Nothing was stored; import it again."
        ) from error
    return n_comparisons


def _reject(cursor: CursorWrapper, rejects: Rejects) -> None:
    # One more than can be listed: adding it says that there are too many.
    cursor.execute(sql.LIST_BAD, {"limit": rejects.room + 1})
    for row in cursor.fetchall():
        rejects.add(_bad_row(*row))


def _bad_row(
    line: int, found: str, external_id: str, annotator: str | None, earlier: int | None
) -> BadRow:
    field, reason = DISAGREEMENTS[found]
    where = "in the project" if earlier is None else f"on line {earlier:,}"
    values: dict[str, Any] = {"id": external_id, "annotator": annotator, "where": where}
    return BadRow(line, field, reason.format(**values), external_id)


def _add_annotators(cursor: CursorWrapper, project: Project) -> None:
    """Person rows without a login for annotators that the project does not know yet."""
    cursor.execute(sql.NEW_ANNOTATORS, {"project": project.pk})
    while names := [name for (name,) in cursor.fetchmany(1000)]:
        Membership.objects.bulk_create(
            Membership(project=project, name=name, pseudonym=project.pseudonym_of(name))
            for name in names
        )
