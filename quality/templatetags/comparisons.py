"""States of comparisons on pages."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from quality.models import ComparisonState

register = template.Library()

TONES = {
    ComparisonState.State.WAITING: "neutral",
    ComparisonState.State.OPEN: "accent",
    ComparisonState.State.COMPLETE: "ok",
    ComparisonState.State.DECIDED: "ok",
    ComparisonState.State.AMBIGUOUS: "warn",
}


@register.filter
def state_badge(state: ComparisonState) -> SafeString:
    """The state of a comparison as a badge."""
    name = ComparisonState.State(state.state)
    return format_html('<span class="badge {}">{}</span>', TONES[name], name.label)
