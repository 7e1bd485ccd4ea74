"""Owning a long-work row while its work runs."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models import F
from django.utils import timezone

from feedback_platform.errors import DomainError
from feedback_platform.jobs.models import LongWork

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 3.0
FLUSH_SECONDS = 0.5


class Cancelled(Exception):
    """Somebody asked for this work to end."""


class ClaimLost(Exception):
    """Another worker holds the row now; nothing of this one may be published."""


class Claim:
    """A running row, as seen by the one worker that may publish its result.

    Progress, heartbeat and the wish to cancel travel over a second, autocommit connection
    in a thread, so that they are seen while the work's own transaction is open.
    """

    def __init__(self, job: LongWork) -> None:
        self.job = job
        self._model = type(job)
        self._pending: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._cancelled = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"claim-{job.pk}", daemon=True)

    def progress(
        self, *, done: int | None = None, total: int | None = None, message: str | None = None
    ) -> None:
        """Note how far the work is. Cheap; raises as :meth:`check` does."""
        noted = {"done": done, "total": total, "message": message and message[:200]}
        with self._lock:
            self._pending.update({name: v for name, v in noted.items() if v is not None})
        self.check()

    def check(self) -> None:
        """Stop here when the work was cancelled or taken over.

        Raises:
            Cancelled: a person cancelled the work.
            ClaimLost: the row has another owner.
        """
        if self._lost.is_set():
            raise ClaimLost
        if self._cancelled.is_set():
            raise Cancelled

    def publish(self, **fields: Any) -> None:
        """Store the result and mark the row as succeeded, if this claim still holds it.

        Call it as the last statement of the transaction that writes the result: a lost
        claim then rolls everything back.

        Raises:
            ClaimLost: the row has another owner.
        """
        with self._lock:
            noted, self._pending = self._pending, {}
        self._close(LongWork.State.SUCCEEDED, **{**noted, "error": "", **fields})

    def _close(self, state: LongWork.State, **fields: Any) -> None:
        changed = self._mine().update(state=state, finished_at=timezone.now(), **fields)
        if not changed:
            raise ClaimLost

    def _mine(self) -> Any:
        rows = self._model._default_manager.filter(pk=self.job.pk, fence=self.job.fence)
        return rows.filter(state=LongWork.State.RUNNING)

    def _beat(self) -> None:
        since_heartbeat = HEARTBEAT_SECONDS
        try:
            while not self._stop.wait(FLUSH_SECONDS):
                since_heartbeat += FLUSH_SECONDS
                with self._lock:
                    noted, self._pending = self._pending, {}
                if noted or since_heartbeat >= HEARTBEAT_SECONDS:
                    since_heartbeat = 0.0
                    self._flush(noted)
        finally:
            connection.close()

    def _flush(self, noted: dict[str, Any]) -> None:
        try:
            rows = self._mine()
            if not rows.update(heartbeat_at=timezone.now(), **noted):
                self._lost.set()
            elif rows.filter(cancel_requested_at__isnull=False).exists():
                self._cancelled.set()
        except DatabaseError:
            # The next beat tries again; without heartbeats the claim goes stale by itself.
            logger.warning("heartbeat failed", exc_info=True)
            connection.close()


def claim(model: type[LongWork], pk: int, *, fence: int | None = None) -> Claim | None:
    """Take a queued row, or a row created as claimed with ``fence``; None if it is not free."""
    rows = model._default_manager.filter(pk=pk)
    now = timezone.now()
    if fence is None:
        changed = rows.filter(state=LongWork.State.QUEUED).update(
            state=LongWork.State.RUNNING,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
            started_at=now,
            heartbeat_at=now,
            finished_at=None,
            error="",
        )
    else:
        changed = rows.filter(state=LongWork.State.RUNNING, fence=fence).update(heartbeat_at=now)
    return Claim(rows.get()) if changed == 1 else None


@contextmanager
def claimed(model: type[LongWork], pk: int, *, fence: int | None = None) -> Iterator[Claim | None]:
    """Run a block as the owner of a row; yields None when somebody else has it.

    Leaving the block without :meth:`Claim.publish` is a failure. A ``DomainError`` becomes
    the row's error text; so does, in general words, any other exception, which goes on. A
    command gets every exception back, so that it can answer with its exit code.
    """
    taken = claim(model, pk, fence=fence)
    if taken is None:
        yield None
        return
    taken._thread.start()
    try:
        yield taken
        if taken._mine().exists():
            raise RuntimeError(f"{model.__name__} {pk} ended without a result")
    except Cancelled:
        _end(taken, LongWork.State.CANCELLED, "")
        if taken.job.foreground:
            raise
    except ClaimLost:
        logger.warning("claim lost", extra={"job": f"{model.__name__} {pk}"})
        if taken.job.foreground:
            raise
    except DomainError as error:
        _end(taken, LongWork.State.FAILED, error.message)
        if taken.job.foreground:
            raise
    except (OperationalError, InterfaceError):
        # The database went away. The row stays claimed, goes stale and is queued again.
        raise
    except KeyboardInterrupt:
        _end(taken, LongWork.State.CANCELLED, "")
        raise
    except Exception:
        _end(
            taken,
            LongWork.State.FAILED,
            "Something went wrong on our side. Try again; if it fails again, "
            "the server log has the details.",
        )
        raise
    finally:
        taken._stop.set()
        taken._thread.join()


def _end(taken: Claim, state: LongWork.State, error: str) -> None:
    try:
        taken._close(state, error=error)
    except ClaimLost:
        logger.warning("ended work had another owner")
