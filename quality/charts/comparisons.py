"""Charts of strengths, of votes that split, and of what further judgments buy."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from quality.charts.report import Chart
from quality.charts.theme import ACCENT, LINE, MUTED, svg_of

WIDTH = 360
ROW = 21
# Room for labels whose font is wider in the page than where the chart is drawn.
PADDING = {"left": 18, "right": 36, "top": 4, "bottom": 4}
MAX_ROWS = 30
LABEL = 42


def comparison_charts(document: dict[str, Any]) -> Sequence[Chart]:
    """Those that the figures allow."""
    charts = [
        _strengths(document["models"], "models"),
        _strengths(document["responses"], "responses"),
        _splits(document["splits"]),
        _further(document["further"]),
    ]
    return [chart for chart in charts if chart]


def _strengths(table: dict[str, Any], kind: str) -> Chart | None:
    rows = table["players"]
    if not rows:
        return None
    shown = rows if len(rows) <= MAX_ROWS else [*rows[: MAX_ROWS // 2], *rows[-MAX_ROWS // 2 :]]
    title = _strength_title(rows)
    if len(shown) < len(rows):
        title += f" (the strongest and weakest {MAX_ROWS // 2} drawn)"
    values = [
        {
            "name": _label(row, rows),
            "value": row["strength"]["value"],
            **{end: row["strength"][end] for end in ("low", "high") if row["strength"][end]},
        }
        for row in shown
    ]
    data = alt.InlineData(values=values)
    axis = alt.Axis(grid=True, gridDash=[2, 3], tickCount=6)
    name = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=220))
    at = alt.X("value:Q", title="Strength, log-odds against the average", axis=axis)
    intervals = (
        alt.Chart(data)
        .transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=2, color=ACCENT)
        .encode(y=name, x="low:Q", x2="high:Q")
    )
    dots = alt.Chart(data).mark_point(filled=True, size=64, opacity=1, color=ACCENT)
    middle = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=MUTED)
    layers = alt.layer(middle.encode(x="zero:Q"), intervals, dots.encode(y=name, x=at))
    return Chart(
        name=f"comparisons-{kind}",
        title=title,
        alternative=f"{title}. {table['n_ranked']} {kind}, from {rows[0]['name']} "
        f"({rows[0]['strength']['value']:.2f}) to {rows[-1]['name']} "
        f"({rows[-1]['strength']['value']:.2f}).",
        svg=svg_of(layers.properties(width=WIDTH, height=alt.Step(ROW), padding=PADDING)),
        columns=["Player", "Strength", "95 % interval", "Judgments"],
        rows=[
            [
                row["name"],
                f"{row['strength']['value']:.2f}",
                _interval(row["strength"]),
                f"{row['strength']['n']:,}",
            ]
            for row in rows
        ],
    )


def _label(row: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    """A player's name; with its rank where another one begins alike."""
    name = _short(row["name"])
    alike = [one for one in rows if _short(one["name"]) == name]
    return name if len(alike) == 1 else f"{row['rank']}. {name}"


def _strength_title(rows: list[dict[str, Any]]) -> str:
    first, second = rows[0], rows[1]
    low, high = first["strength"]["low"], second["strength"]["high"]
    if low is not None and high is not None and low > high:
        return f"{_short(first['name'])} is the strongest, clearly ahead"
    return f"{_short(first['name'])} comes first, not clearly ahead of {_short(second['name'])}"


def _splits(table: dict[str, Any]) -> Chart | None:
    rows = table["rows"]
    if not rows or not table["n_comparisons"]:
        return None
    total = table["n_comparisons"]
    title = _split_title(table)
    values = [
        {"split": row["split"], "what": what, "n": row[key] / total}
        for row in rows
        for what, key in (("votes", "n"), ("noise alone", "expected"))
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X(
            "split:N", sort=None, title=f"{table['n_votes']} votes", axis=alt.Axis(labelAngle=0)
        ),
        y=alt.Y("n:Q", title=None, axis=alt.Axis(format="%", tickCount=4)),
    )
    bars = base.transform_filter("datum.what == 'votes'").mark_bar(color=ACCENT, cornerRadiusEnd=2)
    marks = base.transform_filter("datum.what != 'votes'").mark_tick(
        color=MUTED, thickness=3, size=34
    )
    ground = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=LINE)
    parts = ", ".join(f"{row['split']}: {row['n']:,} for {row['expected']:,.0f}" for row in rows)
    return Chart(
        name="comparisons-splits",
        title=title,
        alternative=f"{title}. Of {total:,} comparisons with {table['n_votes']} votes, "
        f"found for expected: {parts}.",
        svg=svg_of(
            alt.layer(bars, marks, ground.encode(y="zero:Q")).properties(width=WIDTH, height=170)
        ),
        columns=["Split", "Comparisons", "Expected by noise alone"],
        rows=[[row["split"], f"{row['n']:,}", f"{row['expected']:,.1f}"] for row in rows],
    )


