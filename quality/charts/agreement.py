"""Charts of agreement: coefficients, pairs of annotators, and parts of the data."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from quality.charts.report import Chart
from quality.charts.theme import ACCENT, BAD, LINE, MUTED, TEXT, Spec, svg_of
from quality.metrics.coefficients import PERCENT
from quality.reporting.agreement import EXPLAINED, SPLITS

WIDTH = 340
ROW = 24
# More rows are not read; the table has them all.
MAX_ROWS = 30
# Matrices of so many annotators have room for numbers.
ROOMY = 14
# Widths of intervals that differ by less are called the same.
ALIKE = 1.2
# Kappa of fewer comparisons is anything between -1 and 1.
MIN_SHARED = 10


def agreement_charts(document: dict[str, Any]) -> Sequence[Chart]:
    """The charts that a section's figures allow."""
    candidates = [_coefficients(document), _kappas(document["kappa"])]
    overall = document["direction"][PERCENT]["estimate"]["value"]
    candidates += [_parts(split, overall) for split in (*document["splits"], _weeks(document))]
    return [chart for chart in candidates if chart]


def _coefficients(document: dict[str, Any]) -> Chart | None:
    """Each coefficient with both intervals, those for others like these thin."""
    rows = []
    for kind in ("direction", "strength"):
        for name, explained in EXPLAINED.items():
            found = document[kind][name]
            estimate, others = found["estimate"], found["others"]
            if estimate["value"] is not None:
                label = f"{explained.short}, {kind}"
                ends = {"low": estimate["low"], "high": estimate["high"]}
                wide = {"from": others["low"], "to": others["high"]}
                known = {key: end for key, end in {**ends, **wide}.items() if end is not None}
                rows.append(
                    {"label": label, "value": estimate["value"], "n": estimate["n"], **known}
                )
    if not rows:
        return None
    alpha = document["direction"]["krippendorff_alpha"]
    title = "How far each coefficient could be off"
    if alpha["estimate"]["low"] is not None and alpha["others"]["low"] is not None:
        here, there = (each["high"] - each["low"] for each in (alpha["estimate"], alpha["others"]))
        how = "about as far as"
        if not here / ALIKE <= there <= here * ALIKE:
            how = "further than" if there > here else "less than"
        title = f"Other annotators would move alpha {how} other comparisons would"
    return Chart(
        name="agreement-coefficients",
        title=title,
        alternative=(
            f"{title}. "
            + "; ".join(f"{row['label']}: {row['value']:.2f}" for row in rows)
            + ". Thick lines: intervals for these annotators; thin ones: for annotators like these."
        ),
        svg=svg_of(_two_intervals(rows)),
        columns=["Coefficient", "Value", "These annotators", "Annotators like these", "n"],
        rows=[
            [
                row["label"],
                f"{row['value']:.2f}",
                _range(row.get("low"), row.get("high")),
                _range(row.get("from"), row.get("to")),
                f"{row['n']:,}",
            ]
            for row in rows
        ],
    )


def _weeks(document: dict[str, Any]) -> dict[str, Any]:
    """The weeks in the form of a split, the newest first."""
    rows = [
        {
            "name": week["week"],
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


def _two_intervals(rows: list[dict[str, Any]]) -> Spec:
    data = alt.InlineData(values=rows)
    lowest = min(0.0, *(row.get(key, 0.0) for row in rows for key in ("value", "low", "from")))
    scale = alt.Scale(domain=[max(lowest, -1.0), 1], clamp=True)
    place = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=190))
    base = alt.Chart(data)
    thin = (
        base.transform_filter("isValid(datum.from)")
        .mark_rule(strokeWidth=1, color=ACCENT)
        .encode(y=place, x=alt.X("from:Q", scale=scale), x2="to:Q")
    )
    thick = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=5, color=ACCENT, opacity=0.45)
        .encode(y=place, x=alt.X("low:Q", scale=scale), x2="high:Q")
    )
    axis = alt.Axis(grid=True, gridDash=[2, 3], tickCount=5)
    dots = base.mark_point(filled=True, size=60, color=ACCENT, opacity=1).encode(
        y=place, x=alt.X("value:Q", scale=scale, axis=axis, title=None)
    )
    return _roomy(alt.layer(thin, thick, dots), [row["label"] for row in rows])


def _kappas(kappa: dict[str, Any]) -> Chart | None:
    """A cell for each two annotators who share comparisons, alike ones side by side."""
    names = [one["annotator"] for one in kappa["annotators"]]
    defined = [pair for pair in kappa["pairs"] if pair["value"] is not None]
    known = [pair for pair in defined if pair["n"] >= MIN_SHARED]
    if len(names) < 2 or not known:
        return None
    lowest = min(known, key=lambda pair: (pair["value"], pair["first"], pair["second"]))
    highest = max(known, key=lambda pair: (pair["value"], -pair["first"], -pair["second"]))
    if len(known) > 1:
        title = (
            f"Pairs of annotators range from kappa {lowest['value']:.2f} to {highest['value']:.2f}"
        )
    else:
        title = f"The one pair of annotators has kappa {lowest['value']:.2f}"
    first, second = names[lowest["first"]], names[lowest["second"]]
    return Chart(
        name="agreement-kappa",
        title=title,
        alternative=(
            f"{title}. {len(known):,} pairs of {len(names)} annotators share at least "
            f"{MIN_SHARED} comparisons; least alike are {first} and {second}."
        ),
        svg=svg_of(_heat_map(names, known)),
        columns=["Annotators", "Kappa", "95 % interval", "Comparisons of both"],
        rows=[
            [
                f"{names[pair['first']]}, {names[pair['second']]}",
                "-" if pair["value"] is None else f"{pair['value']:.2f}",
                _range(pair["low"], pair["high"]),
                f"{pair['n']:,}",
            ]
            for pair in sorted(kappa["pairs"], key=_by_kappa)
        ],
    )


