"""The statements behind the hand-out, kept apart so that they can be read as SQL.

``mine`` is written as a scalar subquery with LIMIT 1: with stale statistics the planner turned
NOT EXISTS into a scan of all of the annotator's rows. Its conditions are those of the unique index
on (annotator, comparison), which cannot be used otherwise. ``team_id IS NULL`` counts as no
equality when PostgreSQL looks for an order: without team_id in front, ORDER BY sorts every free
seat instead of following the index.
"""

# Seats of a comparison that the annotator has had, skipped, or judged (imports have no assignment).
_NOT_MINE = """
    (SELECT 1 FROM annotation_assignment a
     WHERE a.annotator_id = %(membership)s AND a.comparison_id = seat.comparison_id
       AND a.state <> 'expired' AND a.purpose NOT IN ('qualification', 'reshow') LIMIT 1) IS NULL
    AND (SELECT 1 FROM annotation_judgment j
         WHERE j.annotator_id = %(membership)s AND j.comparison_id = seat.comparison_id
           AND j.supersedes_id IS NULL LIMIT 1) IS NULL
"""

RELEASE = """
INSERT INTO annotation_seat
    (project_id, comparison_id, turn, priority, position, state, returned)
SELECT c.project_id, c.id, turn, 0, c.id, 'free', false
FROM annotation_comparison c CROSS JOIN generate_series(0, %(overlap)s - 1) AS turn
WHERE c.project_id = %(project)s
  AND (%(import)s::bigint IS NULL OR c.imported_from_id = %(import)s)
  AND NOT EXISTS (SELECT 1 FROM annotation_seat s WHERE s.comparison_id = c.id)
ORDER BY turn, c.id
"""

RETREAT = """
UPDATE annotation_membership
SET cursor_turn = lowest.turn,
    cursor_priority = lowest.priority,
    cursor_position = lowest.position
FROM (
    SELECT turn, priority, position FROM annotation_seat
    WHERE project_id = %(project)s AND team_id IS NULL AND state = 'free'
    ORDER BY team_id, turn, priority, position LIMIT 1
) AS lowest
WHERE project_id = %(project)s
  AND (cursor_turn, cursor_priority, cursor_position)
      > (lowest.turn, lowest.priority, lowest.position)
"""

# One statement: what the annotator holds, or else the first free seat that is not theirs.
# ``open`` is an unlocked look at what comes next: returned seats first, then those from the
# cursor on. Only ``taken`` locks, and the cursor moves to the first key of the unlocked look:
# the locked row may be a newer version that lies further on.
RESERVE = f"""
WITH held AS (
    SELECT id FROM annotation_assignment
    WHERE annotator_id = %(membership)s AND state = 'held'
    ORDER BY reserved_at LIMIT 1
), renewed AS (
    UPDATE annotation_assignment SET expires_at = %(expires_at)s
    WHERE id = (SELECT id FROM held) AND state = 'held'
    RETURNING id
), open AS MATERIALIZED (
    (SELECT id, turn, priority, position, true AS returned
     FROM (SELECT * FROM annotation_seat
           WHERE project_id = %(project)s AND team_id IS NULL AND state = 'free' AND returned
           ORDER BY team_id, turn, priority, position LIMIT %(window)s) AS seat
     WHERE (SELECT id FROM held) IS NULL AND {_NOT_MINE}
     LIMIT %(candidates)s)
    UNION ALL
    (SELECT id, turn, priority, position, false
     FROM (SELECT * FROM annotation_seat
           WHERE project_id = %(project)s AND team_id IS NULL AND state = 'free'
             AND (turn, priority, position) >= (%(turn)s, %(priority)s, %(position)s)
           ORDER BY team_id, turn, priority, position LIMIT %(window)s) AS seat
     WHERE (SELECT id FROM held) IS NULL AND {_NOT_MINE}
     LIMIT %(candidates)s)
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
    RETURNING id
), counted AS (
    UPDATE annotation_membership
    SET handed_out = handed_out + 1,
        cursor_turn = coalesce(next.turn, cursor_turn),
        cursor_priority = coalesce(next.priority, cursor_priority),
        cursor_position = coalesce(next.position, cursor_position)
    FROM given LEFT JOIN LATERAL (
        SELECT turn, priority, position FROM open WHERE NOT returned
        ORDER BY turn, priority, position LIMIT 1
    ) AS next ON true
    WHERE annotation_membership.id = %(membership)s
)
SELECT coalesce((SELECT id FROM renewed), (SELECT id FROM given)),
       EXISTS (SELECT 1 FROM open) OR EXISTS (SELECT 1 FROM held)
"""

# A whole window held nothing for this annotator: the cursor goes to its last key (inclusive).
ADVANCE = """
WITH seen AS (
    SELECT turn, priority, position FROM annotation_seat
    WHERE project_id = %(project)s AND team_id IS NULL AND state = 'free'
      AND (turn, priority, position) >= (%(turn)s, %(priority)s, %(position)s)
    ORDER BY team_id, turn, priority, position LIMIT %(window)s
), last AS (
    SELECT * FROM seen ORDER BY turn DESC, priority DESC, position DESC LIMIT 1
), moved AS (
    UPDATE annotation_membership
    SET cursor_turn = last.turn, cursor_priority = last.priority, cursor_position = last.position
    FROM last WHERE annotation_membership.id = %(membership)s
)
SELECT (SELECT turn FROM last), (SELECT priority FROM last), (SELECT position FROM last),
       (SELECT count(*) FROM seen)
"""

EXPIRE = """
WITH overdue AS (
    SELECT a.id, a.seat_id FROM annotation_assignment a
    JOIN annotation_membership m ON m.id = a.annotator_id
    WHERE a.state = 'held' AND a.expires_at < %(now)s
      AND (%(project)s::bigint IS NULL OR m.project_id = %(project)s)
    ORDER BY a.id FOR UPDATE OF a SKIP LOCKED
), ended AS (
    UPDATE annotation_assignment a SET state = 'expired', ended_at = %(now)s
    FROM overdue WHERE a.id = overdue.id RETURNING a.seat_id
)
UPDATE annotation_seat SET state = 'free', returned = true
FROM ended WHERE annotation_seat.id = ended.seat_id AND state = 'held'
"""
