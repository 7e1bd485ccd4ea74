"""The statements behind leases that end: skips, expiry, late judgments, and going on with one.

An expired assignment keeps its claim until somebody else has the seat: it can still be judged, and
its annotator gets it back, as the same row with the same side and draft, before anything new.
"""

from annotation.services.seats_sql import LEFT_OFF

# What becomes of a seat that is given back, from what its batch and comparison say by now.
_GIVEN_BACK = """
    SELECT seat.id, CASE
        WHEN seat.purpose <> 'work' OR c.is_check OR b.state IN ('waiting', 'closed')
            OR row_number() OVER (PARTITION BY c.id ORDER BY seat.id) <= (
                SELECT count(*) FROM annotation_seat other
                WHERE other.comparison_id = c.id AND other.purpose = 'work'
                  AND other.state <> 'withdrawn'
            ) - coalesce(c.adapted_overlap, c.overlap, b.overlap, p.overlap)
        THEN 'withdrawn' WHEN b.state = 'paused' THEN 'withheld' ELSE 'free' END AS state
    FROM ended
    JOIN annotation_seat seat ON seat.id = ended.seat_id
    JOIN annotation_comparison c ON c.id = seat.comparison_id
    JOIN annotation_project p ON p.id = c.project_id
    LEFT JOIN annotation_batch b ON b.id = c.batch_id
"""
_FREED = f"""
    UPDATE annotation_seat seat SET state = back.state, returned = back.state = 'free'
    FROM ({_GIVEN_BACK}) AS back
    WHERE seat.id = back.id AND seat.state = 'held'
"""

EXPIRE = f"""
WITH overdue AS (
    SELECT a.id FROM annotation_assignment a
    JOIN annotation_membership m ON m.id = a.annotator_id
    WHERE a.state = 'held' AND a.expires_at < %(now)s
      AND (%(project)s::bigint IS NULL OR m.project_id = %(project)s)
    ORDER BY a.id FOR UPDATE OF a SKIP LOCKED
), ended AS (
    UPDATE annotation_assignment a SET state = 'expired', ended_at = %(now)s
    FROM overdue WHERE a.id = overdue.id RETURNING a.seat_id
), freed AS ({_FREED} RETURNING 1)
SELECT count(*) FROM freed
"""

SKIP = f"""
WITH ended AS (
    UPDATE annotation_assignment
    SET state = 'skipped', skip_reason = %(reason)s, ended_at = %(now)s
    WHERE id = %(assignment)s AND state = 'held'
    RETURNING seat_id
), freed AS ({_FREED})
SELECT count(*) FROM ended
"""

# Whether the annotator has this comparison in another assignment, which is the newer one.
_ELSEWHERE = """
    (SELECT 1 FROM annotation_assignment o
     WHERE o.annotator_id = mine.annotator_id AND o.comparison_id = mine.comparison_id
       AND o.state <> 'expired' AND NOT (o.purpose IN ('qualification', 'reshow'))
       AND mine.purpose NOT IN ('qualification', 'reshow') LIMIT 1) IS NOT NULL
"""

SKIP_EXPIRED = f"""
UPDATE annotation_assignment mine
SET state = 'skipped', skip_reason = %(reason)s, ended_at = %(now)s
WHERE id = %(assignment)s AND state = 'expired' AND NOT {_ELSEWHERE}
"""

# A check's seat is nobody else's. The assignment is locked before the seat, as everywhere.
FILLED = f"""
mine AS MATERIALIZED (
    SELECT * FROM annotation_assignment
    WHERE id = %(assignment)s AND state IN ('held', 'expired')
    FOR UPDATE
), filled AS (
    UPDATE annotation_seat seat SET state = 'filled', returned = false
    FROM mine
    WHERE seat.id = mine.seat_id AND (
        (mine.state = 'held' AND seat.state = 'held')
        OR (mine.state = 'expired' AND NOT {_ELSEWHERE} AND (
            seat.state IN ('free', 'withheld')
            OR (seat.state = 'withdrawn' AND seat.purpose <> 'work'))))
    RETURNING seat.id
), ended AS (
    UPDATE annotation_assignment a SET state = 'done', ended_at = %(now)s, draft = NULL
    FROM filled WHERE a.id = %(assignment)s
)
"""

# What the annotator left off, held again as far as they may hold it: first what the page still
# shows, then the oldest. What is being judged at this moment is left to that judgment, and no seat
# is waited for, since the membership is locked. Earlier versions made a new row each time, so that
# a comparison may have several.
GO_ON = f"""
WITH left_off AS MATERIALIZED (
    SELECT DISTINCT ON (late.comparison_id) late.id {LEFT_OFF}
    ORDER BY late.comparison_id, late.id = ANY(%(known)s::uuid[]) DESC, late.reserved_at DESC
), late AS MATERIALIZED (
    SELECT id, seat_id FROM annotation_assignment
    WHERE id IN (SELECT id FROM left_off) AND state = 'expired'
    ORDER BY id = ANY(%(known)s::uuid[]) DESC, reserved_at, id
    LIMIT greatest(0, %(most_held)s - (
        SELECT count(*) FROM annotation_assignment
        WHERE annotator_id = %(membership)s AND state = 'held'))
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE annotation_seat SET state = 'held', returned = false
    WHERE id IN (
        SELECT id FROM annotation_seat
        WHERE id IN (SELECT seat_id FROM late)
          AND (state = 'free' OR (state = 'withdrawn' AND purpose <> 'work'))
        ORDER BY id FOR UPDATE SKIP LOCKED)
    RETURNING id
)
UPDATE annotation_assignment a
SET state = 'held', expires_at = %(expires_at)s, ended_at = NULL
FROM late JOIN taken ON taken.id = late.seat_id
WHERE a.id = late.id
"""
