"""The statements behind the snapshots of comparisons, apart so that they can be read as SQL."""

# Tables that only grow, by the name of their key in a watermark, and the comparison of a row.
SOURCES = {
    "comparison": "SELECT id AS key, id AS comparison_id FROM annotation_comparison",
    "seat": "SELECT id AS key, comparison_id FROM annotation_seat",
    "judgment": "SELECT id AS key, comparison_id FROM annotation_judgment",
    "adjudication": "SELECT id AS key, comparison_id FROM annotation_adjudication",
    "gold": "SELECT id AS key, comparison_id FROM annotation_gold",
    "exclusion": """
        SELECT e.id AS key, j.comparison_id
        FROM annotation_exclusion e JOIN annotation_judgment j ON j.id = e.judgment_id""",
    "reinstatement": """
        SELECT r.id AS key, j.comparison_id
        FROM annotation_reinstatement r JOIN annotation_exclusion e ON e.id = r.exclusion_id
        JOIN annotation_judgment j ON j.id = e.judgment_id""",
}

_LAST_KEYS = ", ".join(f"coalesce((SELECT max(id) FROM annotation_{name}), 0)" for name in SOURCES)

# The last key of each source; the arrangements of seats that ended lately; and, of the same
# snapshot, the oldest transaction that is running and the first that is still to come.
HEADS = f"""
SELECT ARRAY[{_LAST_KEYS}],
       ARRAY(SELECT id FROM annotation_arrangement
             WHERE finished_at > %(since)s - interval '10 minutes' ORDER BY id),
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint
"""

_GROWN = "\nUNION ALL\n".join(
    f"SELECT comparison_id FROM ({rows}) AS {name}"
    f" WHERE key > %(settled_{name})s AND key <= %(head_{name})s"
    for name, rows in SOURCES.items()
)

# The comparisons of whatever came behind a watermark, and of arrangements that have ended.
CHANGED = f"""
SELECT DISTINCT comparison_id FROM (
    {_GROWN}
    UNION ALL
    SELECT c.id FROM annotation_arrangement a
    JOIN annotation_comparison c
      ON c.project_id = a.project_id AND (a.batch_id IS NULL OR c.batch_id = a.batch_id)
    WHERE a.id = ANY(%(arrangements)s)
) AS changed
ORDER BY comparison_id
"""

# First judgments and revisions apart: each has an index of its own, and together they have none.
_COLUMNS = "id, comparison_id, purpose, occasion, outcome, preference, submitted_at"
_COUNTED = f"""
    SELECT * FROM (
        SELECT {_COLUMNS} FROM annotation_judgment
        WHERE comparison_id = ANY(%(comparisons)s) AND supersedes_id IS NULL
        UNION ALL
        SELECT {_COLUMNS} FROM annotation_judgment
        WHERE comparison_id = ANY(%(comparisons)s) AND supersedes_id IS NOT NULL
    ) AS judgment
    WHERE purpose = 'work' AND occasion = 1
      AND NOT EXISTS (SELECT FROM annotation_judgment later WHERE later.supersedes_id = judgment.id)
      AND NOT EXISTS (
          SELECT FROM annotation_exclusion e
          WHERE e.judgment_id = judgment.id
            AND NOT EXISTS (SELECT FROM annotation_reinstatement r WHERE r.exclusion_id = e.id))
"""

