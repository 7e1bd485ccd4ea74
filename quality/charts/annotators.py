"""Charts of the annotators of a report: competence, and the slope of length."""

from collections.abc import Sequence
from typing import Any

from quality.charts.chart import Chart
from quality.charts.dots import dots_per_annotator


def annotator_charts(document: dict[str, Any]) -> Sequence[Chart]:
    """Dots with intervals of competence and of the liking for length, where they are defined."""
    return [chart for chart in (_competence(document), _length(document)) if chart]


def _competence(document: dict[str, Any]) -> Chart | None:
    flagged = _flagged(document, "guessing")
    rows = [
        _dot(row, row["competence"], flagged)
        for row in document["annotators"]
        if row["competence"]["value"] is not None
    ]
    if not rows:
        return None
    if flagged:
        verb = "is" if len(flagged) == 1 else "are"
        title = (
            f"{len(flagged)} of {len(rows)} annotators {verb} nearer to guessing than to the rest"
        )
    else:
        below = sum(row["high"] < document["typical_competence"] for row in rows)
        verb = "is" if below == 1 else "are"
        title = (
            f"{below} of {len(rows)} annotators {verb} clearly less competent than is typical"
            if below
            else "No annotator is clearly less competent than is typical"
        )
    return dots_per_annotator(
        "annotators-competence",
        title,
        rows,
        reference=document["typical_competence"],
        label="typical",
        lowest=True,
    )


def _length(document: dict[str, Any]) -> Chart | None:
    flagged = _flagged(document, "by_length")
    slopes = [(row, row["slopes"]["length"]["against_others"]) for row in document["annotators"]]
    rows = [_dot(row, slope, flagged) for row, slope in slopes if slope["value"] is not None]
    if not rows:
        return None
    verb = "follows" if len(flagged) == 1 else "follow"
    title = (
        f"{len(flagged)} of {len(rows)} annotators {verb} length otherwise than the rest"
        if flagged
        else "No annotator follows length otherwise than the rest"
    )
    return dots_per_annotator(
        "annotators-length",
        title,
        rows,
        reference=0.0,
        label="as the others",
        lowest=False,
        is_share=False,
    )


def _dot(row: dict[str, Any], estimate: dict[str, Any], flagged: set[str]) -> dict[str, Any]:
    known = {key: estimate[key] for key in ("value", "low", "high", "n")}
    present = {key: value for key, value in known.items() if value is not None}
    return {"annotator": row["annotator"], "flagged": row["pseudonym"] in flagged, **present}


def _flagged(document: dict[str, Any], kind: str) -> set[str]:
    return {flag["pseudonym"] for flag in document["flags"] if flag["kind"] == kind}
