"""An annotator's own page: what they did, and what was said about it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from annotation.access import membership_of, sent_back_for_author
from annotation.forms.own_work import AppealForm, ConfirmationForm
from annotation.models import Exclusion, Judgment, Membership, Purpose
from annotation.selectors.own_work import (
    PAGE,
    SHOWN,
    critical_audits,
    gold_share,
    known_answer,
    open_sent_back,
    own_flags,
    own_judgment,
    own_judgments,
    shown_gold,
    standing_exclusions,
    totals_of,
)
from annotation.services.appeals import appeal
from annotation.services.reviews import confirm_judgment
from annotation.views.judging_context import shown, zone_of
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.keys import key_in

FILTERS = ("", "sent_back", "left_out")


@login_required
@never_cache
@require_GET
def own_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Totals, what waits for an answer, and what others said; for this member only."""
    membership = membership_of(request.user, slug)
    context = {
        **_tabs(membership, "overview"),
        "totals": totals_of(membership, zone=zone_of(request)),
        "sent_back": open_sent_back(membership)[:PAGE],
        "exclusions": standing_exclusions(membership)[:SHOWN],
        "audits": critical_audits(membership)[:SHOWN],
        "gold": gold_share(membership),
        "gold_answers": shown_gold(membership)[:SHOWN],
        "flags": own_flags(membership)[:SHOWN],
    }
    return render(request, "annotation/own.html", context)


@login_required
@never_cache
@require_GET
def own_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The member's judgments, newest first: all, those sent back, or those left out."""
    membership = membership_of(request.user, slug)
    show = request.GET.get("show", "")
    show = show if show in FILTERS else ""
    before = key_in(request, "before")
    found = own_judgments(membership, show=show, before=before)
    rows, more = found[:PAGE], found[PAGE:]
    here = reverse("annotation:own_list", args=[slug])
    query = {"show": show} if show else {}
    context = {
        **_tabs(membership, "judgments"),
        "rows": rows,
        "show": show,
        "next_url": f"{here}?{urlencode({**query, 'before': rows[-1].pk})}" if more else "",
        "first_url": f"{here}?{urlencode(query)}" if before else "",
    }
    return render(request, "annotation/own_judgments.html", context)


@login_required
@never_cache
@require_GET
def own_flag_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What the member flagged, with the answers."""
    membership = membership_of(request.user, slug)
    before = key_in(request, "before")
    flags = own_flags(membership)
    found = list((flags.filter(pk__lt=before) if before else flags)[: PAGE + 1])
    rows, more = found[:PAGE], found[PAGE:]
    here = reverse("annotation:own_flags", args=[slug])
    context = {
        **_tabs(membership, "flags"),
        "rows": rows,
        "next_url": f"{here}?before={rows[-1].pk}" if more else "",
        "first_url": here if before else "",
    }
    return render(request, "annotation/own_flags.html", context)


@login_required
@never_cache
@require_GET
def own_one(request: HttpRequest, slug: str, judgment_id: int) -> HttpResponse:
    """One own judgment with the sides as they were, and what was said about it."""
    return _show(request, _own(request, slug, judgment_id))


@login_required
@require_POST
def own_confirm(request: HttpRequest, slug: str, sent_back_id: int) -> HttpResponse:
    """Stand by a judgment that was sent back, with a comment."""
    sent_back = sent_back_for_author(request.user, slug, sent_back_id)
    form = ConfirmationForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            confirm_judgment(sent_back=sent_back, **form.cleaned_data)
        except (BadInput, Conflict) as error:
            form.add_error(None, error.message)
            status = error.status
        else:
            messages.success(request, _("Your answer was sent to the reviewers."))
            return redirect("annotation:own_judgment", slug, sent_back.judgment_id)
    judgment = _own(request, slug, sent_back.judgment_id)
    return _show(request, judgment, confirmation=form, status=status)


@login_required
@require_POST
def own_appeal(request: HttpRequest, slug: str, judgment_id: int) -> HttpResponse:
    """Ask the managers to let a judgment count again."""
    judgment = _own(request, slug, judgment_id)
    exclusion: Exclusion | None = getattr(judgment, "exclusion", None)
    if exclusion is None:
        raise Http404
    form = AppealForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            appeal(exclusion=exclusion, **form.cleaned_data)
        except (BadInput, Conflict) as error:
            form.add_error(None, error.message)
            status = error.status
        else:
            messages.success(
                request, _("Your appeal was sent to the managers. The answer appears here.")
            )
            return redirect("annotation:own_judgment", slug, judgment.pk)
    return _show(request, judgment, appeal_form=form, status=status)


def _show(
    request: HttpRequest,
    judgment: Judgment,
    *,
    confirmation: ConfirmationForm | None = None,
    appeal_form: AppealForm | None = None,
    status: int = 200,
) -> HttpResponse:
    membership = judgment.annotator
    exclusion = getattr(judgment, "exclusion", None)
    is_left_out = exclusion is not None and not hasattr(exclusion, "reinstatement")
    is_current = not hasattr(judgment, "superseded_by")
    context = {
        **_tabs(membership, "judgments"),
        "judgment": judgment,
        "shown": shown(judgment.comparison, swapped=bool(judgment.swapped)),
        "exclusion": exclusion,
        "is_left_out": is_left_out,
        "is_current": is_current,
        "may_change": is_current
        and not is_left_out
        and judgment.assignment_id is not None
        and judgment.purpose != Purpose.QUALIFICATION,
        "gold": known_answer(judgment),
        "confirmation": confirmation or ConfirmationForm(),
        "appeal_form": appeal_form or AppealForm(),
    }
    return render(request, "annotation/own_judgment.html", context, status=status)


def _own(request: HttpRequest, slug: str, judgment_id: int) -> Judgment:
    judgment = own_judgment(membership_of(request.user, slug), judgment_id)
    if judgment is None:
        raise Http404
    return judgment


def _tabs(membership: Membership, tab: str) -> dict[str, Any]:
    return {"project": membership.project, "membership": membership, "section": "me", "tab": tab}
