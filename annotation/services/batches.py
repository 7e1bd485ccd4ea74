"""Batches of comparisons: made, changed, released, paused, closed.

Each of these changes what is wanted; the arrangement that is returned makes the seats follow, and
the caller enqueues it.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from annotation.models import Arrangement, Batch, Project
from annotation.services.arranging import request_arrangement
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User

State = Batch.State
CHANGEABLE = frozenset({"name", "priority", "overlap", "team"})


def create_batch(
    *, project: Project, name: str, created_by: User | None = None, **fields: Any
) -> Batch:
    """Make an empty batch; ``fields`` are state, priority, overlap and team.

    Raises:
        BadInput: a value is out of its range, or the team is another project's.
        Conflict: the project has a batch of this name.
    """
    batch = Batch(project=project, name=name.strip(), created_by=created_by, **fields)
    _check(batch)
    _store(batch)
    return batch


def create_batch_for_file(
    *, project: Project, name: str, hold: bool, created_by: User | None
) -> Batch:
    """Make a batch named after a file: "name", or else "name (2)", "name (3)", ..."""
    stem = name.strip()[:180] or "Import"
    taken = set(
        Batch.objects.filter(project=project, name__startswith=stem).values_list("name", flat=True)
    )
    number, free = 1, stem
    while free in taken:
        number += 1
        free = f"{stem} ({number})"
    state = State.WAITING if hold else State.OPEN
    return create_batch(project=project, name=free, created_by=created_by, state=state)


@transaction.atomic
def update_batch(*, batch: Batch, requested_by: User | None, **fields: Any) -> Arrangement | None:
    """Change name, priority, overlap or team; None where the seats stay as they are.

    Raises:
        BadInput: a value is out of its range, or the team is another project's.
        Conflict: the project has another batch of this name.
    """
    stored = Batch.objects.select_for_update().get(pk=batch.pk)
    changed = {name for name in CHANGEABLE & fields.keys() if getattr(stored, name) != fields[name]}
    for name in changed:
        setattr(stored, name, fields[name])
        setattr(batch, name, fields[name])
    if not changed:
        return None
    _check(stored)
    _store(stored, update_fields=sorted(changed))
    if changed == {"name"}:
        return None
    return _arrangement(stored, "Change", requested_by)


def release_batch(*, batch: Batch, requested_by: User | None) -> Arrangement:
    """Hand out the comparisons of a batch that waited."""
    return _move(batch, {State.WAITING}, State.OPEN, "Release", requested_by)


def pause_batch(*, batch: Batch, requested_by: User | None) -> Arrangement:
    """Hand out nothing more for now; what annotators hold, they may still judge."""
    return _move(batch, {State.OPEN}, State.PAUSED, "Pause", requested_by)


def resume_batch(*, batch: Batch, requested_by: User | None) -> Arrangement:
    return _move(batch, {State.PAUSED}, State.OPEN, "Resume", requested_by)


def close_batch(*, batch: Batch, requested_by: User | None) -> Arrangement:
    """End a batch: its free seats are withdrawn; what is held may still be judged."""
    before = {State.WAITING, State.OPEN, State.PAUSED}
    return _move(batch, before, State.CLOSED, "Close", requested_by)


def reopen_batch(*, batch: Batch, requested_by: User | None) -> Arrangement:
    return _move(batch, {State.CLOSED}, State.OPEN, "Reopen", requested_by)


@transaction.atomic
def _move(
    batch: Batch, before: set[State], after: State, title: str, requested_by: User | None
) -> Arrangement:
    """
    Raises:
        Conflict: the batch is in another state by now.
    """
    if not Batch.objects.filter(pk=batch.pk, state__in=before).update(state=after):
        batch.refresh_from_db(fields=["state"])
        label = batch.get_state_display().lower()
        raise Conflict(f"{title} is not possible: the batch “{batch.name}” is {label}.")
    batch.state = after
    return _arrangement(batch, title, requested_by)


def _arrangement(batch: Batch, title: str, requested_by: User | None) -> Arrangement:
    return request_arrangement(
        project=batch.project, batch=batch, title=title, requested_by=requested_by
    )


def _check(batch: Batch) -> None:
    if batch.team is not None and batch.team.project_id != batch.project_id:
        raise BadInput("This team belongs to another project. Choose one of this project.")
    try:
        batch.clean_fields(exclude=["project", "created_by", "team"])
    except ValidationError as error:
        told = "; ".join(f"{name}: {' '.join(why)}" for name, why in error.message_dict.items())
        raise BadInput(f"The batch cannot be stored: {told}") from None


def _store(batch: Batch, **options: Any) -> None:
    try:
        with transaction.atomic():
            batch.save(**options)
    except IntegrityError as error:
        raise Conflict(
            f"Another batch of this project is called “{batch.name}”. Choose another name."
        ) from error
