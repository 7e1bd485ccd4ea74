"""Counting how far a project is, once for everybody who looks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from annotation.models import Project
from quality.forecast import MAX_DAYS

DAY = timedelta(days=1)

# One pass over the seats: first by comparison, so that finished ones can be told, then by batch.
_SEATS = """
WITH seats AS (
    SELECT comparison_id,
           count(*) AS n,
           count(*) FILTER (WHERE state = 'filled') AS filled,
           count(*) FILTER (WHERE state = 'held') AS held,
           count(*) FILTER (WHERE state = 'free') AS free,
           count(*) FILTER (WHERE state = 'withheld') AS withheld
    FROM annotation_seat
    WHERE project_id = %(project)s AND purpose = 'work' AND state <> 'withdrawn'
    GROUP BY comparison_id)
SELECT comparison.batch_id,
       count(*) AS comparisons,
       count(*) FILTER (WHERE seats.filled = seats.n) AS finished,
       count(*) FILTER (WHERE seats.n IS NULL) AS unreleased,
       coalesce(sum(seats.filled), 0)::bigint AS filled,
       coalesce(sum(seats.held), 0)::bigint AS held,
       coalesce(sum(seats.free), 0)::bigint AS free,
       coalesce(sum(seats.withheld), 0)::bigint AS withheld
FROM annotation_comparison AS comparison
LEFT JOIN seats ON seats.comparison_id = comparison.id
WHERE comparison.project_id = %(project)s AND NOT comparison.is_check
GROUP BY comparison.batch_id
"""

# Work judged here, by person: the index goes by annotator and time.
_ANNOTATORS = """
SELECT membership.id AS membership, membership.name, membership.paused_at IS NOT NULL AS is_paused,
       total, today, hour, first_at, last_at, active_ms
FROM annotation_membership AS membership
CROSS JOIN LATERAL (
    SELECT count(*) AS total,
           count(*) FILTER (WHERE submitted_at >= %(midnight)s) AS today,
           count(*) FILTER (WHERE submitted_at >= %(hour_ago)s) AS hour,
           min(submitted_at) AS first_at,
           max(submitted_at) AS last_at,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY active_ms)
               FILTER (WHERE submitted_at >= %(start)s) AS active_ms
    FROM annotation_judgment
    WHERE annotator_id = membership.id AND supersedes_id IS NULL
      AND purpose = 'work' AND imported_from_id IS NULL) AS judged
WHERE membership.project_id = %(project)s AND total > 0
ORDER BY last_at DESC
"""

# Calendar days (UTC) for the bars, whole days back from now for the forecast.
_DAYS = """
SELECT (submitted_at AT TIME ZONE 'UTC')::date AS date,
       floor(extract(epoch FROM %(now)s - submitted_at) / 86400)::int AS days_ago,
       count(*) AS n
FROM annotation_membership AS membership
JOIN annotation_judgment AS judgment ON judgment.annotator_id = membership.id
WHERE membership.project_id = %(project)s
  AND submitted_at >= %(start)s AND submitted_at <= %(now)s
  AND supersedes_id IS NULL AND purpose = 'work' AND imported_from_id IS NULL
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What three statements found out about a project."""

    batches: list[dict[str, Any]]
    annotators: list[dict[str, Any]]
    # Judgments of the last 14 calendar days, today last.
    days: list[tuple[str, int]]
    # Judgments of the last stretches of 24 hours, the newest last, since the first judgment.
    stretches: list[int]
    # Share of the first stretch since the first judgment; None where there were some before it.
    first_part: float | None


def counted(project: Project, *, now: datetime) -> Counted:
    """Count a project; three queries that read all of it, so never within a request."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    parameters = {
        "project": project.pk,
        "now": now,
        "midnight": midnight,
        "hour_ago": now - timedelta(hours=1),
        "start": min(midnight - (MAX_DAYS - 1) * DAY, now - MAX_DAYS * DAY),
    }
    annotators = _rows(_ANNOTATORS, parameters)
    days = _rows(_DAYS, parameters)
    by_date: dict[str, int] = {}
    by_stretch = [0] * MAX_DAYS
    for row in days:
        date = row["date"].isoformat()
        by_date[date] = by_date.get(date, 0) + row["n"]
        if row["days_ago"] < MAX_DAYS:
            by_stretch[-1 - row["days_ago"]] += row["n"]
    dates = [(midnight - ago * DAY).date().isoformat() for ago in range(MAX_DAYS - 1, -1, -1)]
    stretches, first_part = _since_first(by_stretch, annotators, now)
    return Counted(
        batches=_rows(_SEATS, parameters),
        annotators=annotators,
        days=[(date, by_date.get(date, 0)) for date in dates],
        stretches=stretches,
        first_part=first_part,
    )


def _since_first(
    stretches: list[int], annotators: list[dict[str, Any]], now: datetime
) -> tuple[list[int], float | None]:
    if not annotators:
        return [], None
    age = (now - min(row["first_at"] for row in annotators)) / DAY
    if age >= MAX_DAYS:
        return stretches, None
    # A clock that was set back can put a judgment after now.
    n_whole = max(int(age), 0)
    return stretches[-1 - n_whole :], max(age - n_whole, 0.0)


def _rows(sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
