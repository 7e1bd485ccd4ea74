"""Comparisons as safe HTML, stored so that each text is rendered once per renderer version."""

from annotation.models import Comparison, RenderedComparison
from annotation.rendering import RENDERER_VERSION, render_text


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