def _by_kappa(pair: dict[str, Any]) -> tuple[bool, float]:
    return pair["value"] is None, pair["value"] or 0.0


def _heat_map(names: list[str], known: list[dict[str, Any]]) -> Spec:
    order = _alike_together(names, known)
    n_drawn = len(order)
    cells = [
        {
            "row": names[one],
            "column": names[other],
            "size": abs(pair["value"]),
            "text": f"{pair['value']:.2f}",
            "below": pair["value"] < 0,
        }
        for pair in known
        for one, other in ((pair["first"], pair["second"]), (pair["second"], pair["first"]))
    ]
    is_roomy = n_drawn <= ROOMY
    step = 42 if is_roomy else max(8, 560 // n_drawn)
    axis = alt.Axis(labelLimit=110, labelFontSize=13 if step > 12 else 9)
    across = alt.Axis(labelLimit=110, labelAngle=-60, labelFontSize=13 if step > 12 else 9)
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("column:N", sort=order, title=None, axis=across, scale=alt.Scale(domain=order)),
        y=alt.Y("row:N", sort=order, title=None, axis=axis, scale=alt.Scale(domain=order)),
    )
    shades = base.mark_rect(stroke=LINE).encode(
        color=alt.condition("datum.below", alt.value(BAD), alt.value(ACCENT)),
        opacity=alt.Opacity(
            "size:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 0.6]), legend=None
        ),
    )
    layers = [shades]
    if is_roomy:
        layers.append(base.mark_text(color=TEXT, fontSize=12).encode(text="text:N"))
    room = min(max(map(len, names)), 16) + 4
    cells_of: Spec = alt.layer(*layers).properties(
        width=alt.Step(step),
        height=alt.Step(min(step, 28)),
        padding={"left": room, "right": 4, "top": 4, "bottom": room},
    )
    return cells_of


def _alike_together(names: list[str], known: list[dict[str, Any]]) -> list[str]:
    """Annotators who share enough with another, groups who agree with each other together."""
    places = sorted({place for pair in known for place in (pair["first"], pair["second"])})
    at = {place: row for row, place in enumerate(places)}
    distances = np.ones((len(places), len(places)))
    for pair in known:
        one, other = at[pair["first"]], at[pair["second"]]
        distances[one, other] = distances[other, one] = 1 - pair["value"]
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances), "average", optimal_ordering=True)
    return [names[places[row]] for row in leaves_list(tree)]


def _parts(split: dict[str, Any], overall: float | None) -> Chart | None:
    rows = [row for row in split["rows"] if row["percent"]["value"] is not None]
    if len(rows) < 2 or overall is None:
        return None
    what = SPLITS[split["name"]]
    low = [row for row in rows if row["stands_out"]]
    lowest = min(low or rows, key=lambda row: float(row["percent"]["value"]))
    share = _percent(lowest["percent"]["value"])
    if low:
        title = f"By {what}: clearly less on {_short(lowest['name'])}, {share}"
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
        svg=svg_of(_dots(shown, overall)),
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
        _range(percent["low"], percent["high"], percent=True),
        _range(row["percent_others"]["low"], row["percent_others"]["high"], percent=True),
        "-" if alpha["value"] is None else f"{alpha['value']:.2f}",
        _range(alpha["low"], alpha["high"]),
        _range(row["alpha_others"]["low"], row["alpha_others"]["high"]),
        f"{percent['n']:,}",
        f"{row['n_judgments']:,}",
    ]


def _dots(rows: list[dict[str, Any]], overall: float) -> Spec:
    values = []
    for row in rows:
        percent = row["percent"]
        ends = {key: percent[key] for key in ("low", "high") if percent[key] is not None}
        pooled = f" ({row['n_pooled']} small)" if row["n_pooled"] else ""
        values.append(
            {
                "part": _short(row["name"]) + pooled,
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
    return _roomy(alt.layer(whole, intervals, dots, words), [one["part"] for one in values])


def _roomy(chart: Spec, labels: list[str]) -> Spec:
    """Rows of the usual height; room on the left, since a page's font may be wider."""
    room = max(map(len, labels)) + 4
    padding = {"left": room, "right": 4, "top": 4, "bottom": 4}
    rows: Spec = chart.properties(width=WIDTH, height=alt.Step(ROW), padding=padding)
    return rows


def _range(low: float | None, high: float | None, *, percent: bool = False) -> str:
    if low is None or high is None:
        return "-"
    if percent:
        return f"{low * 100:.0f} to {high * 100:.0f} %"
    return f"{low:.2f} to {high:.2f}"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _short(name: str) -> str:
    return name if len(name) <= 32 else name[:31] + "…"
