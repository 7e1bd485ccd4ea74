"""Audits: judgments drawn at random for a second look."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from annotation.access import audit_for_reviewer, membership_for_reviewer
from annotation.models import Audit, Membership
from annotation.selectors.reviews import (
    PAGE,
    audit_counts,
    audits_of,
    judgment_under_audit,
    next_audit,
    page_of,
)
from annotation.services.reviews import decide_audit
from annotation.views.judging_context import shown
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.keys import key_in
from quality.forms.review import AuditForm
from quality.metrics.proportions import share
from quality.selectors.review import seen_judgments
from quality.views.review import review_context


@login_required
@require_GET
def audits(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the audits are, those that found something first of all to read."""
    membership = membership_for_reviewer(request.user, slug)
    project = membership.project
    done = request.GET.get("show") == "done"
    before = key_in(request, "before")
    found = page_of(audits_of(project, settled=done), before=before)
    rows, more = found[:PAGE], found[PAGE:]
    here = f"{reverse('quality:audits', args=[slug])}?show={'done' if done else 'open'}"
    counts = audit_counts(project)
    context = {
        **review_context(membership, tab="audits"),
        "rows": rows,
        "done": done,
        "counts": counts,
        "sound": share(counts.sound, counts.done, undefined_because="nothing was looked at yet"),
        "next_url": f"{here}&before={rows[-1].pk}" if more else "",
        "first_url": here if before else "",
    }
    return render(request, "quality/review_audits.html", context)


@login_required
@require_GET
def audit_next(request: HttpRequest, slug: str) -> HttpResponse:
    """Go to the next open audit, or to the list where there is none."""
    membership = membership_for_reviewer(request.user, slug)
    return _next(request, membership, after=key_in(request, "after") or 0)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def audit(request: HttpRequest, slug: str, audit_id: int) -> HttpResponse:
    """One judgment as its author saw it: sound, debatable or wrong."""
    membership, one = audit_for_reviewer(request.user, slug, audit_id)
    form = AuditForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                one = decide_audit(audit=one, person=logged_in_user(request), **form.cleaned_data)
            except (BadInput, Conflict) as error:
                form.add_error(None, error.message)
                status = error.status
            else:
                if one.verdict != Audit.Verdict.WRONG:
                    return _next(request, membership, after=one.pk)
                # What to do about a wrong one is offered where it was found.
                return redirect("quality:audit", slug, one.pk)
    context = _page(membership, one, form)
    return render(request, "quality/review_audit.html", context, status=status)


def _page(membership: Membership, one: Audit, form: AuditForm) -> dict[str, Any]:
    judgment = judgment_under_audit(one)
    swapped = bool(judgment.swapped)
    (seen,) = seen_judgments([judgment], reviewer=membership, swapped=swapped)
    slug = membership.project.slug
    return {
        **review_context(membership, tab="audits"),
        "audit": one,
        "one": seen,
        "comparison": judgment.comparison,
        "shown": shown(judgment.comparison, swapped=swapped),
        "form": form,
        "here": reverse("quality:audit", args=[slug, one.pk]),
        "skip_url": f"{reverse('quality:audit_next', args=[slug])}?after={one.pk}",
    }


def _next(request: HttpRequest, membership: Membership, *, after: int) -> HttpResponse:
    slug = membership.project.slug
    found = next_audit(membership.project, after=after)
    if found is not None:
        return redirect("quality:audit", slug, found.pk)
    messages.info(request, "That was the last one." if after else "No judgment waits for an audit.")
    return redirect("quality:audits", slug)
