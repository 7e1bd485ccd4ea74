"""What the judging page reads beside its comparisons."""

from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from django.utils import timezone

from annotation.models import Membership
from feedback_platform.prepared import prepared_cursor

# Counting stops here, at the same cost in a project of any size. Written into the text: a plan that
# is kept must know them.
LEFT_CAP = 200
LEFT_WINDOW = 2_000

# The conditions are those of the partial unique index, or it would not be used; the same holds
# for an order by team first.
_NOT_MINE = """
    (SELECT 1 FROM annotation_assignment a
     WHERE a.annotator_id = %(membership)s AND a.comparison_id = seat.comparison_id
       AND a.state <> 'expired' AND NOT (a.purpose IN ('qualification', 'reshow'))
     LIMIT 1) IS NULL
"""


def _open_seats(team: str, cursor: str) -> str:
    """Two branches, each in the order of its index: an OR would read every free seat."""
    return f"""
        (SELECT comparison_id FROM (
            SELECT comparison_id FROM annotation_seat
            WHERE project_id = %(project)s AND {team} AND state = 'free' AND returned
            ORDER BY team_id, turn, priority, position LIMIT {LEFT_WINDOW}) AS seat
         WHERE {_NOT_MINE} LIMIT {LEFT_CAP})
        UNION ALL
        (SELECT comparison_id FROM (
            SELECT comparison_id FROM annotation_seat
            WHERE project_id = %(project)s AND {team} AND state = 'free'
              AND (turn, priority, position) >= {cursor}
            ORDER BY team_id, turn, priority, position LIMIT {LEFT_WINDOW}) AS seat
         WHERE {_NOT_MINE} LIMIT {LEFT_CAP})
    """


_FOR_EVERYBODY = _open_seats(
    "team_id IS NULL",
    "(SELECT cursor_turn, cursor_priority, cursor_position"
    " FROM annotation_membership WHERE id = %(membership)s)",
)
_FOR_A_TEAM = _open_seats(
    "team_id = mine.team_id", "(mine.cursor_turn, mine.cursor_priority, mine.cursor_position)"
)
_PROGRESS = f"""
SELECT
    (SELECT count(*) FROM annotation_judgment
     WHERE annotator_id = %(membership)s AND submitted_at >= %(midnight)s
       AND supersedes_id IS NULL),
    (SELECT count(*) FROM annotation_judgment
     WHERE annotator_id = %(membership)s AND supersedes_id IS NULL),
    (SELECT count(DISTINCT comparison_id) FROM (
        {_FOR_EVERYBODY}
        UNION ALL
        (SELECT of_team.comparison_id
         FROM annotation_teammember mine CROSS JOIN LATERAL ({_FOR_A_TEAM}) AS of_team
         WHERE mine.membership_id = %(membership)s LIMIT {LEFT_CAP})) AS open),
    (SELECT count(*) FROM annotation_assignment
     WHERE annotator_id = %(membership)s AND state = 'held' AND purpose = 'work')
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """An annotator's judgments today and in all; the work free to them, and what they hold of it.

    Today is the person's own day. A revision is no new judgment. A check that is held is not
    counted: what is left would else stay as it was whenever one is on the screen.
    """

    today: int
    total: int
    free: int
    held: int

    @property
    def left(self) -> int:
        return self.free + self.held

    @property
    def is_capped(self) -> bool:
        return self.free >= LEFT_CAP


def progress_of(membership: Membership, *, zone: tzinfo | None = None) -> Progress:
    """One query: ``free`` is exact up to the cap, the seats of one comparison count once."""
    today = timezone.localdate(timezone=zone)
    midnight = datetime.combine(today, time.min, zone or timezone.get_current_timezone())
    with prepared_cursor() as cursor:
        cursor.execute(
            _PROGRESS,
            {
                "membership": membership.pk,
                "project": membership.project_id,
                "midnight": midnight,
            },
        )
        return Progress(*cursor.fetchone())
