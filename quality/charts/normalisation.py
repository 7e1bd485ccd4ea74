"""Charts of how annotators use a scale: the share of each value, one row each."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from quality.charts.chart import Chart
from quality.charts.dots import MAX_ROWS, ROW, WIDTH, names_beside
from quality.charts.theme import ACCENT, svg_of

Row = dict[str, Any]


def normalisation_charts(document: Row) -> Sequence[Chart]:
    """One chart for each scale that somebody used."""
    scales = [scale for scale in document["scales"] if not scale["undefined_because"]]
    return [_shares(scale, place) for place, scale in enumerate(scales)]


def _shares(scale: Row, place: int) -> Chart:
    labels = [str(value) for value in range(scale["low"], scale["high"] + 1)]
    if scale["kind"] == "preference":
        labels[0] = "tie"
    rows = sorted(scale["annotators"], key=lambda row: (_mean(row["counts"]), row["annotator"]))
    # The most timid and the boldest, where there are too many.
    shown = rows if len(rows) <= MAX_ROWS else rows[: MAX_ROWS // 2] + rows[-MAX_ROWS // 2 :]
    least, most = _mean(rows[0]["counts"]), _mean(rows[-1]["counts"])
    low = scale["low"]
    title = f"{scale['name']}: annotators' means run from {low + least:.1f} to {low + most:.1f}"
    if len(shown) < len(rows):
        title += f" ({MAX_ROWS} of {len(rows)} drawn)"
    values = [
        {
            "annotator": row["annotator"],
            "value": label,
            "place": at,
            "share": count / sum(row["counts"]),
        }
        for row in shown
        for at, (label, count) in enumerate(zip(labels, row["counts"], strict=True))
    ]
    highest = len(labels) - 1
    bars = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(color=ACCENT)
        .encode(
            y=names_beside(shown),
            x=alt.X(
                "share:Q",
                title=f"Share of each value, {labels[0]} (light) to {labels[-1]} (dark)",
                axis=alt.Axis(format="%", values=[0, 0.5, 1]),
                scale=alt.Scale(domain=[0, 1]),
            ),
            order=alt.Order("place:Q"),
            opacity=alt.Opacity(
                "place:Q", legend=None, scale=alt.Scale(domain=[0, highest], range=[0.12, 1])
            ),
        )
        .properties(width=WIDTH, height=alt.Step(ROW))
    )
    return Chart(
        name=f"normalisation-{place}",
        title=title,
        alternative=f"{title}. {len(rows)} annotators, each with the share of every value.",
        svg=svg_of(bars),
        columns=["Annotator", *labels, "n"],
        rows=[
            [
                row["annotator"],
                *(f"{count / sum(row['counts']) * 100:.0f} %" for count in row["counts"]),
                f"{row['n']:,}",
            ]
            for row in rows
        ],
    )


def _mean(counts: list[int]) -> float:
    return sum(at * count for at, count in enumerate(counts)) / sum(counts)
