"""Reports that nobody asks for: how often, and asking for those that are due."""

from django.utils import timezone

from annotation.models import Project
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.jobs.services import enqueue
from feedback_platform.models import User
from quality.models import Report, ReportSchedule
from quality.selectors.schedules import projects_to_measure
from quality.services.reports import request_report

# Of one look at the clock; the others come with the next.
MOST_AT_ONCE = 20


def set_schedule(*, project: Project, every: str, person: User) -> ReportSchedule:
    """Choose how often a project is measured by itself.

    Raises:
        BadInput: there is no such choice.
    """
    if every not in ReportSchedule.Every.values:
        choices = ", ".join(ReportSchedule.Every.values)
        raise BadInput(f"A schedule is one of {choices}, not {every!r}.")
    schedule, _ = ReportSchedule.objects.update_or_create(
        project=project,
        defaults={"every": every, "changed_by": person, "changed_at": timezone.now()},
    )
    return schedule


def request_scheduled_reports() -> int:
    """Queue a report of each project that is due; returns how many.

    Two of these at the same time queue each project once: the database refuses a second report
    that waits for a worker.
    """
    n_queued = 0
    for project in projects_to_measure(timezone.now())[:MOST_AT_ONCE]:
        try:
            report = request_report(
                project=project, requested_by=None, trigger=Report.Trigger.SCHEDULE
            )
        except Conflict:
            continue
        enqueue(report)
        n_queued += 1
    return n_queued