# Rows are touched in the order of their keys, so that two refreshes wait instead of blocking each
# other for good; what an older look found never replaces what a newer one has written.
REFRESH = f"""
WITH voted AS (
    SELECT comparison_id,
           count(*) FILTER (WHERE preference < 0) AS n_a,
           count(*) FILTER (WHERE preference = 0 OR outcome = 'both_good') AS n_tie,
           count(*) FILTER (WHERE preference > 0) AS n_b,
           count(*) FILTER (WHERE outcome IN ('both_bad', 'cannot_judge')) AS n_unusable,
           max(submitted_at) AS last_judged_at
    FROM ({_COUNTED}) AS counted GROUP BY comparison_id
), seated AS (
    SELECT comparison_id,
           count(*) FILTER (WHERE state IN ('free', 'held', 'withheld')) AS n_open,
           count(*) FILTER (WHERE state = 'filled') AS n_filled
    FROM annotation_seat
    WHERE comparison_id = ANY(%(comparisons)s) AND purpose = 'work' GROUP BY comparison_id
), decided AS (
    SELECT comparison_id, kind FROM annotation_adjudication one
    WHERE comparison_id = ANY(%(comparisons)s) AND kind <> 'withdrawn'
      AND NOT EXISTS (SELECT FROM annotation_adjudication later WHERE later.supersedes_id = one.id)
), counts AS (
    SELECT c.id, c.project_id, c.batch_id, d.kind, v.last_judged_at,
           coalesce(v.n_a, 0) AS n_a, coalesce(v.n_tie, 0) AS n_tie, coalesce(v.n_b, 0) AS n_b,
           coalesce(v.n_unusable, 0) AS n_unusable,
           coalesce(s.n_open, 0) AS n_open, coalesce(s.n_filled, 0) AS n_filled,
           CASE WHEN c.model_a = '' OR c.model_b = '' THEN ''
                ELSE least(c.model_a, c.model_b) || ' vs ' || greatest(c.model_a, c.model_b)
           END AS model_pair
    FROM annotation_comparison c
    LEFT JOIN voted v ON v.comparison_id = c.id
    LEFT JOIN seated s ON s.comparison_id = c.id
    LEFT JOIN decided d ON d.comparison_id = c.id
    WHERE c.id = ANY(%(comparisons)s) AND NOT c.is_check
), measured AS (
    SELECT *, n_a + n_tie + n_b AS n_usable, greatest(n_a, n_tie, n_b) AS n_winning,
           n_a * (n_a - 1) + n_tie * (n_tie - 1) + n_b * (n_b - 1) AS agreeing_pairs
    FROM counts
)
INSERT INTO quality_comparisonstate AS known
    (comparison_id, project_id, batch_id, state, n_a, n_tie, n_b, n_usable, n_unusable,
     n_open, n_filled, winner, confidence, disagreement, model_pair, last_judged_at, as_of)
SELECT id, project_id, batch_id,
       CASE WHEN kind = 'ambiguous' THEN 'ambiguous' WHEN kind IS NOT NULL THEN 'decided'
            WHEN n_open > 0 THEN 'open' WHEN n_filled > 0 THEN 'complete' ELSE 'waiting' END,
       n_a, n_tie, n_b, n_usable, n_unusable, n_open, n_filled,
       CASE WHEN n_a > greatest(n_tie, n_b) THEN 'a' WHEN n_tie > greatest(n_a, n_b) THEN 'tie'
            WHEN n_b > greatest(n_a, n_tie) THEN 'b' ELSE '' END,
       n_winning::float8 / nullif(n_usable, 0),
       1 - agreeing_pairs::float8 / nullif(n_usable * (n_usable - 1), 0),
       model_pair, last_judged_at, statement_timestamp()
FROM measured ORDER BY id
ON CONFLICT (comparison_id) DO UPDATE SET
    batch_id = excluded.batch_id, state = excluded.state,
    n_a = excluded.n_a, n_tie = excluded.n_tie, n_b = excluded.n_b,
    n_usable = excluded.n_usable, n_unusable = excluded.n_unusable,
    n_open = excluded.n_open, n_filled = excluded.n_filled,
    winner = excluded.winner, confidence = excluded.confidence,
    disagreement = excluded.disagreement, model_pair = excluded.model_pair,
    last_judged_at = excluded.last_judged_at, as_of = excluded.as_of
WHERE known.as_of < excluded.as_of
  AND (known.batch_id, known.state, known.n_a, known.n_tie, known.n_b, known.n_unusable,
       known.n_open, known.n_filled, known.model_pair, known.last_judged_at)
      IS DISTINCT FROM
      (excluded.batch_id, excluded.state, excluded.n_a, excluded.n_tie, excluded.n_b,
       excluded.n_unusable, excluded.n_open, excluded.n_filled, excluded.model_pair,
       excluded.last_judged_at)
"""

# A comparison that has become a mere check is no longer listed.
FORGET = """
DELETE FROM quality_comparisonstate s USING annotation_comparison c
WHERE c.id = s.comparison_id AND c.is_check AND s.comparison_id = ANY(%(comparisons)s)
"""

# Punctuation parts words here and in what is searched for; a word is found by its beginning.
# PostgreSQL's limit is a megabyte of distinct words a row.
INDEX_TEXTS = """
WITH missing AS (
    SELECT id, external_id, prompt, messages, response_a, response_b
    FROM annotation_comparison c
    WHERE id > %(after)s
      AND NOT EXISTS (SELECT FROM quality_comparisontext t WHERE t.comparison_id = c.id)
    ORDER BY id LIMIT %(limit)s
), texts AS (
    SELECT id, concat_ws(
        ' ', external_id, left(prompt, %(longest)s),
        (SELECT left(string_agg(turn ->> 'content', ' '), %(longest)s)
         FROM jsonb_array_elements(
             CASE jsonb_typeof(messages) WHEN 'array' THEN messages ELSE '[]' END) AS turn),
        left(response_a, %(longest)s), left(response_b, %(longest)s)) AS text
    FROM missing
), stored AS (
    INSERT INTO quality_comparisontext (comparison_id, words)
    SELECT id, strip(to_tsvector('simple', regexp_replace(text, '[[:punct:]]+', ' ', 'g')))
    FROM texts ORDER BY id
    ON CONFLICT DO NOTHING
)
SELECT count(*), max(id) FROM missing
"""

# Mean over comparisons of the share of pairs of votes that agree.
AGREEMENT = """
SELECT 1 - avg(disagreement), count(*) FROM quality_comparisonstate
WHERE project_id = %(project)s AND disagreement IS NOT NULL
"""
