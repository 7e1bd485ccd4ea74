"""Comparisons as safe HTML, stored so that each text is rendered once per renderer version."""

from django.db import connection

from annotation.models import Comparison, RenderedComparison
from annotation.rendering import RENDERER_VERSION, render_text

# Comparisons rendered ahead in one go; free seats looked at for each project and each team.
MOST_AHEAD = 500

# The order is that of the index, whose team may be null.
_AHEAD = """
SELECT DISTINCT next.comparison_id
FROM (
    SELECT seat.comparison_id
    FROM annotation_project p CROSS JOIN LATERAL (
        SELECT comparison_id FROM annotation_seat
        WHERE project_id = p.id AND team_id IS NULL AND state = 'free'
        ORDER BY team_id, turn, priority, position LIMIT %(most)s) AS seat
    WHERE p.state = 'open'
    UNION ALL
    SELECT seat.comparison_id
    FROM annotation_team t
    JOIN annotation_project p ON p.id = t.project_id AND p.state = 'open'
    CROSS JOIN LATERAL (
        SELECT comparison_id FROM annotation_seat
        WHERE project_id = t.project_id AND team_id = t.id AND state = 'free'
        ORDER BY turn, priority, position LIMIT %(most)s) AS seat
) AS next
LEFT JOIN annotation_renderedcomparison r ON r.comparison_id = next.comparison_id
WHERE r.version IS DISTINCT FROM %(version)s
LIMIT %(most)s
"""


def render_ahead() -> int:
    """Render what is handed out next, so that no annotator waits for it; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, {"most": MOST_AHEAD, "version": RENDERER_VERSION})
        keys = [key for (key,) in cursor.fetchall()]
    for comparison in Comparison.objects.filter(pk__in=keys).select_related("rendered"):
        render_comparison(comparison=comparison)
    return len(keys)


def render_comparison(*, comparison: Comparison) -> RenderedComparison:
    """The stored HTML, made now when it is missing or of another version.

    No query where the comparison was loaded with ``rendered``. Two requests that make the same
    HTML at once write the same row.
    """
    stored: RenderedComparison | None = getattr(comparison, "rendered", None)
    if stored is not None and stored.version == RENDERER_VERSION:
        return stored
    turns = comparison.messages or [{"role": "user", "content": comparison.prompt}]
    rendered = RenderedComparison(
        comparison=comparison,
        version=RENDERER_VERSION,
        turns=[[turn["role"], render_text(turn["content"])] for turn in turns],
        response_a=render_text(comparison.response_a),
        response_b=render_text(comparison.response_b),
    )
    RenderedComparison.objects.bulk_create(
        [rendered],
        update_conflicts=True,
        unique_fields=["comparison"],
        update_fields=["version", "turns", "response_a", "response_b"],
    )
    return rendered
