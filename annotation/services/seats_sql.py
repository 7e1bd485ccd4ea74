"""The statements behind the hand-out, kept apart so that they can be read as SQL.

``mine`` is written as a scalar subquery with LIMIT 1: with stale statistics the planner turned
NOT EXISTS into a scan of all of the annotator's rows. Its conditions repeat those of the partial
unique index, or the index would not be used. Limits are written into the text: a plan that is
kept must know them. The order of free seats names ``team_id`` first: ``IS NULL`` is no equality to
the planner, which without it sorts all of them instead of following the index.
"""

from annotation.models import Assignment, Comparison, RenderedComparison

# Keys looked at in one go, and candidates of one statement. Each candidate costs two index probes;
# where others hold the locks of all of them, the request tries again a moment later.
WINDOW = 5_000
CANDIDATES = 8

# What a statement that gives an assignment answers with; the models are made from it.
ASSIGNMENT_FIELDS = tuple(Assignment._meta.concrete_fields)
COMPARISON_FIELDS = tuple(
    field
    for field in Comparison._meta.concrete_fields
    if field.name in {"id", "project", "prompt", "messages", "response_a", "response_b"}
)
RENDERED_FIELDS = tuple(RenderedComparison._meta.concrete_fields)
_GIVEN = ", ".join(str(field.column) for field in ASSIGNMENT_FIELDS)
_SHOWN = ", ".join(
    f"{table}.{field.column}"
    for table, fields in (
        ("given", ASSIGNMENT_FIELDS),
        ("c", COMPARISON_FIELDS),
        ("r", RENDERED_FIELDS),
    )
    for field in fields
)

# Seats of a comparison that the annotator has had, skipped, or judged (imports have no assignment).
# ``+ 0`` keeps the planner from the index by annotator: with stale statistics it read all of an
# annotator's judgments for each candidate.
NOT_MINE = """
    (SELECT 1 FROM annotation_assignment a
     WHERE a.annotator_id = %(membership)s AND a.comparison_id = seat.comparison_id
       AND a.state <> 'expired' AND NOT (a.purpose IN ('qualification', 'reshow'))
     LIMIT 1) IS NULL
    AND (SELECT 1 FROM annotation_judgment j
         WHERE j.comparison_id = seat.comparison_id AND j.annotator_id + 0 = %(membership)s
           AND j.supersedes_id IS NULL LIMIT 1) IS NULL
"""

# Whether a team of the annotator has work left.
_TEAMS_HAVE_WORK = """
    EXISTS (
        SELECT 1 FROM annotation_teammember t
        WHERE t.membership_id = m.id AND (
            SELECT 1 FROM annotation_seat s
            WHERE s.project_id = m.project_id AND s.team_id = t.team_id AND s.state = 'free'
            LIMIT 1) IS NOT NULL)
"""

# What the annotator's leases ran out on while nobody else got the seat: they go on with that
# first. Checks as well, whose seats are nobody else's: what came back would else be known as work.
# A qualification looks after its own.
LEFT_OFF = f"""
    FROM annotation_assignment late JOIN annotation_seat seat ON seat.id = late.seat_id
    WHERE late.annotator_id = %(membership)s AND late.state = 'expired'
      AND (seat.state = 'free' OR (
          seat.state = 'withdrawn' AND late.purpose IN ('gold', 'attention', 'reshow')))
      AND (seat.team_id IS NULL OR seat.team_id IN (
          SELECT team_id FROM annotation_teammember WHERE membership_id = %(membership)s))
      AND (late.purpose = 'reshow' OR ({NOT_MINE}))
"""
_HAS_LEFT_OFF = f"EXISTS (SELECT 1 {LEFT_OFF})"

LOCK = f"""
SELECT handed_out, paused_at, pause_reason, qualified_at, {_TEAMS_HAVE_WORK}, {_HAS_LEFT_OFF}
FROM annotation_membership m WHERE id = %(membership)s FOR NO KEY UPDATE OF m
"""

