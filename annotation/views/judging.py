"""The judging page: one comparison after the other."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from annotation.access import assignment_for_annotator, judgment_for_annotator, membership_of
from annotation.forms.judging import (
    JudgmentForm,
    SkipForm,
    other_answers,
    preference_answers,
)
from annotation.models import Comparison, Judgment, Membership, Project
from annotation.rendering import render_text
from annotation.selectors.judging import last_judgment, progress_of
from annotation.services.judging import record_judgment, revise_judgment
from annotation.services.rendering import render_comparison
from annotation.services.seats import reserve_comparison, skip_comparison
from annotation.sides import in_own_order
from feedback_platform.errors import Conflict, Gone


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was stored, and the text that would otherwise be lost."""

    status: int
    message: str
    kept_text: str


@login_required
@never_cache
@require_GET
def judge(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the annotator holds, or hand out the next comparison."""
    return _show(request, _next(membership_of(request.user, slug)))


@login_required
@require_POST
def judge_submit(request: HttpRequest, slug: str, assignment_id: UUID) -> HttpResponse:
    """Record a judgment and answer with the annotator's next comparison."""
    assignment = assignment_for_annotator(request.user, slug, assignment_id)
    membership = assignment.annotator
    form = JudgmentForm(request.POST, project=membership.project)
    if not form.is_valid():
        shown = _shown(assignment.comparison, swapped=assignment.swapped)
        action = reverse("annotation:judge_submit", args=[slug, assignment.pk])
        return _show(request, _page(membership, form, action, shown) | {"held": assignment}, 422)
    try:
        record_judgment(assignment=assignment, **form.judgment())
    except (Conflict, Gone) as error:
        return _refused(request, membership, error, form.cleaned_data["rationale"])
    return _go_on(request, membership)


@login_required
@require_POST
def judge_skip(request: HttpRequest, slug: str, assignment_id: UUID) -> HttpResponse:
    """Give the seat back and answer with the next comparison."""
    assignment = assignment_for_annotator(request.user, slug, assignment_id)
    form = SkipForm(request.POST)
    reason = form.cleaned_data["rationale"] if form.is_valid() else ""
    try:
        skip_comparison(assignment=assignment, reason=reason)
    except Conflict as error:
        return _refused(request, assignment.annotator, error, "")
    return _go_on(request, assignment.annotator)


@login_required
@never_cache
@require_GET
def judge_last(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back the last judgment: show it as it was shown, for a revision."""
    membership = membership_of(request.user, slug)
    judgment = last_judgment(membership)
    if judgment is None:
        return redirect("annotation:judge", slug)
    return _show(request, _revision(judgment, _form_of(judgment)))


@login_required
@require_POST
def judge_revise(request: HttpRequest, slug: str, judgment_id: int) -> HttpResponse:
    """Record a revision and answer with the next comparison."""
    judgment = judgment_for_annotator(request.user, slug, judgment_id)
    form = JudgmentForm(request.POST, project=judgment.annotator.project)
    if not form.is_valid():
        return _show(request, _revision(judgment, form), 422)
    try:
        revise_judgment(judgment=judgment, **form.judgment())
    except Conflict as error:
        return _refused(request, judgment.annotator, error, form.cleaned_data["rationale"])
    return _go_on(request, judgment.annotator)


def _go_on(request: HttpRequest, membership: Membership) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("annotation:judge", membership.project.slug)
    return _show(request, _next(membership))


def _refused(
    request: HttpRequest, membership: Membership, error: Conflict | Gone, text: str
) -> HttpResponse:
    """Say why nothing was stored, keep what was typed, and offer the next comparison."""
    refusal = Refusal(error.status, error.message, text)
    return _show(request, _next(membership) | {"refusal": refusal}, error.status)


def _show(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "annotation/_judging.html", context, status=status)
    project: Project = context["project"]
    context["guidelines"] = mark_safe(render_text(project.instructions))
    return render(request, "annotation/judge.html", context, status=status)


def _next(membership: Membership) -> dict[str, Any]:
    """The page with the next comparison, or with the reason why there is none."""
    project = membership.project
    handout = reserve_comparison(membership=membership)
    assignment = handout.assignment
    if assignment is None:
        return _page(membership, None, "", None) | {"busy": handout.busy}
    form = JudgmentForm(initial={"idempotency_key": uuid4()}, project=project)
    action = reverse("annotation:judge_submit", args=[project.slug, assignment.pk])
    shown = _shown(assignment.comparison, swapped=assignment.swapped)
    return _page(membership, form, action, shown) | {"held": assignment}


def _revision(judgment: Judgment, form: JudgmentForm) -> dict[str, Any]:
    membership = judgment.annotator
    action = reverse("annotation:judge_revise", args=[membership.project.slug, judgment.pk])
    shown = _shown(judgment.comparison, swapped=bool(judgment.swapped))
    return _page(membership, form, action, shown) | {"revised": judgment}


def _form_of(judgment: Judgment) -> JudgmentForm:
    """The form as it was filled in, under a new key."""
    answer = judgment.outcome
    if judgment.preference is not None:
        answer = str(in_own_order(judgment.preference, swapped=bool(judgment.swapped)))
    initial = {
        "answer": answer,
        "rationale": judgment.rationale,
        "idempotency_key": uuid4(),
    }
    return JudgmentForm(initial=initial, project=judgment.annotator.project)


def _page(
    membership: Membership,
    form: JudgmentForm | None,
    action: str,
    shown: dict[str, Any] | None,
) -> dict[str, Any]:
    project = membership.project
    return {
        "project": project,
        "section": "judge",
        "membership": membership,
        "progress": progress_of(membership),
        "form": form,
        "action": action,
        "shown": shown,
        "preferences": preference_answers(project),
        "others": other_answers(project),
    }


def _shown(comparison: Comparison, *, swapped: bool) -> dict[str, Any]:
    """What the annotator may see of a comparison: texts, and nothing else."""
    rendered = render_comparison(comparison=comparison)
    sides = [rendered.response_a, rendered.response_b]
    left, right = reversed(sides) if swapped else sides
    turns = [(role, mark_safe(html)) for role, html in rendered.turns]
    return {
        "earlier": turns[:-1],
        "last": turns[-1],
        "left": mark_safe(left),
        "right": mark_safe(right),
    }
