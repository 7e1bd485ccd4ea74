"""The judging page: one comparison after the other, and the way back to earlier ones."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotation.access import judgment_for_annotator, membership_of
from annotation.forms.judging import JudgmentForm
from annotation.models import Judgment, Membership
from annotation.rendering import render_text
from annotation.selectors.guidelines import guidelines_in_force
from annotation.selectors.recent import last_judgment, recent_judgments
from annotation.services.guidelines import acknowledge_guidelines
from annotation.services.judging import revise_judgment
from annotation.views.judging_context import (
    fragment,
    next_context,
    page_context,
    recent_context,
    revision_context,
)
from annotation.views.judging_json import for_its_person, refusal, wants_json, wrong_input
from feedback_platform.errors import DomainError

# Projects whose content warning was read in this session.
WARNED = "content_warnings_read"


@login_required
@never_cache
@require_GET
def judge(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the annotator holds, or hand out the next comparison."""
    membership = membership_of(request.user, slug)
    if _has_to_read(request, membership):
        return show(request, membership, {"before": True})
    return show(request, membership, next_context(membership))


@login_required
@require_POST
def judge_begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Note that content warning and guidelines were read; the work begins."""
    membership = membership_of(request.user, slug)
    project = membership.project
    number = request.POST.get("guidelines", "")
    if number == str(project.guidelines_number) != "0":
        acknowledge_guidelines(membership=membership, number=project.guidelines_number)
    if project.content_warning and "warning" in request.POST:
        read = request.session.get(WARNED, [])
        request.session[WARNED] = sorted({*read, project.pk})
    return redirect("annotation:judge", slug)


@login_required
@never_cache
@require_GET
def judge_last(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back the last judgment: show it as it was shown, for a revision."""
    membership = membership_of(request.user, slug)
    judgment = last_judgment(membership)
    if judgment is None:
        if wants_json(request):
            return JsonResponse({"html": ""})
        return redirect("annotation:judge", slug)
    return _show_revision(request, judgment)


@login_required
@never_cache
@require_GET
def judge_recent(request: HttpRequest, slug: str) -> HttpResponse:
    """The last ten own judgments, to look at and to change."""
    membership = membership_of(request.user, slug)
    context = recent_context(membership, recent_judgments(membership))
    if wants_json(request):
        return JsonResponse({"html": fragment("_recent", context)})
    return show(request, membership, context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@for_its_person
def judge_judgment(request: HttpRequest, slug: str, judgment_id: int) -> HttpResponseBase:
    """Show an own judgment as it was made; a new answer is stored as its revision."""
    judgment = judgment_for_annotator(request.user, slug, judgment_id)
    membership = judgment.annotator
    if request.method == "GET":
        return _show_revision(request, judgment)
    form = JudgmentForm(request.POST, project=membership.project)
    if not form.is_valid():
        if wants_json(request):
            return wrong_input(form)
        return show(request, membership, revision_context(judgment, form), 422)
    try:
        revise_judgment(judgment=judgment, **form.judgment())
    except DomainError as error:
        if wants_json(request):
            return refusal(error)
        return show_refusal(request, membership, error, form.cleaned_data["rationale"])
    return (
        JsonResponse({"stored": True})
        if wants_json(request)
        else redirect("annotation:judge", slug)
    )


def show(
    request: HttpRequest, membership: Membership, work: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The whole page around some work."""
    context = page_context(request, membership) | work
    guidelines = guidelines_in_force(membership.project)
    context["guidelines"] = guidelines
    context["guidelines_html"] = mark_safe(render_text(guidelines.text if guidelines else ""))
    return render(request, "annotation/judge.html", context, status=status)


def show_refusal(
    request: HttpRequest, membership: Membership, error: DomainError, text: str
) -> HttpResponse:
    """Why nothing was stored, what was typed, and the next comparison."""
    refused = {"message": error.message, "kept_text": text}
    return show(request, membership, next_context(membership) | {"refusal": refused}, error.status)


def _show_revision(request: HttpRequest, judgment: Judgment) -> HttpResponse:
    context = revision_context(judgment)
    if wants_json(request):
        return JsonResponse({"html": fragment("_work", context)})
    return show(request, judgment.annotator, context)


def _has_to_read(request: HttpRequest, membership: Membership) -> bool:
    project = membership.project
    is_warned = not project.content_warning or project.pk in request.session.get(WARNED, [])
    return not is_warned or membership.guidelines_number < project.guidelines_number
