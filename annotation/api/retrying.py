"""Trying long work again that failed or was cancelled."""

from feedback_platform.jobs.models import LongWork
from feedback_platform.jobs.services import enqueue, requeue


def retry(job: LongWork) -> None:
    """Queue it once more, as it was asked for; the row shows what is stored now.

    Raises:
        Conflict: it is queued, running or has succeeded.
    """
    requeue(job)
    job.refresh_from_db(fields=["done", "total"])
    enqueue(job)
