"""The beat task that keeps long work from being lost."""

from celery import shared_task

from feedback_platform.jobs.services import rescue_work


@shared_task(name="jobs.rescue_work")
def rescue_work_task() -> dict[str, int]:
    return rescue_work()
