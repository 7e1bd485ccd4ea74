"""Charts of the methods compared: how sure they are, and how often they decide alike."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from quality.charts.report import Chart
from quality.charts.theme import ACCENT, LINE, TEXT, svg_of
from quality.reporting.consensus import LABELS

WIDTH = 400


def consensus_charts(document: dict[str, Any]) -> Sequence[Chart]:
    """The histogram of the recommended method's certainty, and the matrix of equal decisions."""
    if not document["methods"]:
        return ()
    return (_certainty(document), _equal_decisions(document))


def _certainty(document: dict[str, Any]) -> Chart:
    name = document["recommended"]["name"]
    (method,) = (row for row in document["methods"] if row["name"] == name)
    counts, total = method["histogram"], method["n_judged"]
    labels = _bins(document["bins"])
    sure = sum(n for lower, n in zip(document["bins"], counts, strict=True) if lower >= 0.9)
    title = f"{_percent(sure / total)} of comparisons are decided with 90 % certainty or more"
    values = [
        {"bin": label, "n": n, "text": _percent(n / total) if n else ""}
        for label, n in zip(labels, counts, strict=True)
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X(
            "bin:N",
            sort=None,
            title=f"Probability of the decision, per cent ({LABELS[name]})",
            axis=alt.Axis(labelAngle=0),
        ),
        y=alt.Y("n:Q", axis=None, scale=alt.Scale(zero=True)),
    )
    bars = base.mark_bar(color=ACCENT, cornerRadiusEnd=2)
    words = base.mark_text(baseline="bottom", dy=-3).encode(text="text:N")
    ground = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=LINE)
    parts = ", ".join(f"{label}: {n:,}" for label, n in zip(labels, counts, strict=True))
    return Chart(
        name="consensus-certainty",
        title=title,
        alternative=f"{title}. Of {total:,} judged comparisons, by per cent: {parts}.",
        svg=svg_of(
            alt.layer(bars, words, ground.encode(y="zero:Q")).properties(width=WIDTH, height=170)
        ),
        columns=["Probability, per cent", *(LABELS[row["name"]] for row in document["methods"])],
        rows=[
            [label, *(f"{row['histogram'][place]:,}" for row in document["methods"])]
            for place, label in enumerate(labels)
        ],
    )


def _equal_decisions(document: dict[str, Any]) -> Chart:
    names = [LABELS[row["name"]] for row in document["methods"]]
    cells = [
        {"row": row, "column": column, "value": cell["value"], "text": _percent(cell["value"])}
        for row, line in zip(names, document["agreement"], strict=True)
        for column, cell in zip(names, line, strict=True)
        if cell["value"] is not None and row != column
    ]
    if not cells:
        title = "No two methods decide the same comparison"
    elif all(cell["value"] == 1 for cell in cells):
        title = "Wherever two methods decide, they decide alike"
    else:
        least = min(cells, key=lambda cell: (cell["value"], cell["row"], cell["column"]))
        title = (
            f"{least['row']} and {least['column']} differ most: they decide "
            f"{least['text']} of comparisons alike"
        )
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("column:N", sort=names, title=None, axis=alt.Axis(labelAngle=-35, labelLimit=140)),
        y=alt.Y("row:N", sort=names, title=None, axis=alt.Axis(labelLimit=140, minExtent=110)),
    )
    low = min((cell["value"] for cell in cells), default=0.0)
    # Darker where methods part, so that the eye lands there.
    shades = base.mark_rect(color=ACCENT, stroke=LINE).encode(
        opacity=alt.Opacity(
            "value:Q", scale=alt.Scale(domain=[min(low, 0.99), 1], range=[0.35, 0.05]), legend=None
        )
    )
    words = base.mark_text(color=TEXT).encode(text="text:N")
    return Chart(
        name="consensus-equal",
        title=title,
        alternative=f"{title}. Shares of the comparisons that both methods decide.",
        svg=svg_of(alt.layer(shades, words).properties(width=alt.Step(62), height=alt.Step(34))),
        columns=["Equal decisions", *names],
        rows=[
            [row, *("-" if c["value"] is None else _percent(c["value"]) for c in line)]
            for row, line in zip(names, document["agreement"], strict=True)
        ],
    )


def _bins(lower_ends: list[float]) -> list[str]:
    per_cent = [round(100 * end) for end in lower_ends]
    ends = zip(per_cent[1:], [*per_cent[2:], 100], strict=True)
    return [f"<{per_cent[1]}", *(f"{here}-{above}" for here, above in ends)]


def _percent(share: float) -> str:
    if 0.995 <= share < 1:
        return f"{share * 100:.1f} %"
    if 0 < share < 0.005:
        return "<1 %"
    return f"{share * 100:.0f} %"
