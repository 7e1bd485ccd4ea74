"""Charts of one annotator beside all of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import altair as alt

from quality.charts.chart import Chart
from quality.charts.theme import ACCENT, LINE, MUTED, TEXT, svg_of

WIDTH, HEIGHT = 400, 170
STRENGTHS = ("tie", "1", "2", "3")
TIMES = ("<1", "1", "2", "4", "8", "16", "32", "64", "128", "256", "512+")
Row = dict[str, Any]


def sheet_charts(row: Row, document: Row) -> Sequence[Chart]:
    """Errors, change over time, strengths and times, where there are any."""
    charts = (
        _confusion(row, document),
        _drift(row),
        _strengths(row, document),
        _times(row, document),
    )
    return [chart for chart in charts if chart]


def _confusion(row: Row, document: Row) -> Chart | None:
    if row["confusion"] is None:
        return None
    names, shares = document["values"], row["confusion"]["share"]
    cells = [
        {"true": true, "given": given, "share": shares[at][to], "text": _percent(shares[at][to])}
        for at, true in enumerate(names)
        for to, given in enumerate(names)
    ]
    wrong = [cell for cell in cells if cell["true"] != cell["given"]]
    worst = max(wrong, key=lambda cell: float(cell["share"]))
    title = f"The most frequent error: {worst['given']} for a true {worst['true']}"
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("given:N", sort=list(names), title="Given", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("true:N", sort=list(names), title="True"),
    )
    squares = base.mark_rect(color=ACCENT, cornerRadius=2).encode(
        opacity=alt.Opacity("share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0, 0.5]))
    )
    words = base.mark_text(color=TEXT).encode(text="text:N")
    layers = alt.layer(squares, words).properties(width=WIDTH - 30, height=HEIGHT)
    parts = ", ".join(f"{one['given']} for {one['true']}: {one['text']}" for one in cells)
    return Chart(
        name="sheet-confusion",
        title=title,
        alternative=f"{title} ({worst['text']}). Given for true: {parts}.",
        svg=svg_of(layers),
        columns=["True", *(f"Gives {name}" for name in names)],
        rows=[[name, *(_percent(share) for share in shares[at])] for at, name in enumerate(names)],
    )


def _drift(row: Row) -> Chart | None:
    windows = row["drift"]["windows"]
    if len(windows) < 2:
        return None
    change = row["drift"]["estimate"]
    if change["low"] is not None and change["low"] > 0:
        title = f"Agreement with the others rose by {_points(change['value'])}"
    elif change["high"] is not None and change["high"] < 0:
        title = f"Agreement with the others fell by {_points(-change['value'])}"
    else:
        title = "Agreement with the others shows no trend"
    values: list[Row] = [
        {
            "place": place,
            "label": _day(start),
            "mean": mean,
            "low": max(low, 0.0),
            "high": min(high, 1.0),
            "n": n,
        }
        for place, (start, mean, low, high, n) in enumerate(windows, 1)
    ]
    x = alt.X(
        "place:O",
        title="From the first to the last judgment, equal numbers in each",
        axis=alt.Axis(labelAngle=0),
    )
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="%", values=[0, 0.5, 1], grid=True, gridDash=[2, 3])
    base = alt.Chart(alt.InlineData(values=values))
    band = base.mark_area(color=ACCENT, opacity=0.15).encode(
        x=x, y=alt.Y("low:Q", scale=scale, axis=axis, title=None), y2="high:Q"
    )
    line = base.mark_line(color=ACCENT, point=alt.OverlayMarkDef(color=ACCENT)).encode(
        x=x, y=alt.Y("mean:Q", scale=scale)
    )
    first, last = values[0], values[-1]
    return Chart(
        name="sheet-drift",
        title=title,
        alternative=f"{title}. From {_percent(first['mean'])} to {_percent(last['mean'])} in "
        f"{len(values)} stretches.",
        svg=svg_of(alt.layer(band, line).properties(width=WIDTH, height=HEIGHT)),
        columns=["From", "Agreement", "95 % interval", "n"],
        rows=[
            [
                one["label"],
                _percent(one["mean"]),
                f"{_percent(one['low'])} to {_percent(one['high'])}",
                f"{one['n']:,}",
            ]
            for one in values
        ],
    )


def _strengths(row: Row, document: Row) -> Chart | None:
    own = row["strengths"]["counts"]
    everyone = _summed(one["strengths"]["counts"] for one in document["annotators"])
    if not sum(own) or not any(everyone[1:]):
        return None
    mean = row["strengths"]["mean_size"]
    overall = sum(size * n for size, n in enumerate(everyone)) / sum(everyone)
    title = f"Mean strength {mean:.1f}; all annotators {overall:.1f}"
    return _beside(
        "sheet-strengths", title, STRENGTHS, own, everyone, x_title="Strength of the preference"
    )


def _times(row: Row, document: Row) -> Chart | None:
    own = row["speed"]["histogram"]
    everyone = _summed(one["speed"]["histogram"] for one in document["annotators"])
    if not sum(own):
        return None
    title = f"Half of the judgments take less than {row['median_active_ms'] / 1000:.1f} s"
    if document["typical_ms"]:
        title += f"; typical is {document['typical_ms'] / 1000:.1f} s"
    return _beside("sheet-times", title, TIMES, own, everyone, x_title="Seconds, from")


def _beside(
    name: str,
    title: str,
    labels: Sequence[str],
    own: list[int],
    everyone: list[int],
    *,
    x_title: str,
) -> Chart:
    """Bars of the annotator's shares, a tick at those of all annotators."""
    total, of_all = sum(own), sum(everyone)
    values: list[Row] = [
        {"bin": label, "own": mine / total, "all": theirs / of_all}
        for label, mine, theirs in zip(labels, own, everyone, strict=True)
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("bin:N", sort=None, title=x_title, axis=alt.Axis(labelAngle=0))
    )
    axis = alt.Axis(format="%", grid=True, gridDash=[2, 3], tickCount=3)
    bars = base.mark_bar(color=ACCENT, cornerRadiusEnd=2).encode(
        y=alt.Y("own:Q", axis=axis, title=None, scale=alt.Scale(zero=True))
    )
    ticks = base.mark_tick(color=TEXT, thickness=2, width=26).encode(y="all:Q")
    ground = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=LINE)
    note = alt.Chart(alt.InlineData(values=[{"text": "line: all annotators"}])).mark_text(
        align="right", baseline="top", color=MUTED
    )
    words = note.encode(x=alt.value(WIDTH), y=alt.value(-14), text="text:N")
    layers = alt.layer(bars, ticks, ground.encode(y="zero:Q"), words)
    parts = ", ".join(
        f"{one['bin']}: {_percent(one['own'])} ({_percent(one['all'])})" for one in values
    )
    return Chart(
        name=name,
        title=title,
        alternative=f"{title}. {x_title}, this annotator (all annotators): {parts}.",
        svg=svg_of(layers.properties(width=WIDTH, height=HEIGHT)),
        columns=[x_title, "Judgments", "Share", "All annotators"],
        rows=[
            [one["bin"], f"{mine:,}", _percent(one["own"]), _percent(one["all"])]
            for one, mine in zip(values, own, strict=True)
        ],
    )


def _summed(histograms: Any) -> list[int]:
    return [sum(column) for column in zip(*histograms, strict=True)]


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _points(change: float) -> str:
    return f"{change * 100:.0f} points"


def _day(seconds: int) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%b %Y}"
