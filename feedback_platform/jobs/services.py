"""Creating, cancelling, repeating and rescuing long work."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from celery import current_app
from django.apps import apps
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError

from feedback_platform.errors import Conflict
from feedback_platform.jobs.models import LongWork

logger = logging.getLogger(__name__)

Work = TypeVar("Work", bound=LongWork)

STALE_AFTER = timedelta(seconds=20)
RESEND_AFTER = timedelta(seconds=20)


def create_claimed(model: type[Work], **fields: Any) -> Work:
    """Create a row that the calling command owns; its fence is 1."""
    now = timezone.now()
    return model._default_manager.create(
        state=LongWork.State.RUNNING,
        foreground=True,
        fence=1,
        attempts=1,
        started_at=now,
        heartbeat_at=now,
        **fields,
    )


def enqueue(job: LongWork) -> None:
    """Send the row's id to its task once the transaction has committed.

    A broker that is down loses nothing: the row stays queued and beat sends it later.
    """
    send_on_commit(job.task_name, job.pk)


def send_on_commit(task_name: str, pk: int) -> None:
    """Send an id to a task once the transaction has committed; a broker that is down is noted."""
    transaction.on_commit(partial(_send, task_name, pk))


def request_cancel(job: LongWork) -> None:
    """End queued work at once and running work at its next check.

    Raises:
        Conflict: the work has already ended.
    """
    rows = type(job)._default_manager.filter(pk=job.pk)
    now = timezone.now()
    queued = rows.filter(state=LongWork.State.QUEUED)
    if queued.update(state=LongWork.State.CANCELLED, cancel_requested_at=now, finished_at=now):
        return
    if not rows.filter(state=LongWork.State.RUNNING).update(cancel_requested_at=now):
        raise Conflict("This work has already ended, so there is nothing to cancel.")


def requeue(job: LongWork) -> None:
    """Queue work that failed or was cancelled once more; the caller enqueues its task.

    Raises:
        Conflict: the work is queued, running or has succeeded.
    """
    ended = [LongWork.State.FAILED, LongWork.State.CANCELLED]
    changed = (
        type(job)
        ._default_manager.filter(pk=job.pk, state__in=ended)
        .update(
            state=LongWork.State.QUEUED,
            queued_at=timezone.now(),
            cancel_requested_at=None,
            finished_at=None,
            foreground=False,
            attempts=0,
            done=0,
            message="",
            error="",
        )
    )
    if not changed:
        raise Conflict("Only work that failed or was cancelled can be tried again.")


def rescue_work() -> dict[str, int]:
    """Free the rows of dead workers and send the messages of waiting rows again.

    Returns how many rows were released, given up and sent. Sending twice does no harm:
    the second delivery finds the row claimed.
    """
    counts = {"released": 0, "given_up": 0, "sent": 0}
    for model in long_work_models():
        given_up, released = _release_stale(model)
        counts["given_up"] += given_up
        counts["released"] += released
        counts["sent"] += _send_waiting(model)
    return counts


def long_work_models() -> list[type[LongWork]]:
    return [model for model in apps.get_models() if issubclass(model, LongWork)]


def _release_stale(model: type[LongWork]) -> tuple[int, int]:
    stale = model._default_manager.filter(
        state=LongWork.State.RUNNING, heartbeat_at__lt=timezone.now() - STALE_AFTER
    )
    now = timezone.now()
    ends: dict[str, Any] = {"fence": F("fence") + 1, "finished_at": now}
    given_up = stale.filter(cancel_requested_at__isnull=False).update(
        state=LongWork.State.CANCELLED, **ends
    )
    given_up += stale.filter(foreground=True).update(
        state=LongWork.State.FAILED,
        error="The command that ran this work ended before it was done. Run it again.",
        **ends,
    )
    given_up += stale.filter(attempts__gte=model.max_attempts).update(
        state=LongWork.State.FAILED,
        error=f"The worker died {model.max_attempts} times during this work. "
        "Look into the server log, then try again.",
        **ends,
    )
    # Due for sending at once.
    released = stale.update(
        state=LongWork.State.QUEUED, fence=F("fence") + 1, queued_at=now - RESEND_AFTER
    )
    return given_up, released


def _send_waiting(model: type[LongWork]) -> int:
    now = timezone.now()
    waiting = model._default_manager.filter(
        state=LongWork.State.QUEUED, queued_at__lte=now - RESEND_AFTER
    )
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:1000])
    for pk in ids:
        _send(model.task_name, pk)
    model._default_manager.filter(pk__in=ids).update(queued_at=now)
    return len(ids)


def _send(task_name: str, pk: int) -> None:
    try:
        current_app.send_task(task_name, args=[pk])
    except OperationalError:
        logger.warning("the broker is down; beat will send it later", extra={"task": task_name})
