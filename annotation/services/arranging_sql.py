"""The statements behind arranging, kept apart so that they can be read as SQL.

Each works on a handful of comparisons (``comparisons``). They run one after the other in one
transaction, so that each sees what the one before has locked or changed.
"""

# What project, batch and comparison ask for. Judgments made elsewhere are enough, unless the
# batch or the comparison asks for an overlap of its own. OFFSET 0 and ANY(ARRAY(...)) keep the
# planner from reading whole tables where its statistics are old, as during a large import.
_WANTED = """
wanted AS MATERIALIZED (
    SELECT c.id,
           CASE WHEN c.is_check OR b.state IN ('waiting', 'closed') THEN 0
                WHEN own.overlap IS NOT NULL THEN own.overlap
                WHEN EXISTS (
                    SELECT 1 FROM annotation_judgment j
                    WHERE j.comparison_id = c.id AND j.supersedes_id IS NULL
                      AND j.assignment_id IS NULL
                ) THEN 0
                ELSE p.overlap
           END AS overlap,
           CASE WHEN b.state = 'paused' THEN 'withheld' ELSE 'free' END AS state,
           coalesce(c.team_id, b.team_id) AS team_id,
           coalesce(b.priority, 0) + c.priority AS priority,
           p.policy
    FROM unnest(%(comparisons)s::bigint[]) AS given (id)
    CROSS JOIN LATERAL (
        SELECT * FROM annotation_comparison WHERE id = given.id OFFSET 0
    ) AS c
    JOIN annotation_project p ON p.id = c.project_id AND p.id = %(project)s
    LEFT JOIN annotation_batch b ON b.id = c.batch_id
    CROSS JOIN LATERAL (SELECT coalesce(c.adapted_overlap, c.overlap, b.overlap)) AS own (overlap)
)
"""
_SEATS = """
CROSS JOIN LATERAL (
    SELECT id, state FROM annotation_seat
    WHERE comparison_id = wanted.id AND purpose = 'work' OFFSET 0
) AS s
"""

# The hand-out key of the seat ``number`` (from 0) of a comparison. With the policy "priority",
# the turn holds the priority and the priority holds the number: the index sorts by turn first.
_KEY = """
    CASE policy WHEN 'breadth' THEN number WHEN 'depth' THEN 0 ELSE 2000 - priority END AS turn,
    CASE policy WHEN 'priority' THEN number ELSE -priority END AS priority
"""

# How many seats changed, and the first free one of each audience: (team or 0, turn, priority,
# position).
_SUMMARY = """
SELECT count(*) FILTER (WHERE was = 'withdrawn'),
       count(*) FILTER (WHERE was <> 'withdrawn' AND state = 'withdrawn'),
       count(*) FILTER (WHERE was <> 'withdrawn' AND state <> 'withdrawn'),
       (SELECT array_agg(ARRAY[team_id, turn, priority, position])
        FROM (
            SELECT DISTINCT ON (team_id) coalesce(team_id, 0) AS team_id, turn, priority, position
            FROM changed WHERE state = 'free'
            ORDER BY team_id, turn, priority, position
        ) AS first)
FROM changed
"""

# Free seats of comparisons that have too many: nobody may take one while they are counted.
LOCK_SURPLUS = f"""
WITH {_WANTED}, surplus AS (
    SELECT unnest(array_agg(s.id) FILTER (WHERE s.state IN ('free', 'withheld'))) AS id
    FROM wanted {_SEATS}
    GROUP BY wanted.id
    HAVING count(*) FILTER (WHERE s.state <> 'withdrawn') > min(wanted.overlap)
)
SELECT id FROM annotation_seat WHERE id = ANY(ARRAY(SELECT id FROM surplus))
ORDER BY id FOR UPDATE
"""

