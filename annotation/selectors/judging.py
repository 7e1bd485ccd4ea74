"""What the judging page reads."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db import connection
from django.utils import timezone

from annotation.models import Judgment, Membership

# Counting stops here, at the same cost in a project of any size.
LEFT_CAP = 500
LEFT_WINDOW = 2_000

_NOT_MINE = """
    (SELECT 1 FROM annotation_assignment a
     WHERE a.annotator_id = %(membership)s AND a.comparison_id = seat.comparison_id
       AND a.state <> 'expired' LIMIT 1) IS NULL
"""
# Two branches, each in the order of its index: an OR would read every free seat.
_PROGRESS = f"""
SELECT
    (SELECT count(*) FROM annotation_judgment
     WHERE annotator_id = %(membership)s AND submitted_at >= %(midnight)s
       AND supersedes_id IS NULL),
    (SELECT count(DISTINCT comparison_id) FROM (
        (SELECT comparison_id FROM (
            SELECT comparison_id FROM annotation_seat
            WHERE project_id = %(project)s AND state = 'free' AND returned
            ORDER BY turn, priority, position LIMIT %(window)s) AS seat
         WHERE {_NOT_MINE} LIMIT %(cap)s)
        UNION ALL
        (SELECT comparison_id FROM (
            SELECT comparison_id FROM annotation_seat
            WHERE project_id = %(project)s AND state = 'free'
              AND (turn, priority, position) >= (
                  SELECT cursor_turn, cursor_priority, cursor_position
                  FROM annotation_membership WHERE id = %(membership)s)
            ORDER BY turn, priority, position LIMIT %(window)s) AS seat
         WHERE {_NOT_MINE} LIMIT %(cap)s)) AS open)
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """Comparisons an annotator judged today (UTC), and those open to them beside the held one."""

    today: int
    left: int

    @property
    def is_capped(self) -> bool:
        return self.left >= LEFT_CAP


def progress_of(membership: Membership) -> Progress:
    """One query of bounded cost: ``left`` is exact up to the cap, seats of one comparison once."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    with connection.cursor() as cursor:
        cursor.execute(
            _PROGRESS,
            {
                "membership": membership.pk,
                "project": membership.project_id,
                "midnight": midnight,
                "cap": LEFT_CAP,
                "window": LEFT_WINDOW,
            },
        )
        return Progress(*cursor.fetchone())


def last_judgment(membership: Membership) -> Judgment | None:
    """The annotator's newest judgment made in this platform, in its latest revision."""
    judgments = Judgment.objects.filter(
        annotator=membership, superseded_by__isnull=True, assignment__isnull=False
    )
    judgments = judgments.select_related("annotator__project", "comparison__rendered")
    return judgments.order_by("-submitted_at", "-pk").first()


def is_recorded(idempotency_key: UUID) -> bool:
    """Whether a judgment was stored under this key."""
    return Judgment.objects.filter(idempotency_key=idempotency_key).exists()
