"""Counting how far a project is, and when it will be done; ``services.progress`` asks for it."""

import time
from dataclasses import asdict
from typing import Any

from django.db.models import Q
from django.utils import timezone

from quality.charts.progress import daily_chart
from quality.forecast import forecast_finish
from quality.models import ProgressSnapshot
from quality.selectors.progress_counts import Counted, counted

SHOWN_ANNOTATORS = 100


def count_progress(*, snapshot_id: int) -> None:
    """Count the project of a snapshot and publish the result, unless a newer one is there."""
    snapshot = ProgressSnapshot.objects.select_related("project").get(pk=snapshot_id)
    started, as_of = time.monotonic(), timezone.now()
    found = counted(snapshot.project, now=as_of)
    results = _results(found)
    older = ProgressSnapshot.objects.filter(Q(as_of=None) | Q(as_of__lt=as_of), pk=snapshot_id)
    older.update(
        as_of=as_of,
        results=results,
        batches={str(row["batch_id"] or ""): _seats(row) for row in found.batches},
        seconds=time.monotonic() - started,
        claimed_at=None,
    )


def _results(found: Counted) -> dict[str, Any]:
    seats = _sum(found.batches)
    n_left = seats["free"] + seats["held"]
    forecast = forecast_finish(found.stretches, n_left=n_left, first_part=found.first_part)
    annotators = [
        {
            "membership": row["membership"],
            "name": row["name"],
            "is_paused": row["is_paused"],
            "total": row["total"],
            "today": row["today"],
            "last_hour": row["hour"],
            "last_at": row["last_at"].isoformat(),
            "active_seconds": None if row["active_ms"] is None else row["active_ms"] / 1000,
        }
        for row in found.annotators[:SHOWN_ANNOTATORS]
    ]
    chart = daily_chart(found.days)
    return {
        **seats,
        "today": sum(row["today"] for row in found.annotators),
        "last_hour": sum(row["hour"] for row in found.annotators),
        "judged_here": sum(row["total"] for row in found.annotators),
        "days": [{"date": date, "n": n} for date, n in found.days],
        "forecast": asdict(forecast),
        "annotators": annotators,
        "n_annotators": len(found.annotators),
        "chart": asdict(chart) if chart else None,
    }


_COUNTS = ("comparisons", "finished", "unreleased", "filled", "held", "free", "withheld")


def _sum(batches: list[dict[str, Any]]) -> dict[str, int]:
    total = {name: sum(row[name] for row in batches) for name in _COUNTS}
    return {**total, "wanted": _wanted(total)}


def _seats(row: dict[str, Any]) -> dict[str, int]:
    return {**{name: row[name] for name in _COUNTS}, "wanted": _wanted(row)}


def _wanted(row: dict[str, Any]) -> int:
    return int(row["filled"] + row["held"] + row["free"] + row["withheld"])
