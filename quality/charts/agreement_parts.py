"""Charts of agreement in parts of the data, one row each."""

from collections import Counter
from datetime import date
from typing import Any

import altair as alt

from quality.charts.chart import Chart
from quality.charts.theme import ACCENT, BAD, MUTED, Spec, svg_of
from quality.reporting.agreement import SPLITS

WIDTH = 340
ROW = 24
# More rows are not read; the table has them all.
MAX_ROWS = 30


def part_chart(split: dict[str, Any], overall: float | None) -> Chart | None:
    """Agreeing pairs in each part of a split, in its order, beside the whole."""
    rows = [row for row in split["rows"] if row["percent"]["value"] is not None]
    if len(rows) < 2 or overall is None:
        return None
    what = SPLITS[split["name"]]
    labels = _labels(rows)
    low = [at for at, row in enumerate(rows) if row["stands_out"]]
    place = min(low or range(len(rows)), key=lambda at: float(rows[at]["percent"]["value"]))
    lowest = rows[place]
    share = _percent(lowest["percent"]["value"])
    if low:
        title = f"By {what}: clearly less on {labels[place]}, {share}"
    else:
        title = f"By {what}: no part clearly below the whole"
    shown = rows[:MAX_ROWS]
    cut = f" ({MAX_ROWS} of {len(rows)} drawn)" if len(shown) < len(rows) else ""
    return Chart(
        name=f"agreement-{split['name'].replace('_', '-')}",
        title=title + cut,
        alternative=(
            f"{title}. Agreeing pairs in {len(rows)} parts, lowest {share} "
            f"({lowest['name']}); all judgments: {_percent(overall)}."
        ),
        svg=svg_of(_dots(shown, labels, overall)),
        columns=[
            what.capitalize(),
            "Agreeing pairs",
            "These annotators",
            "Annotators like these",
            "Alpha",
            "These annotators",
            "Annotators like these",
            "n",
            "Judgments",
        ],
        rows=[_table_row(row) for row in split["rows"]],
    )


def _table_row(row: dict[str, Any]) -> list[str]:
    percent, alpha = row["percent"], row["alpha"]
    pooled = f" ({row['n_pooled']} small ones together)" if row["n_pooled"] else ""
    return [
        row["name"] + pooled,
        "-" if percent["value"] is None else _percent(percent["value"]),
        range_of(percent["low"], percent["high"], percent=True),
        range_of(row["percent_others"]["low"], row["percent_others"]["high"], percent=True),
        "-" if alpha["value"] is None else f"{alpha['value']:.2f}",
        range_of(alpha["low"], alpha["high"]),
        range_of(row["alpha_others"]["low"], row["alpha_others"]["high"]),
        f"{percent['n']:,}",
        f"{row['n_judgments']:,}",
    ]


def _dots(rows: list[dict[str, Any]], labels: list[str], overall: float) -> Spec:
    values = []
    for row, label in zip(rows, labels, strict=False):
        percent = row["percent"]
        ends = {key: percent[key] for key in ("low", "high") if percent[key] is not None}
        values.append(
            {
                "part": label,
                "value": percent["value"],
                "flagged": row["stands_out"],
                **ends,
            }
        )
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], grid=True, gridDash=[2, 3])
    place = alt.Y("part:N", sort=None, title=None, axis=alt.Axis(labelLimit=190))
    colour = alt.condition("datum.flagged", alt.value(BAD), alt.value(ACCENT))
    base = alt.Chart(alt.InlineData(values=values))
    intervals = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=2)
        .encode(y=place, x=alt.X("low:Q", scale=scale), x2="high:Q", color=colour)
    )
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        y=place,
        x=alt.X("value:Q", scale=scale, axis=axis, title=None),
        color=colour,
        shape=alt.condition("datum.flagged", alt.value("diamond"), alt.value("circle")),
    )
    line = alt.Chart(alt.InlineData(values=[{"at": overall}]))
    whole = line.mark_rule(color=MUTED, strokeWidth=1).encode(x=alt.X("at:Q", scale=scale))
    words = line.mark_text(align="center", baseline="bottom", dy=-4).encode(
        x=alt.X("at:Q", scale=scale), y=alt.value(0), text=alt.value(f"all {_percent(overall)}")
    )
    return labelled_rows(alt.layer(whole, intervals, dots, words), [one["part"] for one in values])


def weeks_split(document: dict[str, Any]) -> dict[str, Any]:
    """The weeks in the form of a split, the newest first."""
    rows = [
        {
            "name": _day(week["week"]),
            "n_judgments": week["n_judgments"],
            "n_pooled": 0,
            "percent": week["percent_direction"],
            "percent_others": week["percent_others"],
            "alpha": week["alpha_direction"],
            "alpha_others": week["alpha_others"],
            "stands_out": False,
        }
        for week in reversed(document["weeks"])
    ]
    return {"name": "week", "rows": rows}


def labelled_rows(chart: Spec, labels: list[str]) -> Spec:
    """Rows of the usual height; room on the left, since a page's font may be wider."""
    room = max(map(len, labels)) + 4
    padding = {"left": room, "right": 4, "top": 4, "bottom": 4}
    rows: Spec = chart.properties(width=WIDTH, height=alt.Step(ROW), padding=padding)
    return rows


def range_of(low: float | None, high: float | None, *, percent: bool = False) -> str:
    """An interval in a table's cell."""
    if low is None or high is None:
        return "-"
    if percent:
        return f"{low * 100:.0f} to {high * 100:.0f} %"
    return f"{low:.2f} to {high:.2f}"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _labels(rows: list[dict[str, Any]]) -> list[str]:
    """Short names, with their place where others begin alike: equal labels would share a row."""
    short = [_short(row["name"]) + _pooled(row) for row in rows]
    n_of = Counter(short)
    return [f"{place}. {name}" if n_of[name] > 1 else name for place, name in enumerate(short, 1)]


def _pooled(row: dict[str, Any]) -> str:
    return f" ({row['n_pooled']} small)" if row["n_pooled"] else ""


def _short(name: str) -> str:
    return name if len(name) <= 32 else name[:31] + "…"


def _day(monday: str) -> str:
    day = date.fromisoformat(monday)
    return f"{day.day} {day:%b %Y}"
