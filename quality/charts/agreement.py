"""Charts of agreement: coefficients, pairs of annotators, and parts of the data."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from quality.charts.agreement_parts import labelled_rows, part_chart, range_of, weeks_split
from quality.charts.chart import Chart
from quality.charts.theme import ACCENT, BAD, LINE, TEXT, Spec, svg_of
from quality.metrics.coefficients import PERCENT
from quality.reporting.agreement import EXPLAINED

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
    candidates += [
        part_chart(split, overall) for split in (*document["splits"], weeks_split(document))
    ]
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
                range_of(row.get("low"), row.get("high")),
                range_of(row.get("from"), row.get("to")),
                f"{row['n']:,}",
            ]
            for row in rows
        ],
    )


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
    return labelled_rows(alt.layer(thin, thick, dots), [row["label"] for row in rows])


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
                range_of(pair["low"], pair["high"]),
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