# What the annotator holds and the page does not show yet, with a new lease.
_HOLDING = """
holding AS MATERIALIZED (
    SELECT count(*) AS n,
           (array_agg(id ORDER BY reserved_at, id)
            FILTER (WHERE id <> ALL(%(known)s::uuid[])))[1] AS next
    FROM annotation_assignment WHERE annotator_id = %(membership)s AND state = 'held'
)
"""
_RENEWED = f"""
renewed AS (
    UPDATE annotation_assignment SET expires_at = %(expires_at)s
    WHERE id = (SELECT next FROM holding) AND state = 'held' AND {{condition}}
    RETURNING {_GIVEN}
)
"""
_WANTED = "(SELECT next IS NULL AND n < %(most_held)s FROM holding)"
_ANSWER = f"""
SELECT holding.n, holding.next IS NOT NULL OR {{more}}, {_SHOWN}
FROM holding
LEFT JOIN {{given}} AS given ON true
LEFT JOIN annotation_comparison c ON c.id = given.comparison_id
LEFT JOIN annotation_renderedcomparison r ON r.comparison_id = c.id
"""
_RENEWED_OR_GIVEN = "(SELECT * FROM renewed UNION ALL SELECT * FROM given)"

# One lane: the seats of one audience, from this annotator's cursor in it. The membership is locked,
# so nobody else moves these cursors.
#
# The lane of everybody locks it, in case nobody has, and is empty where the membership is not what
# the request takes it for: each hand-out counts, so with the same count nothing was handed out
# that the statement, which sees what was before it waited for the lock, might not see.
_AS_TAKEN_FOR = f"""
    SELECT id, cursor_turn, cursor_priority, cursor_position
    FROM annotation_membership m
    WHERE id = %(membership)s AND handed_out = %(handed_out)s AND paused_at IS NULL
      AND (%(rest_is_done)s OR NOT ({_TEAMS_HAVE_WORK} OR {_HAS_LEFT_OFF}))
    FOR NO KEY UPDATE OF m
"""
_EVERYBODY = """
    SELECT id, cursor_turn, cursor_priority, cursor_position
    FROM annotation_membership WHERE id = %(membership)s
"""
_TEAMS = """
    SELECT id, team_id, cursor_turn, cursor_priority, cursor_position
    FROM annotation_teammember WHERE membership_id = %(membership)s
"""
_COUNT_ONE = """
    UPDATE annotation_membership SET handed_out = handed_out + 1
    FROM taken WHERE annotation_membership.id = %(membership)s
"""
_MOVED = """
    UPDATE {table} SET {count}
        cursor_turn = coalesce(next.turn, lane.cursor_turn),
        cursor_priority = coalesce(next.priority, lane.cursor_priority),
        cursor_position = coalesce(next.position, lane.cursor_position)
    FROM lane
    LEFT JOIN LATERAL (
        SELECT turn, priority, position FROM open WHERE NOT returned AND open.lane = lane.id
        ORDER BY turn, priority, position LIMIT 1
    ) AS next ON true
    WHERE {table}.id = lane.id AND ({condition})
"""


def _in_order(audience: str, condition: str) -> str:
    """The first candidates of each lane that are not the annotator's."""
    return f"""
    (SELECT lane.id AS lane, found.*
     FROM lane CROSS JOIN LATERAL (
         SELECT seat.id, turn, priority, position, returned
         FROM (SELECT * FROM annotation_seat
               WHERE project_id = %(project)s AND {audience} AND state = 'free' AND {condition}
               ORDER BY team_id, turn, priority, position LIMIT :window) AS seat
         WHERE {NOT_MINE}
         LIMIT {CANDIDATES}) AS found
     WHERE {_WANTED})
    """


