"""The statements that bring staged rows into a project, kept apart so that they read as SQL.

They run in the order in which they stand here, inside one transaction. ``imported_row`` comes
from ``annotation.services.staging``; every other temporary table is made here.
"""

# What two rows of one comparison, or a row and the project, may not disagree on. An empty value
# says nothing, so it contradicts nothing.
_DISAGREE = """
    CASE
        WHEN {other}.content_hash <> {first}.content_hash THEN 'content'
        WHEN {other}.model_a <> '' AND {first}.model_a <> '' AND {other}.model_a <> {first}.model_a
            THEN 'model_a'
        WHEN {other}.model_b <> '' AND {first}.model_b <> '' AND {other}.model_b <> {first}.model_b
            THEN 'model_b'
        WHEN {other}."group" <> '' AND {first}."group" <> '' AND {other}."group" <> {first}."group"
            THEN 'group'
        WHEN {other}.label <> '' AND {first}.label <> '' AND {other}.label <> {first}.label
            THEN 'chosen'
    END
"""

# The first row of each comparison stands for it.
COMPARISONS = """
CREATE TEMPORARY TABLE imported_comparison ON COMMIT DROP AS
WITH first AS (
    SELECT DISTINCT ON (external_id COLLATE "C")
        n, line, external_id, content_hash, model_a, model_b, "group", label
    FROM imported_row WHERE source = n
    ORDER BY external_id COLLATE "C", n
)
SELECT first.*, stored.id AS stored_id,
       stored.content_hash AS stored_hash, stored.model_a AS stored_model_a,
       stored.model_b AS stored_model_b, stored."group" AS stored_group,
       coalesce(stored.metadata ->> 'imported_label', '') AS stored_label
FROM first
LEFT JOIN annotation_comparison stored
    ON stored.project_id = %(project)s AND stored.external_id = first.external_id
"""

# Which staged texts cannot be used, and why; ``earlier`` is a line, or null for the project.
BAD_SOURCES = f"""
CREATE TEMPORARY TABLE bad_source ON COMMIT DROP AS
SELECT * FROM (
    SELECT r.n, c.line AS earlier,
           {_DISAGREE.format(other="r", first="c")} AS field
    FROM imported_row r JOIN imported_comparison c USING (external_id)
    WHERE r.source = r.n AND r.n <> c.n AND c.stored_id IS NULL
    UNION ALL
    SELECT r.n, NULL,
           {_DISAGREE.format(other="r", first="s")}
    FROM imported_row r JOIN (
        SELECT external_id, stored_hash AS content_hash, stored_model_a AS model_a,
               stored_model_b AS model_b, stored_group AS "group", stored_label AS label
        FROM imported_comparison WHERE stored_id IS NOT NULL
    ) AS s USING (external_id)
    WHERE r.source = r.n
) AS found
WHERE field IS NOT NULL
"""

BAD_ROWS = """
CREATE TEMPORARY TABLE bad_row ON COMMIT DROP AS
SELECT DISTINCT ON (r.n) r.n, r.line, r.external_id, r.annotator,
       bad_source.field, bad_source.earlier
FROM imported_row r JOIN bad_source ON bad_source.n = r.source
ORDER BY r.n, bad_source.earlier NULLS LAST
"""

# A login cannot be given judgments by a file.
BAD_ANNOTATORS = """
INSERT INTO bad_row
SELECT r.n, r.line, r.external_id, r.annotator, 'annotator', NULL
FROM imported_row r
JOIN annotation_membership m ON m.project_id = %(project)s AND m.name = r.annotator
WHERE m.user_id IS NOT NULL AND r.n NOT IN (SELECT n FROM bad_row)
"""

# A row is occasion k of (comparison, annotator) when k-1 rows of the file came before it.
JUDGMENTS = """
CREATE TEMPORARY TABLE imported_judgment ON COMMIT DROP AS
SELECT r.n, r.line, r.external_id, c.n AS comparison_n, c.stored_id, r.annotator,
       row_number() OVER (PARTITION BY c.n, r.annotator COLLATE "C" ORDER BY r.n) AS occasion,
       r.outcome, r.direction, r.strength, r.swapped, r.submitted_at, r.active_ms, r.rationale,
       NULL::boolean AS is_stored
FROM imported_row r JOIN imported_comparison c USING (external_id)
WHERE r.annotator IS NOT NULL AND r.n NOT IN (SELECT n FROM bad_row)
"""

TOO_MANY_OCCASIONS = """
INSERT INTO bad_row
SELECT n, line, external_id, annotator, 'occasion', NULL
FROM imported_judgment WHERE occasion > 32767
"""

STORED_JUDGMENTS = """
UPDATE imported_judgment i
SET is_stored = (s.outcome = i.outcome
    AND sign(s.preference) IS NOT DISTINCT FROM i.direction
    AND s.raw_strength IS NOT DISTINCT FROM i.strength::double precision)
FROM annotation_judgment s
JOIN annotation_membership m ON m.id = s.annotator_id
WHERE i.stored_id IS NOT NULL AND s.comparison_id = i.stored_id AND s.supersedes_id IS NULL
  AND m.project_id = %(project)s AND m.name = i.annotator AND s.occasion = i.occasion
"""

BAD_JUDGMENTS = """
INSERT INTO bad_row
SELECT n, line, external_id, annotator, 'choice', NULL
FROM imported_judgment WHERE is_stored = false
"""

