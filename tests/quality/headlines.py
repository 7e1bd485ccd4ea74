"""Headlines of reports, as later reports are compared with them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from quality.models import Report
from quality.reporting.worsening import Earlier
from quality.services.quality_flags import raise_quality_flags


def estimate(value: float, half: float, n: int = 100) -> dict[str, Any]:
    return {
        "value": value,
        "low": value - half,
        "high": value + half,
        "n": n,
        "undefined_because": "",
    }


def headline(*watched: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "watched": [
            {"kind": kind, "subject": subject, "name": subject, "estimate": one}
            for kind, subject, one in watched
        ]
    }


def agreement(value: float, half: float = 0.02) -> dict[str, Any]:
    return headline(("agreement_fell", "", estimate(value, half)))


def moment(number: int) -> datetime:
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=number)


def phrases(
    flagged: dict[str, float], *, to_the_end: bool = True, **others: float
) -> dict[str, Any]:
    shown = {**flagged, **others}.items()
    listed = {phrase: [value, value - 0.1, value + 0.1, 100] for phrase, value in shown}
    found = {"listed": listed, "flagged": list(flagged), "to_the_end": to_the_end}
    return {**headline(), "phrases": found}


def drifting(value: float = -0.3, *, subject: str = "a1") -> dict[str, Any]:
    found = headline(("annotator_drifts", subject, estimate(value, 0.1)))
    found["watched"][0]["text"] = "changed"
    return found


def weeks(*values: float) -> list[dict[str, Any]]:
    return [
        {"week": f"2026-11-{2 + 7 * number:02}", "percent_direction": estimate(value, 0.03)}
        for number, value in enumerate(values)
    ]


def succeeded(project: Any, number: int, **fields: Any) -> Report:
    return Report.objects.create(
        project=project,
        state=Report.State.SUCCEEDED,
        results={},
        as_of=moment(number),
        **fields,
    )


def earlier(report: Report, found: dict[str, Any]) -> Earlier:
    assert report.as_of is not None
    return Earlier(report.pk, report.as_of, found)


def raised(report: Report, now: dict[str, Any], *before: Earlier) -> int:
    assert report.as_of is not None
    return raise_quality_flags(
        report=report, as_of=report.as_of, headline=now, weeks=[], history=list(before)
    )