# One statement: what the annotator holds, or else the first free seat that is not theirs.
# ``open`` is an unlocked look at what comes next: returned seats first, then those from the
# cursor on. Only ``taken`` locks, and the cursor moves to the first key of the unlocked look:
# the locked row may be a newer version that lies further on.
def _reserve(lane: str, audience: str, moved: str) -> str:
    from_cursor = (
        "(turn, priority, position)"
        " >= (lane.cursor_turn, lane.cursor_priority, lane.cursor_position)"
    )
    return f"""
WITH {_HOLDING}, lane AS MATERIALIZED ({lane}), {
        _RENEWED.format(condition="EXISTS (SELECT 1 FROM lane)")
    }, open AS MATERIALIZED (
    {_in_order(audience, "returned")} UNION ALL {_in_order(audience, from_cursor)}
), taken AS (
    UPDATE annotation_seat SET state = 'held', returned = false
    WHERE id = (
        SELECT id FROM annotation_seat
        WHERE id = ANY(ARRAY(SELECT id FROM open)) AND state = 'free'
        ORDER BY returned DESC, turn, priority, position
        LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, comparison_id
), given AS (
    INSERT INTO annotation_assignment
        (id, seat_id, comparison_id, annotator_id, swapped, state, skip_reason,
         reserved_at, expires_at)
    SELECT %(assignment)s, id, comparison_id, %(membership)s, %(swapped)s, 'held', '',
           %(now)s, %(expires_at)s
    FROM taken
    RETURNING {_GIVEN}
), {moved}
""" + _ANSWER.format(
        more="EXISTS (SELECT 1 FROM open)",
        given=_RENEWED_OR_GIVEN,
    )


RESERVE = _reserve(
    _AS_TAKEN_FOR,
    "team_id IS NULL",
    "moved AS ("
    + _MOVED.format(
        table="annotation_membership",
        count="handed_out = handed_out + (SELECT count(*) FROM taken),",
        condition="EXISTS (SELECT 1 FROM taken)",
    )
    + ")",
)
RESERVE_FOR_TEAMS = _reserve(
    _TEAMS,
    "team_id = lane.team_id",
    f"counted AS ({_COUNT_ONE}), moved AS ("
    + _MOVED.format(
        table="annotation_teammember", count="", condition="EXISTS (SELECT 1 FROM taken)"
    )
    + ")",
)


# A whole window held nothing for this annotator: the cursor goes to its last key (inclusive).
def _advance(lane: str, audience: str, table: str) -> str:
    return f"""
WITH lane AS MATERIALIZED ({lane}), last AS (
    SELECT lane.id, key.*
    FROM lane CROSS JOIN LATERAL (
        SELECT turn, priority, position, count(*) OVER () AS n
        FROM (SELECT turn, priority, position FROM annotation_seat
              WHERE project_id = %(project)s AND {audience} AND state = 'free'
                AND (turn, priority, position)
                    >= (lane.cursor_turn, lane.cursor_priority, lane.cursor_position)
              ORDER BY team_id, turn, priority, position LIMIT :window) AS seen
        ORDER BY turn DESC, priority DESC, position DESC LIMIT 1) AS key
), moved AS (
    UPDATE {table}
    SET cursor_turn = last.turn, cursor_priority = last.priority, cursor_position = last.position
    FROM last WHERE {table}.id = last.id
)
SELECT coalesce(max(n), 0) FROM last
"""


ADVANCE = _advance(_EVERYBODY, "team_id IS NULL", "annotation_membership")
ADVANCE_FOR_TEAMS = _advance(_TEAMS, "team_id = lane.team_id", "annotation_teammember")

# What is held, or else a check: it has a seat of its own, which is never free.
GIVE_CHECK = f"""
WITH {_HOLDING}, {_RENEWED.format(condition="true")}, taken AS (
    INSERT INTO annotation_seat
        (project_id, comparison_id, turn, priority, position, purpose, state, returned)
    SELECT %(project)s, %(comparison)s, 0, 0, %(comparison)s, %(purpose)s::text, 'held', false
    WHERE {_WANTED}
    RETURNING id, comparison_id
), given AS (
    INSERT INTO annotation_assignment
        (id, seat_id, comparison_id, annotator_id, swapped, state, purpose, skip_reason,
         reserved_at, expires_at)
    SELECT %(assignment)s, id, comparison_id, %(membership)s, %(swapped)s, 'held',
           %(purpose)s::text, '', %(now)s, %(expires_at)s
    FROM taken
    RETURNING {_GIVEN}
), counted AS ({_COUNT_ONE})
""" + _ANSWER.format(more="false", given=_RENEWED_OR_GIVEN)