# Seats that are there already. Filled and held ones come first and stay; of the others, as many
# are open as are missing. A held seat gets its new key as well, for when it comes back. What
# others change meanwhile is looked at again row by row, hence the states of the stored row.
FOLLOW = f"""
WITH {_WANTED}, ranked AS (
    SELECT s.id, wanted.id AS comparison_id, s.state AS was, wanted.overlap, wanted.state,
           wanted.team_id, wanted.priority, wanted.policy,
           row_number() OVER (
               PARTITION BY wanted.id
               ORDER BY s.state NOT IN ('filled', 'held'), s.state = 'withdrawn', s.id
           ) - 1 AS number
    FROM wanted {_SEATS}
), target AS (
    SELECT id, was, team_id, comparison_id AS position,
           CASE WHEN number < overlap THEN state ELSE 'withdrawn' END AS state, {_KEY}
    FROM ranked WHERE was <> 'filled'
), changed AS (
    UPDATE annotation_seat AS seat
    SET state = CASE WHEN seat.state = 'held' THEN seat.state ELSE target.state END,
        returned = seat.returned AND seat.state <> 'withdrawn' AND target.state = 'free',
        team_id = target.team_id, turn = target.turn, priority = target.priority,
        position = target.position
    FROM target
    WHERE seat.id = ANY(ARRAY(SELECT id FROM target)) AND seat.id = target.id
      AND seat.state <> 'filled'
      AND NOT (seat.state = 'withdrawn' AND target.state = 'withdrawn')
      AND (seat.state, seat.team_id, seat.turn, seat.priority, seat.position) IS DISTINCT FROM (
          CASE WHEN seat.state = 'held' THEN seat.state ELSE target.state END,
          target.team_id, target.turn, target.priority, target.position)
    RETURNING target.was, seat.state, seat.team_id, seat.turn, seat.priority, seat.position
)
{_SUMMARY}
"""

ADD = f"""
WITH {_WANTED}, missing AS (
    SELECT wanted.*, wanted.id AS position, number
    FROM wanted
    CROSS JOIN LATERAL (
        SELECT count(*) AS seats FROM annotation_seat
        WHERE comparison_id = wanted.id AND purpose = 'work'
    ) AS present
    CROSS JOIN generate_series(present.seats, wanted.overlap - 1) AS number
), changed AS (
    INSERT INTO annotation_seat
        (project_id, comparison_id, team_id, position, state, returned, turn, priority)
    SELECT %(project)s, id, team_id, position, state, false, {_KEY}
    FROM missing ORDER BY number, id
    RETURNING 'withdrawn' AS was, state, team_id, turn, priority, position
)
{_SUMMARY}
"""

# Seats behind a cursor would never be found: cursors that lie further on come back. Hand-outs
# wait for the memberships' rows from here until the commit, and then see cursors and seats.
RETREAT = """
UPDATE annotation_membership
SET cursor_turn = %(turn)s, cursor_priority = %(priority)s, cursor_position = %(position)s
WHERE project_id = %(project)s
  AND (cursor_turn, cursor_priority, cursor_position) > (%(turn)s, %(priority)s, %(position)s)
"""
LOCK_TEAM = """
SELECT id FROM annotation_membership
WHERE id IN (SELECT membership_id FROM annotation_teammember WHERE team_id = %(team)s)
ORDER BY id FOR NO KEY UPDATE
"""
RETREAT_TEAM = """
UPDATE annotation_teammember
SET cursor_turn = %(turn)s, cursor_priority = %(priority)s, cursor_position = %(position)s
WHERE team_id = %(team)s
  AND (cursor_turn, cursor_priority, cursor_position) > (%(turn)s, %(priority)s, %(position)s)
"""

COUNT_SEATS = """
UPDATE annotation_project SET n_seats_arranged = (
    SELECT count(*) FROM annotation_seat
    WHERE project_id = %(project)s AND purpose = 'work' AND state <> 'withdrawn'
)
WHERE id = %(project)s
"""
ADD_TO_COUNT = """
UPDATE annotation_project SET n_seats_arranged = greatest(n_seats_arranged + %(more)s, 0)
WHERE id = %(project)s
"""

# The plans of the hand-out that connections keep are made anew: those of a small project read whole
# tables, a quarter of a second each time, until the database by itself looks at the sizes again.
GATHER_STATISTICS = """
ANALYZE annotation_comparison (id), annotation_seat, annotation_judgment (comparison_id)
"""

# ``comparisons`` in the statement that stores adapted overlaps goes with ``overlaps``.
ADAPT = """
UPDATE annotation_comparison c SET adapted_overlap = given.overlap
FROM unnest(%(comparisons)s::bigint[], %(overlaps)s::integer[]) AS given (id, overlap)
WHERE c.id = given.id AND c.project_id = %(project)s
  AND c.adapted_overlap IS DISTINCT FROM given.overlap
RETURNING c.id
"""
