"""Review: the queue of disagreements, and the page on which one is decided."""

import re
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotation.access import (
    adjudication_for_reviewer,
    comparison_for_reviewer,
    membership_for_reviewer,
)
from annotation.draws import is_drawn
from annotation.forms.judging import other_answers, preference_answers
from annotation.majority import Decision
from annotation.models import Adjudication, Comparison, Membership, Project
from annotation.selectors.reviews import (
    COUNT_CAP,
    PAGE,
    capped_count,
    judgments_under_review,
    majority_on,
    n_decided_by,
    newest_adjudication,
    waiting_in,
)
from annotation.services.adjudication import accept_majority, decide, mark_ambiguous
from annotation.views.judging_context import shown
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.keys import key_in
from quality.forms.review import AMBIGUOUS, MAJORITY, DecisionForm
from quality.selectors.review import (
    disagreement_on,
    disputed,
    next_disputed,
    queue_page,
    seen_judgments,
    words_of,
)
from quality.services.review import take_back_decision


@login_required
@require_GET
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Comparisons on which annotators differ, the most disputed first."""
    membership = membership_for_reviewer(request.user, slug)
    project = membership.project
    after = key_in(request, "after")
    found = queue_page(project, after=after)
    rows, more = found[:PAGE], found[PAGE:]
    here = reverse("quality:review", args=[slug])
    context = {
        **review_context(membership, tab="disagreements"),
        "rows": rows,
        "next_url": f"{here}?after={rows[-1].pk}" if more else "",
        "first_url": here if after else "",
        "n_decided": n_decided_by(membership, since=_midnight()),
    }
    return render(request, "quality/review.html", context)


@login_required
@require_GET
def review_next(request: HttpRequest, slug: str) -> HttpResponse:
    """Go to the comparison behind ``after`` in the queue, or to the queue where there is none."""
    project = membership_for_reviewer(request.user, slug).project
    return _next(request, project, after=key_in(request, "after"))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def review_comparison(request: HttpRequest, slug: str, comparison_id: int) -> HttpResponse:
    """A comparison with its judgments, names hidden; decide it, and the next one is shown."""
    membership, comparison = comparison_for_reviewer(request.user, slug, comparison_id)
    swapped = is_swapped(membership, comparison)
    form = DecisionForm(request.POST or None, project=membership.project)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                decided = _decide(request, comparison, form, swapped=swapped)
            except (BadInput, Conflict) as error:
                form.add_error(None, error.message)
                status = error.status
            else:
                return _next(request, membership.project, after=comparison.pk, decided=decided)
    context = _page(membership, comparison, form, swapped=swapped)
    context["last"] = _last_decision(request, membership)
    return render(request, "quality/review_comparison.html", context, status=status)


@login_required
@require_POST
def review_take_back(request: HttpRequest, slug: str, adjudication_id: int) -> HttpResponse:
    """Withdraw a decision and show its comparison again."""
    adjudication = adjudication_for_reviewer(request.user, slug, adjudication_id)
    try:
        take_back_decision(adjudication=adjudication, person=logged_in_user(request))
        messages.success(request, "The decision was taken back. It stays on record as withdrawn.")
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("quality:review_comparison", slug, adjudication.comparison_id)


def review_context(membership: Membership, *, tab: str) -> dict[str, Any]:
    """What every page of the section shows: its tabs with what waits in each."""
    project = membership.project
    return {
        "project": project,
        "section": "review",
        "tab": tab,
        "membership": membership,
        "is_manager": membership.is_manager,
        "waiting": waiting_in(project),
        "n_disputed": capped_count(disputed(project)),
        "count_cap": COUNT_CAP,
    }


def is_swapped(membership: Membership, comparison: Comparison) -> bool:
    """Whether this reviewer sees response B on the left: drawn once, as for annotators."""
    return is_drawn(bytes(membership.side_seed), f"review/{comparison.pk}", 0.5)


def _decide(
    request: HttpRequest, comparison: Comparison, form: DecisionForm, *, swapped: bool
) -> Adjudication:
    answer, reason = form.cleaned_data["answer"], form.cleaned_data["reason"]
    shared = {
        "comparison": comparison,
        "reason": reason,
        "person": logged_in_user(request),
        "seen": form.cleaned_data["seen"],
    }
    if answer == AMBIGUOUS:
        return mark_ambiguous(**shared)
    if answer == MAJORITY:
        return accept_majority(shown=_decoded(form.cleaned_data["majority"]), **shared)
    return decide(decision=form.decision(swapped=swapped), **shared)


def _page(
    membership: Membership, comparison: Comparison, form: DecisionForm, *, swapped: bool
) -> dict[str, Any]:
    """The page of one comparison; a form that was refused keeps what was typed."""
    project = membership.project
    graded = project.scale == Project.Scale.SEVEN_POINT
    newest = newest_adjudication(comparison)
    majority = majority_on(comparison)
    judgments = seen_judgments(
        judgments_under_review(comparison), reviewer=membership, swapped=swapped
    )
    return {
        **review_context(membership, tab="disagreements"),
        "comparison": comparison,
        "shown": shown(comparison, swapped=swapped),
        "judgments": judgments,
        "judged_by_me": any(one.is_own for one in judgments),
        "current": disagreement_on(comparison),
        "form": form,
        "seen": newest.pk if newest else "",
        "newest": newest,
        "newest_words": _words(newest, swapped=swapped, graded=graded),
        "majority": _encoded(majority),
        "majority_words": words_of(majority, swapped=swapped, graded=graded) if majority else "",
        "preferences": preference_answers(project),
        "others": other_answers(project),
        "here": reverse("quality:review_comparison", args=[project.slug, comparison.pk]),
        "skip_url": _next_url(project, after=comparison.pk),
        "n_decided": n_decided_by(membership, since=_midnight()),
    }


def _words(newest: Adjudication | None, *, swapped: bool, graded: bool) -> str:
    """The decision in force in words; empty where there is none."""
    if newest is None or newest.kind == Adjudication.Kind.WITHDRAWN:
        return ""
    if newest.kind == Adjudication.Kind.AMBIGUOUS:
        return "The prompt is ambiguous"
    return words_of(newest, swapped=swapped, graded=graded)


def _last_decision(request: HttpRequest, membership: Membership) -> Adjudication | None:
    """The reviewer's decision on the comparison before this one, which they may take back."""
    key = key_in(request, "decided")
    if key is None:
        return None
    decisions = Adjudication.objects.filter(
        project=membership.project_id, person=membership.user_id, superseded_by=None
    )
    return decisions.exclude(kind=Adjudication.Kind.WITHDRAWN).filter(pk=key).first()


def _next(
    request: HttpRequest,
    project: Project,
    *,
    after: int | None,
    decided: Adjudication | None = None,
) -> HttpResponse:
    found = next_disputed(project, after=after)
    if found is None:
        text = "That was the last one in the queue." if after else "Nothing waits in this queue."
        messages.info(request, f"Your decision was stored. {text}" if decided else text)
        return redirect("quality:review", project.slug)
    url = reverse("quality:review_comparison", args=[project.slug, found])
    return redirect(f"{url}?decided={decided.pk}" if decided else url)


def _next_url(project: Project, *, after: int) -> str:
    return f"{reverse('quality:review_next', args=[project.slug])}?after={after}"


def _encoded(decision: Decision | None) -> str:
    """The majority as the form carries it."""
    if decision is None:
        return ""
    return f"{decision.outcome}:{'' if decision.preference is None else decision.preference}"


def _decoded(text: str) -> Decision:
    outcome, _, preference = text.partition(":")
    # The form writes one digit; an address made by hand may have anything.
    is_number = re.fullmatch("-?[0-9]", preference) is not None
    return Decision(outcome, int(preference) if is_number else None)


def _midnight() -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
