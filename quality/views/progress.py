"""The progress of a project: live numbers, a forecast, and who and what they are made of."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotation.access import membership_for_reviewer
from annotation.models import Membership
from annotation.selectors.batches import newest_batches
from quality.models import ProgressSnapshot
from quality.reporting.progress import POLL, POLL_COUNTING, ProgressReading
from quality.services.progress import refresh_progress

SHOWN_BATCHES = 20


@login_required
@require_GET
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the project is and when it will be done."""
    membership = membership_for_reviewer(request.user, slug)
    snapshot = refresh_progress(project=membership.project)
    return render(request, "quality/progress.html", _context(membership, snapshot))


@login_required
@require_GET
def progress_figures(request: HttpRequest, slug: str) -> HttpResponse:
    """The numbers of the page; nothing where the reader has the newest already."""
    membership = membership_for_reviewer(request.user, slug)
    snapshot = refresh_progress(project=membership.project)
    if snapshot.as_of and request.GET.get("seen") == _version(snapshot):
        return HttpResponse(status=204)
    return render(request, "quality/_progress.html", _context(membership, snapshot))


def _context(membership: Membership, snapshot: ProgressSnapshot) -> dict[str, Any]:
    context: dict[str, Any] = {
        "project": membership.project,
        "section": "progress",
        "is_manager": membership.is_manager,
        "poll": POLL_COUNTING if snapshot.claimed_at else POLL,
        "seen": _version(snapshot),
    }
    if snapshot.as_of is None or snapshot.results is None:
        return context
    batches = newest_batches(membership.project, limit=SHOWN_BATCHES + 1)
    return {
        **context,
        "reading": ProgressReading(snapshot.as_of, snapshot.results, bool(snapshot.claimed_at)),
        "batches": [
            (batch, snapshot.batches.get(str(batch.pk), {})) for batch in batches[:SHOWN_BATCHES]
        ],
        "more_batches": len(batches) > SHOWN_BATCHES,
        "loose": snapshot.batches.get("", {}),
    }


def _version(snapshot: ProgressSnapshot) -> str:
    """What a page has seen: the moment, and whether newer numbers were on their way."""
    moment = snapshot.as_of.isoformat() if snapshot.as_of else ""
    return f"{moment}{'+' if snapshot.claimed_at else ''}"
