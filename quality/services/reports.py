"""Asking for reports; :mod:`quality.services.report_building` measures."""

from annotation.models import Project
from feedback_platform.errors import Conflict
from feedback_platform.jobs.services import create_claimed
from feedback_platform.models import User
from quality.models import Report
from quality.selectors.reports import active_report


def request_report(*, project: Project, requested_by: User) -> Report:
    """A queued report; the caller enqueues its task.

    Raises:
        Conflict: a report of this project is being built already.
    """
    if active_report(project) is not None:
        raise Conflict(
            "A report of this project is being built already. Wait until it is there, or cancel it."
        )
    return Report.objects.create(project=project, requested_by=requested_by)


def create_report(*, project: Project) -> Report:
    """A report that the calling command builds itself."""
    return create_claimed(Report, project=project)
