"""Annotators one below the other: a figure of each as a dot with its interval."""

from collections.abc import Callable
from typing import Any

import altair as alt

from quality.charts.chart import Chart
from quality.charts.theme import ACCENT, BAD, MUTED, Spec, svg_of

WIDTH = 340
ROW = 21
# Pixels of a letter, and of a name at most.
LETTER, MOST_NAME = 8, 130
# More rows than this cannot be read; the table has them all.
MAX_ROWS = 30


def dots_per_annotator(
    name: str,
    title: str,
    rows: list[dict[str, Any]],
    *,
    reference: float,
    label: str,
    lowest: bool,
    is_share: bool = True,
) -> Chart:
    """Dots with intervals, one row each, those furthest from the reference first.

    Args:
        name: Of the chart.
        title: What it finds.
        rows: ``annotator``, ``flagged``, ``value``, ``n`` and, where there is an interval,
            ``low`` and ``high``.
        reference: Where a line is drawn.
        label: What is said of that line.
        lowest: The lowest first, else the furthest on either side.
        is_share: Whether values are shares of 0..1.
    """

    def distance(row: dict[str, Any]) -> float:
        return float(row["value"]) if lowest else -abs(row["value"] - reference)

    said: Callable[[float], str] = _percent if is_share else _signed
    ordered = sorted(rows, key=distance)
    shown = ordered[:MAX_ROWS]
    cut = f" Only the {MAX_ROWS} furthest off are drawn." if len(shown) < len(rows) else ""
    values = [row["value"] for row in ordered]
    alternative = (
        f"{title}. {len(rows)} annotators, from {said(min(values))} to "
        f"{said(max(values))}; {label}: {said(reference)}.{cut}"
    )
    return Chart(
        name=name,
        title=title + (f" ({MAX_ROWS} of {len(rows)} drawn)" if cut else ""),
        alternative=alternative,
        svg=svg_of(_dots(shown, reference, f"{label} {said(reference)}", is_share=is_share)),
        columns=["Annotator", "Share" if is_share else "Slope", "95 % interval", "n"],
        rows=[
            [
                row["annotator"],
                said(row["value"]),
                f"{said(row['low'])} to {said(row['high'])}" if "low" in row else "-",
                f"{row['n']:,}",
            ]
            for row in ordered
        ],
    )


def _dots(rows: list[dict[str, Any]], reference: float, words: str, *, is_share: bool) -> Spec:
    data = alt.InlineData(values=rows)
    scale = alt.Scale(domain=[0, 1]) if is_share else alt.Scale(nice=True, zero=True)
    axis = (
        alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], grid=True, gridDash=[2, 3])
        if is_share
        else alt.Axis(grid=True, gridDash=[2, 3], tickCount=5)
    )
    place = names_beside(rows)
    colour = alt.condition("datum.flagged", alt.value(BAD), alt.value(ACCENT))
    intervals = (
        alt.Chart(data)
        .transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=2)
        .encode(y=place, x=alt.X("low:Q", scale=scale), x2="high:Q", color=colour)
    )
    dots = (
        alt.Chart(data)
        .mark_point(filled=True, size=64, opacity=1)
        .encode(
            y=place,
            x=alt.X("value:Q", scale=scale, axis=axis, title=None),
            color=colour,
            shape=alt.condition("datum.flagged", alt.value("diamond"), alt.value("circle")),
        )
    )
    line = alt.Chart(alt.InlineData(values=[{"at": reference}]))
    mark = line.mark_rule(color=MUTED, strokeWidth=1).encode(x=alt.X("at:Q", scale=scale))
    said = line.mark_text(align="center", baseline="bottom", dy=-4).encode(
        x=alt.X("at:Q", scale=scale), y=alt.value(0), text=alt.value(words)
    )
    return alt.layer(mark, intervals, dots, said).properties(width=WIDTH, height=alt.Step(ROW))


def names_beside(rows: list[dict[str, Any]]) -> alt.Y:
    """The annotators' names, with room for them in whatever font the page has."""
    longest = max((len(row["annotator"]) for row in rows), default=0)
    return alt.Y(
        "annotator:N",
        sort=[row["annotator"] for row in rows],
        title=None,
        axis=alt.Axis(minExtent=min(LETTER * longest, MOST_NAME)),
    )


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _signed(value: float) -> str:
    return f"{value:+.2f}"
