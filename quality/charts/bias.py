"""The charts of the bias audit: length, form, phrases."""

from math import exp, log10
from typing import Any

import altair as alt

from quality.charts.report import Chart
from quality.charts.theme import ACCENT, BAD, LINE, MUTED, svg_of
from quality.metrics.length_bias import LABELS

WIDTH = 380
HEIGHT = 240
ROW = 21
# Phrases with a name in the volcano; more would cover each other.
MAX_NAMED = 8
MAX_NAME = 28
# A q-value below this is drawn as this: the picture ends there.
SMALLEST_Q = 1e-12

TICKS = dict(zip(LABELS, ("to 1.1", "1.25", "1.5", "2", "3", "more"), strict=True))

Document = dict[str, Any]


def bias_charts(document: Document) -> list[Chart]:
    """The charts that the figures allow."""
    candidates = (_length(document), _features(document), _phrases(document))
    return [chart for chart in candidates if chart is not None]


def _length(document: Document) -> Chart | None:
    classes = [row for row in document["length"]["classes"] if row["value"] is not None]
    longer = document["length"]["longer"]
    if longer["value"] is None or not classes:
        return None
    title = f"The longer response is preferred in {_percent(longer['value'])} of pairs"
    data = alt.InlineData(
        values=[
            {"label": TICKS[row["label"]], **{name: row[name] for name in ("value", "low", "high")}}
            for row in classes
        ]
    )
    place = alt.X(
        "label:N",
        sort=None,
        title="Up to how many times as long it is",
        axis=alt.Axis(labelAngle=0, labelOverlap=True),
    )
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], grid=True, gridDash=[2, 3])
    base = alt.Chart(data)
    half = alt.Chart(alt.InlineData(values=[{"at": 0.5}])).mark_rule(color=MUTED)
    layers = alt.layer(
        half.encode(y=alt.Y("at:Q", scale=scale)),
        base.mark_line(color=LINE).encode(x=place, y=alt.Y("value:Q", scale=scale)),
        base.mark_rule(color=ACCENT, strokeWidth=2).encode(
            x=place, y=alt.Y("low:Q", scale=scale), y2="high:Q"
        ),
        base.mark_point(filled=True, size=64, color=ACCENT, opacity=1).encode(
            x=place, y=alt.Y("value:Q", scale=scale, axis=axis, title=None)
        ),
    )
    parts = ", ".join(f"{row['label']} times: {_percent(row['value'])}" for row in classes)
    return Chart(
        name="bias-length",
        title=title,
        alternative=f"{title}. Share by how many times as long it is. {parts}.",
        svg=svg_of(layers.properties(width=WIDTH, height=HEIGHT)),
        columns=["Times as long", "Longer preferred", "95 % interval", "Pairs"],
        rows=[
            [row["label"], _percent(row["value"]), _shares(row), f"{row['n']:,}"] for row in classes
        ],
    )


def _features(document: Document) -> Chart | None:
    rows = [row for row in document["features"] if row["effect"]["low"] is not None]
    if not rows:
        return None
    rows.sort(key=lambda row: -abs(row["effect"]["value"]))
    notable = [row["label"] for row in rows if row["is_notable"]]
    title = (
        f"{len(notable)} of {len(rows)} features of form {'goes' if len(notable) == 1 else 'go'} "
        "along with being preferred"
        if notable
        else "No feature of form clearly goes along with being preferred"
    )
    values = [
        {
            "label": row["label"],
            "kind": kind,
            **{key: each[key] for key in ("value", "low", "high")},
        }
        for row in rows
        for kind, each in (("alone", row["effect"]), ("beside length", row["adjusted"]))
        if each["low"] is not None
    ]
    place = alt.Y(
        "label:N", sort=[row["label"] for row in rows], title=None, axis=alt.Axis(labelLimit=170)
    )
    offset = alt.YOffset("kind:N", sort=["alone", "beside length"])
    colour = alt.condition("datum.kind == 'alone'", alt.value(ACCENT), alt.value(MUTED))
    title_x = "Log-odds per SD; grey squares: beside length"
    base = alt.Chart(alt.InlineData(values=values))
    zero = alt.Chart(alt.InlineData(values=[{"at": 0}])).mark_rule(color=LINE).encode(x="at:Q")
    layers = alt.layer(
        zero,
        base.mark_rule(strokeWidth=2).encode(
            y=place, yOffset=offset, x="low:Q", x2="high:Q", color=colour
        ),
        base.mark_point(filled=True, size=44, opacity=1).encode(
            y=place,
            yOffset=offset,
            x=alt.X("value:Q", title=title_x, axis=alt.Axis(grid=True, gridDash=[2, 3])),
            color=colour,
            shape=alt.condition("datum.kind == 'alone'", alt.value("circle"), alt.value("square")),
        ),
    )
    words = ", ".join(f"{row['label']} {row['effect']['value']:+.2f}" for row in rows)
    return Chart(
        name="bias-features",
        title=title,
        alternative=f"{title}. Log-odds per standard deviation: {words}.",
        svg=svg_of(layers.properties(width=WIDTH - 60, height=alt.Step(12))),
        columns=["Feature", "Alone", "95 % interval", "Beside length", "Pairs"],
        rows=[
            [
                row["label"],
                f"{row['effect']['value']:+.2f}",
                f"{row['effect']['low']:+.2f} to {row['effect']['high']:+.2f}",
                "-" if row["adjusted"]["value"] is None else f"{row['adjusted']['value']:+.2f}",
                f"{row['effect']['n']:,}",
            ]
            for row in rows
        ],
    )


