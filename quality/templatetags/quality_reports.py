"""How differences between reports read."""

from typing import Any

from django import template

register = template.Library()

NO_BREAK_SPACE = "\u00a0"


@register.filter
def signed_difference(row: dict[str, Any]) -> str:
    """A row of a comparison: "+3 points [-1, 7]", "-0.12 [-0.20, -0.04]", or "-"."""
    change = row["difference"]
    if change["value"] is None:
        return "-"
    scale, digits = (100, 1) if row["is_share"] else (1, 2)
    unit = f"{NO_BREAK_SPACE}points" if row["is_share"] else ""
    text = f"{change['value'] * scale:+.{digits}f}{unit}"
    if change["low"] is None:
        return text
    low, high = (f"{change[end] * scale:+.{digits}f}" for end in ("low", "high"))
    return f"{text} [{low},{NO_BREAK_SPACE}{high}]"
