"""Asking for reports; :mod:`quality.services.report_building` measures."""

from django.db import IntegrityError, transaction

from annotation.models import Project
from feedback_platform.errors import Conflict
from feedback_platform.jobs.services import create_claimed, requeue
from feedback_platform.models import User
from quality.models import Report
from quality.selectors.reports import active_report

BUSY = "A report of this project is being built already. Wait until it is there, or cancel it."


def request_report(
    *,
    project: Project,
    requested_by: User | None,
    trigger: str = Report.Trigger.REQUEST,
) -> Report:
    """A queued report; the caller enqueues its task.

    Raises:
        Conflict: a report of this project is being built already.
    """
    if active_report(project) is not None:
        raise Conflict(BUSY)
    try:
        with transaction.atomic():
            return Report.objects.create(
                project=project, requested_by=requested_by, trigger=trigger
            )
    except IntegrityError as error:
        # Somebody else was a moment faster.
        raise Conflict(BUSY) from error


def retry_report(*, report: Report) -> None:
    """Queue a report that failed or was cancelled once more; the caller enqueues its task.

    Raises:
        Conflict: it has not ended without figures, or another one is being built.
    """
    try:
        with transaction.atomic():
            requeue(report)
    except IntegrityError as error:
        raise Conflict(BUSY) from error


def create_report(*, project: Project) -> Report:
    """A report that the calling command builds itself."""
    return create_claimed(Report, project=project, trigger=Report.Trigger.COMMAND)
