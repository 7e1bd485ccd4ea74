"""Measuring a project as of one moment, and publishing the result as an immutable report."""

import hashlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

from feedback_platform.jobs.claims import Claim, claimed
from quality.charts.report import report_charts
from quality.metrics.judged import Judged
from quality.models import Report
from quality.reporting.document import measured_document, n_steps
from quality.selectors.reliability import Annotator, LeftOut, judged, left_out
from quality.selectors.snapshots import consistent_snapshot

# Raised when the same judgments would give other figures.
MEASURES_VERSION = "1"


def build_report(*, report_id: int, fence: int | None = None) -> None:
    """Measure agreement and annotators of a project, and publish figures and charts.

    Everything is read in one snapshot. Nothing is stored before all is measured, and only
    the current claim can store it.
    """
    with claimed(Report, report_id, fence=fence) as claim:
        if claim is None:
            return
        report = claim.job
        assert isinstance(report, Report)
        claim.progress(message="Reading judgments")
        with consistent_snapshot() as as_of:
            data, annotators = judged(report.project, noted=lambda n: claim.progress(done=n))
            unused = left_out(report.project)
        document = _document(claim, report, as_of, data, annotators, unused)
        claim.progress(message="Drawing the charts")
        charts = [asdict(chart) for chart in report_charts(document)]
        claim.check()
        claim.publish(
            as_of=as_of,
            code_version=MEASURES_VERSION,
            parameters=document["intervals"],
            results=document,
            charts=charts,
            message="",
        )


def _document(
    claim: Claim,
    report: Report,
    as_of: datetime,
    data: Judged,
    annotators: list[Annotator],
    unused: LeftOut,
) -> dict[str, Any]:
    """The figures, with the progress of measuring them noted on the report's row."""
    total, done = n_steps(data), 0

    def step(message: str) -> None:
        nonlocal done
        claim.progress(done=done, total=total, message=message)
        done += 1

    measured = measured_document(
        data,
        [{"annotator": one.name, "pseudonym": one.pseudonym} for one in annotators],
        offers_tie=report.project.offers_tie,
        seed=seed_of(report.project.slug, as_of),
        step=step,
    )
    claim.progress(done=total, total=total)
    return {
        "project": report.project.slug,
        "as_of": as_of.isoformat(),
        "report": report.pk,
        "code_version": MEASURES_VERSION,
        **measured,
        "left_out": asdict(unused),
    }


def seed_of(slug: str, as_of: datetime) -> int:
    """The seed of every interval of a report: 32 bits, fixed by project and moment."""
    digest = hashlib.sha256(f"{slug} {as_of.isoformat()}".encode()).hexdigest()
    return int(digest[:8], 16)
