"""The charts of a report: what each shows, says in words, and holds as a table."""

from typing import Any

import altair as alt

from quality.charts.chart import Chart as Chart
from quality.charts.dots import WIDTH, dots_per_annotator
from quality.charts.theme import ACCENT, LINE, svg_of
from quality.metrics.distributions import MANY_JUDGMENTS, SHARE_BINS


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
    return dots_per_annotator("agreement", title, rows, reference=overall, label="all", lowest=True)


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
    return dots_per_annotator(
        "left-share", title, rows, reference=0.5, label="chance", lowest=False
    )


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
