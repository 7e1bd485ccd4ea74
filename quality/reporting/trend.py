"""Agreement over reports and over weeks, as it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quality.reporting.worsening import Earlier

MEASURE = "percent_direction"


@dataclass(frozen=True, slots=True)
class Trend:
    """How agreement went.

    Attributes:
        reports: Moment, number and agreement of each report, oldest first.
        weeks: Monday (ISO date) and agreement of each week's judgments, oldest first.
    """

    reports: list[dict[str, Any]]
    weeks: list[dict[str, Any]]


def trend_of(reports: Sequence[tuple[datetime, Earlier]], document: dict[str, Any]) -> Trend:
    """The trend up to a report whose document this is; what has no value is left out."""
    points = [
        {"at": as_of.isoformat(), "report": one.report_id, **one.headline["agreement"][MEASURE]}
        for as_of, one in reports
    ]
    weeks = document.get("sections", {}).get("agreement", {}).get("weeks", [])
    return Trend(
        reports=[point for point in points if point["value"] is not None],
        weeks=[week for week in weeks if week[MEASURE]["value"] is not None],
    )
