"""Charts of how agreement went: from report to report, and from week to week."""

from datetime import date, datetime
from typing import Any

import altair as alt

from quality.charts.report import Chart
from quality.charts.theme import ACCENT, Spec, svg_of
from quality.metrics.differences import difference
from quality.reporting.estimates import estimate_of, excludes_zero
from quality.reporting.trend import MEASURE, Trend

WIDTH = 410
HEIGHT = 190
# Weeks further back are in the table of the section.
MAX_WEEKS = 52
FEW_DAYS = 5


def trend_charts(trend: Trend) -> list[Chart]:
    """Of what was measured at least twice."""
    reports = [{**point, "label": _moment(point["at"])} for point in trend.reports]
    weeks = [
        {**week[MEASURE], "at": week["week"], "label": _day(week["week"])}
        for week in trend.weeks[-MAX_WEEKS:]
    ]
    charts = (
        _chart("trend-reports", "report", reports, "All judgments up to each report"),
        _chart("trend-weeks", "week", weeks, "Judgments of each week alone"),
    )
    return [chart for chart in charts if chart]


def _chart(name: str, unit: str, points: list[dict[str, Any]], what: str) -> Chart | None:
    if len(points) < 2:
        return None
    title = _finding(unit, points)
    first, last = points[0], points[-1]
    return Chart(
        name=name,
        title=title,
        alternative=(
            f"{title}. {what}: {len(points)} {unit}s, {_percent(first['value'])} on "
            f"{first['label']}, {_percent(last['value'])} on {last['label']}."
        ),
        svg=svg_of(_line(points)),
        columns=["From" if unit == "week" else "As of", "Agreeing pairs", "95 % interval", "n"],
        rows=[
            [
                point["label"],
                _percent(point["value"]),
                "-"
                if point["low"] is None
                else f"{_percent(point['low'])} to {_percent(point['high'])}",
                f"{point['n']:,}",
            ]
            for point in points
        ],
    )


def _finding(unit: str, points: list[dict[str, Any]]) -> str:
    """The newest against the one before, and no more than their intervals allow."""
    earlier, later = (_estimate(point) for point in points[-2:])
    change = difference(earlier, later)
    now = _percent(points[-1]["value"])
    what = "Agreement of the newest week" if unit == "week" else "Agreement"
    if not excludes_zero(change):
        return f"{what} is {now}, no clear change since the {unit} before"
    verb = "rose" if (change.value or 0) > 0 else "fell"
    return f"{what} {verb} to {now} since the {unit} before"


def _estimate(point: dict[str, Any]) -> Any:
    return estimate_of(
        {key: point[key] for key in ("value", "low", "high", "n", "undefined_because")}
    )


def _line(points: list[dict[str, Any]]) -> Spec:
    """A line through the values over their band; the newest value is written beside its point."""
    values = [{key: value for key, value in point.items() if value is not None} for point in points]
    lows = [point["low"] if point["low"] is not None else point["value"] for point in points]
    highs = [point["high"] if point["high"] is not None else point["value"] for point in points]
    scale = alt.Scale(domain=_domain(min(lows), max(highs)), nice=False)
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X(
            "at:T",
            title=None,
            axis=alt.Axis(
                format=_format(points),
                tickCount=4,
                labelOverlap=True,
                labelFlush=True,
                labelPadding=10,
                grid=False,
            ),
        )
    )
    axis = alt.Axis(format="%", tickCount=5, grid=True, gridDash=[2, 3])
    height = alt.Y("value:Q", scale=scale, axis=axis, title=None)
    band = (
        base.transform_filter("isValid(datum.low)")
        .mark_area(color=ACCENT, opacity=0.18)
        .encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    )
    line = base.mark_line(color=ACCENT, strokeWidth=2).encode(y=height)
    dots = base.mark_point(color=ACCENT, filled=True, size=36, opacity=1).encode(y=height)
    last = alt.Chart(alt.InlineData(values=values[-1:])).encode(x="at:T", y=height)
    words = last.mark_text(align="right", baseline="bottom", dy=-8).encode(
        text=alt.Text("value:Q", format=".0%")
    )
    return alt.layer(band, line, dots, words).properties(width=WIDTH, height=HEIGHT)


def _format(points: list[dict[str, Any]]) -> str:
    """Days, or times where all is of few days or of one."""
    first, last = (datetime.fromisoformat(points[place]["at"]) for place in (0, -1))
    if first.date() == last.date():
        return "%H:%M"
    return "%-d %b" if (last - first).days >= FEW_DAYS else "%-d %b %H:%M"


def _domain(low: float, high: float) -> list[float]:
    """Whole steps of five points around all intervals, at least twenty of them wide."""
    bottom, top = int(low * 20) / 20, -int(-high * 20 // 1) / 20
    while top - bottom < 0.2:
        bottom, top = max(0.0, bottom - 0.05), min(1.0, top + 0.05)
    return [round(bottom, 2), round(top, 2)]


def _moment(at: str) -> str:
    moment = datetime.fromisoformat(at)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def _day(at: str) -> str:
    moment = date.fromisoformat(at)
    return f"{moment.day} {moment:%b %Y}"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