LIST_BAD = """
SELECT line, field, external_id, annotator, earlier FROM bad_row ORDER BY n LIMIT %(limit)s
"""

# Bad rows and rows that are stored already go, before anything is counted or numbered.
DROP_BAD = """
DELETE FROM imported_judgment i USING bad_row b WHERE b.n = i.n
"""

FACTS = """
SELECT count(*) FILTER (WHERE is_stored IS NULL),
       count(*) FILTER (WHERE is_stored),
       max(strength)::double precision,
       array_agg(DISTINCT outcome),
       coalesce(bool_or(direction = 0), false)
FROM imported_judgment
"""

# Comparison rows that add nothing: the comparison is stored, or an earlier row said the same.
COUNT_REPEATED = """
SELECT count(*) FROM imported_row r JOIN imported_comparison c USING (external_id)
WHERE r.annotator IS NULL AND (c.stored_id IS NOT NULL OR r.n <> c.n)
  AND r.n NOT IN (SELECT n FROM bad_row)
"""

NEW_ANNOTATORS = """
SELECT DISTINCT i.annotator FROM imported_judgment i
WHERE i.is_stored IS NULL AND NOT EXISTS (
    SELECT 1 FROM annotation_membership m
    WHERE m.project_id = %(project)s AND m.name = i.annotator
)
ORDER BY 1
"""

# Identifiers in file order: comparisons are handed out in the order of the file.
COMPARISON_IDS = """
CREATE TEMPORARY TABLE comparison_id ON COMMIT DROP AS
SELECT n, stored_id AS id, false AS is_new FROM imported_comparison WHERE stored_id IS NOT NULL
UNION ALL
SELECT n, nextval(pg_get_serial_sequence('annotation_comparison', 'id')), true
FROM (
    SELECT c.n FROM imported_comparison c
    WHERE stored_id IS NULL AND EXISTS (
        SELECT 1 FROM imported_row r
        WHERE r.external_id = c.external_id AND r.n NOT IN (SELECT n FROM bad_row)
    )
    ORDER BY c.n
) AS ordered
"""

INSERT_COMPARISONS = """
INSERT INTO annotation_comparison
    (id, project_id, external_id, prompt, messages, response_a, response_b, model_a, model_b,
     "group", metadata, content_hash, prompt_group, imported_from_id, batch_id, created_at)
SELECT c.id, %(project)s, r.external_id, r.prompt, r.messages, r.response_a, r.response_b,
       r.model_a, r.model_b, r."group", r.metadata, r.content_hash, r.prompt_group,
       %(import)s, %(batch)s, now()
FROM comparison_id c JOIN imported_row r ON r.n = c.n
WHERE c.is_new
ORDER BY c.id
"""

# One filled seat per comparison and annotator; later occasions share it.
SEATS = """
CREATE TEMPORARY TABLE imported_seat ON COMMIT DROP AS
SELECT wanted.comparison_n, wanted.annotator, c.id AS comparison_id, m.id AS annotator_id,
       coalesce(stored.seat_id, nextval(pg_get_serial_sequence('annotation_seat', 'id'))) AS id,
       stored.seat_id IS NULL AS is_new,
       least(row_number() OVER (PARTITION BY wanted.comparison_n ORDER BY wanted.n) - 1, 32767)
           AS turn
FROM (
    SELECT comparison_n, annotator, min(n) AS n FROM imported_judgment
    WHERE is_stored IS NULL GROUP BY comparison_n, annotator
) AS wanted
JOIN comparison_id c ON c.n = wanted.comparison_n
JOIN annotation_membership m ON m.project_id = %(project)s AND m.name = wanted.annotator
LEFT JOIN LATERAL (
    SELECT min(s.seat_id) AS seat_id FROM annotation_judgment s
    WHERE NOT c.is_new AND s.comparison_id = c.id AND s.annotator_id = m.id
) AS stored ON true
"""

INSERT_SEATS = """
INSERT INTO annotation_seat
    (id, project_id, comparison_id, turn, priority, position, state, returned)
SELECT id, %(project)s, comparison_id, turn, 0, comparison_id, 'filled', false
FROM imported_seat WHERE is_new
ORDER BY id
"""

# Strength in thirds of the file's maximum, compared without a division: 0.2 of 0.3 is exactly
# two thirds, which a quotient of binary fractions would miss.
INSERT_JUDGMENTS = """
INSERT INTO annotation_judgment
    (project_id, comparison_id, annotator_id, seat_id, imported_from_id, occasion, outcome,
     preference, raw_strength, swapped, active_ms, rationale, submitted_at)
SELECT %(project)s, s.comparison_id, s.annotator_id, s.id, %(import)s, i.occasion, i.outcome,
       i.direction * CASE
           WHEN i.strength IS NULL OR 3 * i.strength <= m.maximum THEN 1
           WHEN 3 * i.strength <= 2 * m.maximum THEN 2
           ELSE 3
       END,
       i.strength::double precision, i.swapped, i.active_ms, i.rationale,
       coalesce(i.submitted_at, now())
FROM imported_judgment i
JOIN imported_seat s ON s.comparison_n = i.comparison_n AND s.annotator = i.annotator
CROSS JOIN (SELECT max(strength) AS maximum FROM imported_judgment) AS m
WHERE i.is_stored IS NULL
ORDER BY i.n
"""

GATHER_STATISTICS = "ANALYZE {table}"
