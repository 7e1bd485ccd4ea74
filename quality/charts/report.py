"""The charts of a report: what each shows, says in words, and holds as a table."""

from dataclasses import dataclass
from typing import Any

import altair as alt

from quality.charts.theme import ACCENT, BAD, LINE, MUTED, Spec, svg_of
from quality.metrics.distributions import MANY_JUDGMENTS, SHARE_BINS

WIDTH = 340
ROW = 21
# More rows than this cannot be read; the table has them all.
MAX_ROWS = 30


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its finding as the title, its text alternative and its data."""

    name: str
    title: str
    alternative: str
    svg: str
    columns: list[str]
    rows: list[list[str]]


def report_charts(document: dict[str, Any]) -> list[Chart]:
    """The charts that a report's figures allow; a measure without values has no chart."""
    candidates = (
        _agreement_per_annotator(document),
        _left_share_per_annotator(document),
        _winner_shares(document),
        _judgments_per_comparison(document),
    )
    return [chart for chart in candidates if chart]


def _agreement_per_annotator(document: dict[str, Any]) -> Chart | None:
    overall = document["agreement"]["percent_direction"]["value"]
    flagged = _flagged(document, "low_agreement")
    rows = _rows_of(document, "agreement_with_others", flagged)
    if not rows or overall is None:
        return None
    if flagged:
        verb = "agrees" if len(flagged) == 1 else "agree"
        title = f"{_of_annotators(flagged, rows)} {verb} clearly less with the others"
    else:
        title = "No annotator agrees clearly less with the others"
    return _per_annotator("agreement", title, rows, reference=overall, label="all", lowest=True)


def _left_share_per_annotator(document: dict[str, Any]) -> Chart | None:
    flagged = _flagged(document, "one_sided")
    rows = _rows_of(document, "left_share", flagged)
    if not rows:
        return None
    if flagged:
        verb = "favours" if len(flagged) == 1 else "favour"
        title = f"{_of_annotators(flagged, rows)} {verb} one side of the screen"
    else:
        title = "No annotator clearly favours one side of the screen"
    return _per_annotator("left-share", title, rows, reference=0.5, label="chance", lowest=False)


def _per_annotator(
    name: str,
    title: str,
    rows: list[dict[str, Any]],
    *,
    reference: float,
    label: str,
    lowest: bool,
) -> Chart:
    """Dots with intervals, one row each, those furthest from the reference first."""

    def distance(row: dict[str, Any]) -> float:
        return float(row["value"]) if lowest else -abs(row["value"] - reference)

    ordered = sorted(rows, key=distance)
    shown = ordered[:MAX_ROWS]
    cut = f" Only the {MAX_ROWS} furthest off are drawn." if len(shown) < len(rows) else ""
    values = [row["value"] for row in ordered]
    alternative = (
        f"{title}. {len(rows)} annotators, from {_percent(min(values))} to "
        f"{_percent(max(values))}; {label}: {_percent(reference)}.{cut}"
    )
    return Chart(
        name=name,
        title=title + (f" ({MAX_ROWS} of {len(rows)} drawn)" if cut else ""),
        alternative=alternative,
        svg=svg_of(_dots(shown, reference=reference, label=label)),
        columns=["Annotator", "Share", "95 % interval", "n"],
        rows=[
            [
                row["annotator"],
                _percent(row["value"]),
                f"{_percent(row['low'])} to {_percent(row['high'])}" if "low" in row else "-",
                f"{row['n']:,}",
            ]
            for row in ordered
        ],
    )