def _split_title(table: dict[str, Any]) -> str:
    total, unanimous = table["n_comparisons"], f"{table['n_votes']}-0"
    split = [row for row in table["rows"] if row["split"] != unanimous]
    worst = max(split, key=lambda row: row["n"] - row["expected"])
    if worst["n"] <= worst["expected"] + 0.01 * total:
        return "Votes split no more than noise alone (marks) explains"
    return (
        f"{_percent(worst['n'] / total)} of comparisons split {worst['split']}; "
        f"noise alone (marks) gives {_percent(worst['expected'] / total)}"
    )


def _further(table: dict[str, Any]) -> Chart | None:
    if table["undefined_because"]:
        return None
    curve = table["curve"]
    best, even = (table["at_budget"][name]["value"] for name in ("best", "even"))
    title = (
        f"{table['budget']:,} more judgments, best first, get {best:,.0f} more comparisons right; "
        f"spread evenly {even:,.0f}"
    )
    values = [
        {"budget": row["budget"], "how": how, **{
            end: row[name][end] for end in ("value", "low", "high") if row[name][end] is not None
        }}
        for row in curve
        for how, name in (("best first", "best"), ("evenly", "even"))
    ]  # fmt: skip
    data = alt.InlineData(values=values)
    at = alt.X("budget:Q", title="Further judgments", axis=alt.Axis(tickCount=5, format=",.0f"))
    colour = alt.Color(
        "how:N",
        scale=alt.Scale(domain=["best first", "evenly"], range=[ACCENT, MUTED]),
        legend=None,
    )
    scale = alt.Scale(zero=False)
    bands = (
        alt.Chart(data)
        .transform_filter("isValid(datum.low)")
        .mark_area(opacity=0.15)
        .encode(x=at, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=colour)
    )
    height = alt.Y("value:Q", scale=scale, title=None, axis=alt.Axis(format=".1%", tickCount=5))
    lines = alt.Chart(data).mark_line(strokeWidth=2).encode(x=at, y=height, color=colour)
    last = curve[-1]["budget"]
    words = (
        alt.Chart(alt.InlineData(values=[one for one in values if one["budget"] == last]))
        .mark_text(align="left", dx=6)
        .encode(x=at, y=height, text="how:N")
    )
    return Chart(
        name="comparisons-further",
        title=title,
        alternative=f"{title}. Share of {table['n_comparisons']:,} comparisons that are right, now "
        f"{_percent(table['right_now']['value'], 1)}.",
        svg=svg_of(
            alt.layer(bands, lines, words).properties(width=WIDTH, height=190, padding=PADDING)
        ),
        columns=["Further judgments", "Right, best first", "Right, spread evenly"],
        rows=[
            [
                f"{row['budget']:,}",
                *(
                    f"{_percent(row[name]['value'], 1)} {_interval(row[name], percent=True)}"
                    for name in ("best", "even")
                ),
            ]
            for row in curve
        ],
    )


def _short(name: str) -> str:
    one_line = " ".join(name.split())
    return one_line if len(one_line) <= LABEL else f"{one_line[: LABEL - 3]}..."


def _interval(estimate: dict[str, Any], *, percent: bool = False) -> str:
    if estimate["low"] is None:
        return "-"
    if percent:
        return f"[{_percent(estimate['low'], 1)}, {_percent(estimate['high'], 1)}]"
    return f"[{estimate['low']:.2f}, {estimate['high']:.2f}]"


def _percent(share: float, digits: int = 0) -> str:
    return f"{share * 100:.{digits}f} %"
