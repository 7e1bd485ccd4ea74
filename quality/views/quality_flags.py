"""Quality flags: what became worse, its history, and how it was resolved."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from annotation.access import membership_for_reviewer
from annotation.selectors.reviews import PAGE, page_of
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.keys import key_in
from quality.access import quality_flag_of_project
from quality.models import QualityFlag
from quality.selectors.quality_flags import history_of, quality_flags_of
from quality.services.quality_flags import resolve_quality_flag


@login_required
@require_GET
def quality_flags(request: HttpRequest, slug: str) -> HttpResponse:
    """Open flags, or resolved ones; the newest first."""
    project = membership_for_reviewer(request.user, slug).project
    done = request.GET.get("show") == "done"
    before = key_in(request, "before")
    found = page_of(quality_flags_of(project, settled=done), before=before)
    shown, more = found[:PAGE], found[PAGE:]
    here = reverse("quality:quality_flags", args=[slug])
    first = f"{here}?show=done" if done else here
    following = f"{first}{'&' if done else '?'}before={shown[-1].pk}" if more else ""
    context = {
        "project": project,
        "section": "quality",
        "rows": shown,
        "done": done,
        "here": here,
        "first_url": first if before is not None else "",
        "next_url": following,
    }
    return render(request, "quality/quality_flags.html", context)


@login_required
@require_GET
def quality_flag(request: HttpRequest, slug: str, quality_flag_id: int) -> HttpResponse:
    """One flag with its history."""
    project = membership_for_reviewer(request.user, slug).project
    return _page(request, quality_flag_of_project(project, quality_flag_id))


@login_required
@require_POST
def quality_flag_resolve(request: HttpRequest, slug: str, quality_flag_id: int) -> HttpResponse:
    """Resolve a flag with a reason."""
    project = membership_for_reviewer(request.user, slug).project
    flag = quality_flag_of_project(project, quality_flag_id)
    reason = request.POST.get("reason", "")
    try:
        resolve_quality_flag(flag=flag, reason=reason, person=logged_in_user(request))
    except (BadInput, Conflict) as error:
        flag.refresh_from_db(fields=["is_open"])
        refused = {"refused": error.message, "reason": reason}
        return _page(request, flag, status=error.status, **refused)
    messages.success(request, "The flag is resolved. It comes back if the figure gets worse.")
    return redirect("quality:reports", slug)


def _page(
    request: HttpRequest, flag: QualityFlag, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "project": flag.project,
        "section": "quality",
        "flag": flag,
        "history": history_of(flag),
        **more,
    }
    return render(request, "quality/quality_flag.html", context, status=status)