def _dots(rows: list[dict[str, Any]], *, reference: float, label: str) -> Spec:
    data = alt.InlineData(values=rows)
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], grid=True, gridDash=[2, 3])
    place = alt.Y("annotator:N", sort=None, title=None)
    colour = alt.condition("datum.flagged", alt.value(BAD), alt.value(ACCENT))
    intervals = (
        alt.Chart(data)
        .transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=2)
        .encode(y=place, x=alt.X("low:Q", scale=scale), x2="high:Q", color=colour)
    )
    dots = (
        alt.Chart(data)
        .mark_point(filled=True, size=64, opacity=1)
        .encode(
            y=place,
            x=alt.X("value:Q", scale=scale, axis=axis, title=None),
            color=colour,
            shape=alt.condition("datum.flagged", alt.value("diamond"), alt.value("circle")),
        )
    )
    line = alt.Chart(alt.InlineData(values=[{"at": reference}]))
    mark = line.mark_rule(color=MUTED, strokeWidth=1).encode(x=alt.X("at:Q", scale=scale))
    words = line.mark_text(align="center", baseline="bottom", dy=-4).encode(
        x=alt.X("at:Q", scale=scale),
        y=alt.value(0),
        text=alt.value(f"{label} {_percent(reference)}"),
    )
    return alt.layer(mark, intervals, dots, words).properties(width=WIDTH, height=alt.Step(ROW))


def _winner_shares(document: dict[str, Any]) -> Chart | None:
    counts = document["winner_shares"]
    total = sum(counts)
    if not total:
        return None
    names = [
        "100" if lower == 100 else f"{lower}-{upper - 1}"
        for lower, upper in zip(SHARE_BINS, [*SHARE_BINS[1:], 101], strict=True)
    ]
    names[0] = f"<{SHARE_BINS[1]}"
    title = f"{_percent(counts[-1] / total)} of comparisons are judged the same by everybody"
    return _bars(
        "winner-shares",
        title,
        list(zip(names, counts, strict=True)),
        x_title="Share of the most frequent direction, per cent",
        of="comparisons with at least two usable judgments",
    )


def _judgments_per_comparison(document: dict[str, Any]) -> Chart | None:
    counts = document["judgments_per_comparison"]
    total = sum(counts)
    if not total or counts[0] == total:
        return None
    enough = sum(counts[2:])
    last = max(place for place, count in enumerate(counts) if count)
    names = [str(place) for place in range(MANY_JUDGMENTS)] + [f"{MANY_JUDGMENTS}+"]
    title = f"{_percent(enough / total)} of comparisons have at least two judgments"
    return _bars(
        "judgments-per-comparison",
        title,
        list(zip(names, counts, strict=True))[: last + 1],
        x_title="Judgments of the comparison",
        of="comparisons",
    )


def _bars(name: str, title: str, counts: list[tuple[str, int]], *, x_title: str, of: str) -> Chart:
    total = sum(count for _, count in counts)
    values = [{"bin": label, "n": count, "text": f"{count:,}"} for label, count in counts]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("bin:N", sort=None, title=x_title, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("n:Q", axis=None, scale=alt.Scale(zero=True)),
    )
    bars = base.mark_bar(color=ACCENT, cornerRadiusEnd=2)
    labels = base.mark_text(baseline="bottom", dy=-3).encode(text="text:N")
    ground = (
        alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=LINE).encode(y="zero:Q")
    )
    parts = ", ".join(f"{label}: {count:,}" for label, count in counts)
    return Chart(
        name=name,
        title=title,
        alternative=f"{title}. Of {total:,} {of}, by {x_title.lower()}: {parts}.",
        svg=svg_of(alt.layer(bars, labels, ground).properties(width=WIDTH + 70, height=170)),
        columns=[x_title, "Comparisons", "Share"],
        rows=[[label, f"{count:,}", _percent(count / total)] for label, count in counts],
    )


def _rows_of(document: dict[str, Any], measure: str, flagged: set[str]) -> list[dict[str, Any]]:
    rows = []
    for row in document["annotators"]:
        known = {key: row[measure][key] for key in ("value", "low", "high", "n")}
        if known["value"] is not None:
            name = row["annotator"]
            present = {key: value for key, value in known.items() if value is not None}
            rows.append({"annotator": name, "flagged": name in flagged, **present})
    return rows


def _flagged(document: dict[str, Any], kind: str) -> set[str]:
    return {flag["annotator"] for flag in document["flags"] if flag["kind"] == kind}


def _of_annotators(flagged: set[str], rows: list[dict[str, Any]]) -> str:
    return f"{len(flagged)} of {len(rows)} annotators"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
