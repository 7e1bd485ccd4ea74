"""Raising flags on what became worse, and resolving them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.services.flags import checked_text
from feedback_platform.errors import Conflict
from feedback_platform.models import User
from quality.models import QualityFlag, QualityFlagEvent, Report
from quality.reporting.worsening import (
    Earlier,
    Finding,
    Resolution,
    Subject,
    weekly,
    worsened,
)
from quality.selectors.quality_flags import open_subjects, resolutions
from quality.selectors.reports import newest_report

# More at once are one problem, not twenty. What is left is raised by the next report.
MOST_AT_ONCE = 20


@transaction.atomic
def raise_quality_flags(
    *,
    report: Report,
    as_of: datetime,
    headline: dict[str, Any],
    weeks: list[Any],
    history: list[Earlier],
) -> int:
    """Flag what a report says has become worse; an open flag gets the newest words for it.

    Args:
        report: About to be published as of ``as_of``.
        headline: Of this report.
        weeks: Agreement of each week in it, oldest first.
        history: Of reports as of earlier moments, oldest first.

    Returns:
        How many flags were raised or reopened.
    """
    findings = _findings(headline, weeks, history, resolutions(report.project))
    if not findings:
        return 0
    already = open_subjects(report.project)
    fresh = []
    for subject, finding in findings.items():
        if subject in already:
            _say_anew(report, as_of, finding)
        else:
            fresh.append(finding)
    return sum(_raise(report, finding) for finding in fresh[:MOST_AT_ONCE])


def resolve_quality_flag(*, flag: QualityFlag, reason: str, person: User) -> QualityFlag:
    """Close a flag with a reason. It is reopened when the figure becomes worse than now.

    Raises:
        BadInput: the reason is empty or too long.
        Conflict: somebody has resolved it already.
    """
    reason = checked_text(reason, what="a reason")
    with transaction.atomic():
        if not QualityFlag.objects.filter(pk=flag.pk, is_open=True).update(is_open=False):
            raise Conflict("Somebody has resolved this flag already. Its history says why.")
        newest = newest_report(flag.project) or flag.report
        QualityFlagEvent.objects.create(
            flag=flag,
            kind=QualityFlagEvent.Kind.RESOLVED,
            text=reason,
            report=newest,
            person=person,
        )
    flag.refresh_from_db()
    return flag


def _findings(
    headline: dict[str, Any],
    weeks: list[Any],
    history: list[Earlier],
    resolved: Mapping[Subject, Resolution],
) -> dict[Subject, Finding]:
    """Each subject once: what a comparison of reports found goes before what a week shows.

    What concerns the whole project, and so has no subject, comes first.
    """
    by_week = weekly(weeks, resolved.get(("agreement_fell", "")))
    found = [*worsened(headline, history, resolved), *by_week]
    findings: dict[Subject, Finding] = {}
    for finding in sorted(found, key=lambda one: one.subject != ""):
        findings.setdefault((finding.kind, finding.subject), finding)
    return findings


def _say_anew(report: Report, as_of: datetime, finding: Finding) -> None:
    """Lists say how bad it is by the newest report; the history, how it was when raised."""
    QualityFlag.objects.filter(
        project_id=report.project_id,
        kind=finding.kind,
        subject=finding.subject,
        is_open=True,
        report__as_of__lt=as_of,
    ).update(text=finding.text, report=report)


def _raise(report: Report, finding: Finding) -> bool:
    flag, is_new = QualityFlag.objects.get_or_create(
        project_id=report.project_id,
        kind=finding.kind,
        subject=finding.subject,
        defaults={"subject_name": finding.name, "text": finding.text, "report": report},
    )
    if not is_new:
        closed = QualityFlag.objects.filter(pk=flag.pk, is_open=False)
        if not closed.update(
            is_open=True, text=finding.text, report=report, raised_at=timezone.now()
        ):
            # Another report was a moment faster.
            return False
    kind = QualityFlagEvent.Kind.RAISED if is_new else QualityFlagEvent.Kind.REOPENED
    QualityFlagEvent.objects.create(flag=flag, kind=kind, text=finding.text, report=report)
    return True
