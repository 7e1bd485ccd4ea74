"""Raising flags on what became worse, and resolving them."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.services.flags import checked_text
from feedback_platform.errors import Conflict
from feedback_platform.models import User
from quality.models import QualityFlag, QualityFlagEvent, Report
from quality.reporting.worsening import Earlier, Finding, Subject, weekly, worsened
from quality.selectors.quality_flags import resolutions
from quality.selectors.reports import newest_report

# More at once are one problem, not twenty: the worst of all is on the list anyway.
MOST_AT_ONCE = 20


@transaction.atomic
def raise_quality_flags(
    *, report: Report, headline: dict[str, Any], weeks: list[Any], history: list[Earlier]
) -> int:
    """Flag what a report says has become worse; an open flag gets the newest words for it.

    Returns:
        How many flags were raised or reopened.
    """
    resolved = resolutions(report.project)
    findings = _findings(headline, weeks, history, resolved)
    return sum(_raise(report, finding) for finding in list(findings)[:MOST_AT_ONCE])


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
    resolved: dict[Subject, tuple[int, str]],
) -> Iterator[Finding]:
    """Each subject once: what a comparison of reports found goes before what a week shows."""
    found = worsened(headline, history, {subject: one[0] for subject, one in resolved.items()})
    _, resolved_on = resolved.get(("agreement_fell", ""), (0, ""))
    seen = set()
    for finding in [*found, *weekly(weeks, resolved_on)]:
        if (finding.kind, finding.subject) not in seen:
            seen.add((finding.kind, finding.subject))
            yield finding


def _raise(report: Report, finding: Finding) -> bool:
    flag, is_new = QualityFlag.objects.get_or_create(
        project_id=report.project_id,
        kind=finding.kind,
        subject=finding.subject,
        defaults={"subject_name": finding.name, "text": finding.text, "report": report},
    )
    if not is_new:
        closed = QualityFlag.objects.filter(pk=flag.pk, is_open=False)
        changed = closed.update(
            is_open=True, text=finding.text, report=report, raised_at=timezone.now()
        )
        if not changed:
            # Lists say how bad it is by the newest report; the history, how it was when raised.
            earlier = QualityFlag.objects.filter(pk=flag.pk, report__lt=report)
            earlier.update(text=finding.text, report=report)
            return False
    kind = QualityFlagEvent.Kind.RAISED if is_new else QualityFlagEvent.Kind.REOPENED
    QualityFlagEvent.objects.create(flag=flag, kind=kind, text=finding.text, report=report)
    return True
