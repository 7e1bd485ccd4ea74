"""What annotators say: their flags, and their appeals against exclusions."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from annotation.access import appeal_for_manager, flag_for_reviewer, membership_for_reviewer
from annotation.models import Appeal, Membership
from annotation.selectors.reviews import PAGE, appeals_of, flags_of, page_of
from annotation.services.appeals import decide_appeal, has_other_managers
from annotation.services.flags import resolve_flag
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.keys import key_in
from quality.views.review import review_context


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not stored: to which row it belongs, why, and what was typed."""

    key: int
    message: str
    text: str
    status: int


@login_required
@require_GET
def flags(request: HttpRequest, slug: str) -> HttpResponse:
    """Flags that wait for an answer, or those that have one; the newest first."""
    return _flags(request, membership_for_reviewer(request.user, slug))


@login_required
@require_POST
def flag_resolve(request: HttpRequest, slug: str, flag_id: int) -> HttpResponse:
    """Answer a flag; the annotator reads the answer on their own page."""
    membership, flag = flag_for_reviewer(request.user, slug, flag_id)
    answer = request.POST.get("answer", "")
    try:
        resolve_flag(flag=flag, answer=answer, person=logged_in_user(request))
    except (BadInput, Conflict) as error:
        return _flags(request, membership, Refused(flag_id, error.message, answer, error.status))
    messages.success(request, "The answer was stored. The annotator reads it on their own page.")
    return redirect("quality:flags", slug)


@login_required
@require_GET
def appeals(request: HttpRequest, slug: str) -> HttpResponse:
    """Appeals that wait for a decision, or those that have one; the newest first."""
    return _appeals(request, membership_for_reviewer(request.user, slug))


@login_required
@require_POST
def appeal_decide(request: HttpRequest, slug: str, appeal_id: int) -> HttpResponse:
    """Grant an appeal, so that the judgment counts again, or refuse it."""
    membership, appeal = appeal_for_manager(request.user, slug, appeal_id)
    answer, decision = request.POST.get("answer", ""), request.POST.get("decision", "")
    person = logged_in_user(request)
    try:
        decide_appeal(appeal=appeal, decision=decision, answer=answer, person=person)
    except (BadInput, Conflict) as error:
        refused = Refused(appeal_id, error.message, answer, error.status)
        return _appeals(request, membership, refused)
    granted = decision == Appeal.Decision.UPHELD
    messages.success(
        request, "Granted: the judgment counts again." if granted else "Refused: it stays left out."
    )
    return redirect("quality:appeals", slug)


def _flags(
    request: HttpRequest, membership: Membership, refused: Refused | None = None
) -> HttpResponse:
    done = request.GET.get("show") == "done"
    rows = flags_of(membership.project, settled=done)
    context = _list_context(request, membership, "flags", rows, done)
    context["refused"] = refused
    status = refused.status if refused else 200
    return render(request, "quality/review_flags.html", context, status=status)


def _appeals(
    request: HttpRequest, membership: Membership, refused: Refused | None = None
) -> HttpResponse:
    done = request.GET.get("show") == "done"
    rows = appeals_of(membership.project, settled=done)
    context = _list_context(request, membership, "appeals", rows, done)
    context["refused"] = refused
    context["has_others"] = has_other_managers(membership.project, logged_in_user(request))
    status = refused.status if refused else 200
    return render(request, "quality/review_appeals.html", context, status=status)


def _list_context(
    request: HttpRequest, membership: Membership, tab: str, rows: "QuerySet[Any]", done: bool
) -> dict[str, Any]:
    before = key_in(request, "before")
    found = page_of(rows, before=before)
    page, more = found[:PAGE], found[PAGE:]
    here = reverse(f"quality:{tab}", args=[membership.project.slug])
    address = f"{here}?show=done" if done else here
    joint = "&" if done else "?"
    return {
        **review_context(membership, tab=tab),
        "rows": page,
        "done": done,
        "next_url": f"{address}{joint}before={page[-1].pk}" if more else "",
        "first_url": address if before else "",
    }
