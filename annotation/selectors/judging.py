"""What the judging page reads beside its comparisons."""

from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from django.utils import timezone

from annotation.models import Membership
from annotation.selectors.checks import check_due, mixes_checks
from feedback_platform.prepared import prepared_cursor

# Counting stops here, at the same cost in a project of any size. Written into the text: a plan that
# is kept must know them.
LEFT_CAP = 200
LEFT_WINDOW = 2_000
# What is left is rounded up to this where checks are mixed in.
STEP = 10

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
    held.n, held.n_work
FROM (SELECT count(*) AS n, count(*) FILTER (WHERE purpose = 'work') AS n_work
      FROM annotation_assignment
      WHERE annotator_id = %(membership)s AND state = 'held') AS held
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """An annotator's judgments today and in all, and what is left for them, held ones included.

    Today is the person's own day. A revision is no new judgment. ``left`` is rounded up to a
    multiple of ``step``; caps and pauses are not asked. ``is_capped``: there is more.
    """

    today: int
    total: int
    left: int
    step: int
    is_capped: bool

    @property
    def is_exact(self) -> bool:
        return self.step == 1 and not self.is_capped


def progress_of(membership: Membership, *, zone: tzinfo | None = None) -> Progress:
    """One query; the seats of one comparison count once.

    Where checks are mixed in, an exact figure would tell them: it stays while one is judged. At
    the end, with no work left, up to four queries more say whether a check is still to come.
    """
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
        n_today, total, n_free, n_held, n_work_held = cursor.fetchone()
    is_mixed = mixes_checks(membership.project)
    if n_free >= LEFT_CAP:
        left = LEFT_CAP
    elif is_mixed:
        # What is held counts as it did while it was free: a check changes nothing, neither when
        # it is handed out nor when it is judged.
        left = _rounded_up(n_free + n_work_held)
        if not left and (n_held or check_due(membership, n_handed_out=membership.handed_out)):
            left = STEP
    else:
        left = n_free + n_held
    return Progress(n_today, total, left, STEP if is_mixed else 1, n_free >= LEFT_CAP)


def _rounded_up(number: int) -> int:
    return -(-number // STEP) * STEP
