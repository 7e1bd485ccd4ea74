"""Measuring a project as of one moment, and publishing the result as an immutable report."""

import hashlib
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from feedback_platform.jobs.claims import Claim, claimed
from quality.charts.report import Chart, report_charts
from quality.charts.trend import trend_charts
from quality.metrics.evidence import Evidence
from quality.models import Report
from quality.reporting.document import measured_document, n_steps
from quality.reporting.headline import headline_of
from quality.reporting.sections import SECTIONS
from quality.reporting.sections.base import Context
from quality.reporting.trend import trend_of
from quality.reporting.worsening import Earlier
from quality.selectors.evidence import evidence
from quality.selectors.reliability import LeftOut, left_out
from quality.selectors.reports import history_before, newest_judgment
from quality.selectors.snapshots import consistent_snapshot
from quality.services.quality_flags import raise_quality_flags

logger = logging.getLogger(__name__)

# Raised when the same judgments would give other figures.
MEASURES_VERSION = "3"


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
            seed = seed_of(report.project.slug, as_of)
            found = evidence(report.project, noted=lambda n: claim.progress(done=n), seed=seed)
            unused = left_out(report.project)
            newest = newest_judgment(report.project)
        document = _document(claim, report, as_of, found, unused)
        claim.progress(message="Drawing the charts")
        history = history_before(report.project, as_of=as_of, code_version=MEASURES_VERSION)
        headline = headline_of(document)
        reports = [*history, Earlier(report.pk, as_of, headline)]
        trend = trend_of([(one.as_of, one) for one in reports], document)
        charts = [*report_charts(document), *trend_charts(trend), *_charts(document)]
        claim.check()
        with transaction.atomic():
            raise_quality_flags(
                report=report, as_of=as_of, headline=headline, weeks=trend.weeks, history=history
            )
            claim.publish(
                as_of=as_of,
                newest_judgment=newest,
                code_version=MEASURES_VERSION,
                parameters=document["intervals"],
                results=document,
                headline=headline,
                charts=[asdict(chart) for chart in charts],
                message="",
            )


def _document(
    claim: Claim, report: Report, as_of: datetime, found: Evidence, unused: LeftOut
) -> dict[str, Any]:
    """The figures, with the progress of measuring them noted on the report's row."""
    total, done = n_steps(found.judged) + len(SECTIONS), 0

    def step(message: str) -> None:
        nonlocal done
        claim.progress(done=done, total=total, message=message)
        done += 1

    seed = seed_of(report.project.slug, as_of)
    measured = measured_document(
        found.judged,
        [{"annotator": one.name, "pseudonym": one.pseudonym} for one in found.annotators],
        offers_tie=found.offers_tie,
        seed=seed,
        step=step,
    )
    sections: dict[str, Any] = {}
    for section in SECTIONS:
        step(section.title)
        context = Context(
            seed=seed,
            step=lambda message: claim.progress(message=message),
            earlier=sections,
            overview=measured,
        )
        started = time.perf_counter()
        sections[section.name] = section.measure(found, context)
        seconds = round(time.perf_counter() - started, 3)
        logger.info("section measured", extra={"section": section.name, "seconds": seconds})
    claim.progress(done=total, total=total)
    return {
        "project": report.project.slug,
        "as_of": as_of.isoformat(),
        "report": report.pk,
        "code_version": MEASURES_VERSION,
        **measured,
        "flags": sections["annotators"]["flags"],
        "sections": sections,
        "left_out": asdict(unused),
    }


def _charts(document: dict[str, Any]) -> Iterator[Chart]:
    for section in SECTIONS:
        yield from section.charts(document["sections"][section.name])


def seed_of(slug: str, as_of: datetime) -> int:
    """The seed of every interval of a report: 32 bits, fixed by project and moment."""
    digest = hashlib.sha256(f"{slug} {as_of.isoformat()}".encode()).hexdigest()
    return int(digest[:8], 16)
