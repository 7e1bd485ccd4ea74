"""The chart of a project's progress: judgments a day."""

from datetime import date

import altair as alt

from quality.charts.report import Chart
from quality.charts.theme import ACCENT, LINE, svg_of

WIDTH = 410
HEIGHT = 150


def daily_chart(days: list[tuple[str, int]]) -> Chart | None:
    """Bars of judgments by day (UTC), the oldest first; None without any judgment.

    ``days`` are (ISO date, judgments), one for every day of the stretch.
    """
    total = sum(n for _, n in days)
    if not total:
        return None
    values = [{"day": _label(day), "n": n, "text": f"{n:,}" if n else ""} for day, n in days]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("day:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
        y=alt.Y("n:Q", axis=None, scale=alt.Scale(zero=True)),
    )
    bars = base.mark_bar(color=ACCENT, cornerRadiusEnd=2)
    labels = base.mark_text(baseline="bottom", dy=-3).encode(text="text:N")
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}]))
    ground = zero.mark_rule(color=LINE).encode(y="zero:Q")
    best_day, best = max(days, key=lambda one: one[1])
    title = f"{total:,} judgments in {len(days)} days, most on {_label(best_day)}"
    listed = ", ".join(f"{_label(day)}: {n:,}" for day, n in days)
    return Chart(
        name="judgments-a-day",
        title=title,
        alternative=f"{title} ({best:,}). {listed}.",
        svg=svg_of(alt.layer(bars, labels, ground).properties(width=WIDTH, height=HEIGHT)),
        columns=["Day (UTC)", "Judgments"],
        rows=[[_label(day), f"{n:,}"] for day, n in days],
    )


def _label(day: str) -> str:
    moment = date.fromisoformat(day)
    return f"{moment.day} {moment:%b}"