def _phrases(document: Document) -> Chart | None:
    test, rows = document["phrase_test"], document["phrases"]
    if not rows:
        return None
    flagged = [row for row in rows if row["is_flagged"]]
    n_flagged = test["n_flagged"]
    title = (
        f"{n_flagged:,} {_goes(n_flagged)} along with being preferred or rejected"
        if flagged
        else "No word or phrase stands out"
    )
    named = {row["phrase"] for row in flagged[:MAX_NAMED]}
    values = [
        {
            "x": row["log_odds"]["value"],
            "y": -log10(max(row["q"], SMALLEST_Q)),
            "flagged": row["is_flagged"],
            "name": _short(row["phrase"]) if row["phrase"] in named else "",
        }
        for row in rows
    ]
    colour = alt.condition("datum.flagged", alt.value(BAD), alt.value(MUTED))
    base = alt.Chart(alt.InlineData(values=values))
    x = alt.X(
        "x:Q",
        title="Rejected  ←  log-odds  →  preferred",
        scale=alt.Scale(padding=60),
        axis=alt.Axis(tickCount=6, labelOverlap=True),
    )
    y = alt.Y("y:Q", title="-log10 of the false-discovery rate")
    line = alt.Chart(alt.InlineData(values=[{"at": -log10(test["max_false"])}]))
    layers = alt.layer(
        line.mark_rule(color=LINE, strokeDash=[4, 3]).encode(y="at:Q"),
        base.mark_point(filled=True, size=36, opacity=0.9).encode(
            x=x,
            y=y,
            color=colour,
            shape=alt.condition("datum.flagged", alt.value("diamond"), alt.value("circle")),
        ),
        base.mark_text(baseline="bottom", dy=-5, limit=170).encode(x=x, y=y, text="name:N"),
    )
    words = ", ".join(f"“{row['phrase']}”" for row in flagged[:MAX_NAMED]) or "none"
    return Chart(
        name="bias-phrases",
        title=title,
        alternative=f"{title}. {len(rows)} of {test['n_tested']:,} tested are drawn, the most "
        f"telling ones. Flagged: {words}.",
        svg=svg_of(layers.properties(width=WIDTH, height=HEIGHT)),
        columns=["Phrase", "Odds", "False-discovery rate", "Only preferred", "Only rejected"],
        rows=[
            [
                row["phrase"],
                f"{exp(row['log_odds']['value']):.2f}",
                f"{row['q']:.2g}",
                f"{row['only_preferred']:,}",
                f"{row['only_rejected']:,}",
            ]
            for row in rows[:50]
        ],
    )


def _goes(n: int) -> str:
    return "word or phrase goes" if n == 1 else "words and phrases go"


def _short(phrase: str) -> str:
    return phrase if len(phrase) <= MAX_NAME else phrase[: MAX_NAME - 1] + "…"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _shares(estimate: Document) -> str:
    return f"{_percent(estimate['low'])} to {_percent(estimate['high'])}"
