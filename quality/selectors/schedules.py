"""Which projects a report by schedule is due for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from annotation.models import Import, Judgment, Project
from quality.models import Report, ReportSchedule

Every = ReportSchedule.Every
PAUSES = {
    Every.FIVE_MINUTES: timedelta(minutes=5),
    Every.HOURLY: timedelta(hours=1),
    Every.DAILY: timedelta(days=1),
}
# Measuring a project by schedule takes at most this share of a worker's time.
SHARE_OF_TIME = 0.05


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often a project is measured by itself, and when it is next.

    Attributes:
        every: One of ``ReportSchedule.Every``.
        pause: Between two reports at least; longer than asked for where a report takes long.
        next_at: When the next one may start, as far as judgments arrive; None: never.
    """

    every: str
    pause: timedelta | None
    next_at: datetime | None

    @property
    def is_slowed(self) -> bool:
        """Reports take so long that they are made less often than asked for."""
        return self.pause is not None and self.pause > PAUSES[Every(self.every)]


def schedule_of(project: Project) -> Schedule:
    """The schedule of one project; one query."""
    return _schedule(_with_dates(Project.objects.filter(pk=project.pk)).get())


def projects_to_measure(now: datetime) -> list[Project]:
    """Projects whose schedule is due, with judgments since their last report; one query.

    What arrived is told by the key of a project's newest judgment, which costs one step in an
    index, whatever the size; and by imports, whose keys may be older than judgments made meanwhile.
    """
    active = Report.objects.filter(project=OuterRef("pk"), state__in=["queued", "running"])
    imported = Import.objects.filter(
        project=OuterRef("pk"),
        state="succeeded",
        check_only=False,
        n_judgments__gt=0,
        finished_at__gt=OuterRef("measured_at"),
    )
    newest = Judgment.objects.filter(project=OuterRef("pk")).order_by("-pk").values("pk")
    rows = (
        _with_dates(Project.objects.all())
        .exclude(every=Every.OFF)
        .annotate(newest=Subquery(newest[:1]))
        .filter(~Exists(active), Q(newest__gt=Coalesce(F("known"), Value(0))) | Exists(imported))
    )
    return [one for one in rows if _is_due(_schedule(one), now)]


def _is_due(schedule: Schedule, now: datetime) -> bool:
    return schedule.next_at is not None and schedule.next_at <= now


def _with_dates(projects: "QuerySet[Project]") -> "QuerySet[Any]":
    """Projects with their schedule, their last report and their first judgment."""
    mine = Report.objects.filter(project=OuterRef("pk")).order_by("-pk")
    last = mine.filter(state=Report.State.SUCCEEDED).order_by(
        F("as_of").desc(nulls_last=True), "-pk"
    )
    # One that failed is not tried again at once.
    tried = mine.filter(trigger=Report.Trigger.SCHEDULE)
    first = Judgment.objects.filter(project=OuterRef("pk")).order_by("pk")
    chosen = ReportSchedule.objects.filter(project=OuterRef("pk"))
    return projects.annotate(
        every=Coalesce(Subquery(chosen.values("every")[:1]), Value(Every.DAILY.value)),
        known=Subquery(last.values("newest_judgment")[:1]),
        measured_at=Subquery(last.values("as_of")[:1]),
        started_at=Subquery(last.values("started_at")[:1]),
        finished_at=Subquery(last.values("finished_at")[:1]),
        tried_at=Subquery(tried.values("created_at")[:1]),
        first_at=Subquery(first.values("submitted_at")[:1]),
    )


def _schedule(project: "Project") -> Schedule:
    row = project.__dict__
    every = Every(row["every"])
    if every == Every.OFF:
        return Schedule(every, None, None)
    took = timedelta()
    if row["started_at"] and row["finished_at"]:
        took = row["finished_at"] - row["started_at"]
    pause = max(PAUSES[every], took / SHARE_OF_TIME)
    # The first report waits as long as any other, so that it finds something to measure.
    since = [row["measured_at"] or row["first_at"], row["tried_at"]]
    known = [moment for moment in since if moment is not None]
    return Schedule(every, pause, max(known) + pause if known else None)
