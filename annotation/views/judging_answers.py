"""What an annotator does with the comparison they hold: judge it, skip it, flag it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotation.access import assignment_for_annotator
from annotation.forms.judging import JudgmentForm
from annotation.forms.remarks import FlagForm, SkipForm
from annotation.models import Assignment, Flag, Judgment, Membership, Purpose
from annotation.selectors.checks import warning_for
from annotation.selectors.qualification import feedback_on
from annotation.services.flags import raise_flag
from annotation.services.judging import record_judgment
from annotation.services.seats import skip_comparison
from annotation.views.judging import show, show_refusal
from annotation.views.judging_ahead import ahead
from annotation.views.judging_context import counts_of, fragment, work_context
from annotation.views.judging_json import for_its_person, refusal, wants_json, wrong_input
from feedback_platform.errors import BadInput, DomainError
from feedback_platform.storable import check_storable

# More ids than a browser holds, with those that wait for a connection.
MOST_KNOWN = 12


@login_required
@require_POST
@for_its_person
def judge_submit(request: HttpRequest, slug: str, assignment_id: UUID) -> HttpResponseBase:
    """Record a judgment and answer with what comes next."""
    assignment = assignment_for_annotator(request.user, slug, assignment_id)
    membership = assignment.annotator
    form = JudgmentForm(request.POST, project=membership.project)
    if not form.is_valid():
        return _ask_again(request, assignment, form)
    try:
        judgment = record_judgment(assignment=assignment, **form.judgment())
    except BadInput as error:
        form.add_error(None, error.message)
        return _ask_again(request, assignment, form)
    except DomainError as error:
        if wants_json(request):
            return refusal(error)
        return show_refusal(request, membership, error, form.cleaned_data["rationale"])
    return _go_on(request, membership, judgment)


@login_required
@require_POST
@for_its_person
def judge_skip(request: HttpRequest, slug: str, assignment_id: UUID) -> HttpResponseBase:
    """Give the seat back and answer with what comes next."""
    assignment = assignment_for_annotator(request.user, slug, assignment_id)
    form = SkipForm(request.POST)
    if not form.is_valid():
        return wrong_input(form)
    # Without JavaScript the words of a skip are those that were typed about the judgment.
    reason = form.reason or request.POST.get("rationale", "")
    try:
        check_storable(reason)
        skip_comparison(assignment=assignment, reason=reason)
    except DomainError as error:
        if wants_json(request):
            return refusal(error)
        typed = request.POST.get("rationale", "")
        return show_refusal(request, assignment.annotator, error, typed)
    return _go_on(request, assignment.annotator)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@for_its_person
def judge_flag(request: HttpRequest, slug: str, assignment_id: UUID) -> HttpResponseBase:
    """Say something about the comparison, which stays; or report it, which ends it."""
    assignment = assignment_for_annotator(request.user, slug, assignment_id)
    membership = assignment.annotator
    form = FlagForm(request.POST or None, auto_id="flag_%s")
    if not form.is_valid():
        if wants_json(request):
            return wrong_input(form)
        return _show_flag_form(request, assignment, form, 422 if request.method == "POST" else 200)
    try:
        flag = raise_flag(assignment=assignment, **form.flag())
    except DomainError as error:
        if wants_json(request):
            return refusal(error)
        form.add_error(None, error.message)
        return _show_flag_form(request, assignment, form, error.status)
    if flag.kind == Flag.Kind.REPORT:
        return _go_on(request, membership)
    if wants_json(request):
        return JsonResponse({"stored": True})
    messages.success(request, gettext("Your remark was sent to the reviewers."))
    return redirect("annotation:judge", slug)


def known_ids(request: HttpRequest) -> list[UUID]:
    """The assignments that the browser holds or has not sent yet."""
    known = []
    for text in request.POST.getlist("known")[:MOST_KNOWN]:
        try:
            known.append(UUID(text))
        except ValueError:
            continue
    return known


def how_many(request: HttpRequest) -> int:
    """How many comparisons the browser has room for."""
    wanted = request.POST.get("wanted", "")
    return int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) == 1 else 1


def _go_on(
    request: HttpRequest, membership: Membership, judgment: Judgment | None = None
) -> HttpResponse:
    feedback = feedback_on(judgment) if judgment else None
    is_watched = judgment is not None and judgment.purpose == Purpose.ATTENTION
    warning = warning_for(membership) if is_watched else ""
    if not wants_json(request):
        if warning:
            messages.warning(request, warning)
        if feedback:
            text = fragment("_feedback_text", {"feedback": feedback})
            messages.info(request, mark_safe(text.strip()))
        return redirect("annotation:judge", membership.project.slug)
    answer = ahead(membership, known=known_ids(request), wanted=how_many(request))
    answer["stored"] = True
    if feedback:
        answer["feedback"] = fragment("_feedback", {"feedback": feedback})
    if warning:
        answer["warning"] = warning
    if "progress" in request.POST:
        answer["progress"] = counts_of(request, membership)
    return JsonResponse(answer)


def _ask_again(request: HttpRequest, assignment: Assignment, form: JudgmentForm) -> HttpResponse:
    """The comparison stays, with everything that was filled in."""
    context = work_context(assignment.annotator, assignment, form)
    if not wants_json(request):
        return show(request, assignment.annotator, context, 422)
    if assignment.state in {Assignment.State.DONE, Assignment.State.SKIPPED}:
        return wrong_input(form)
    # The form that the script has may be from before the project asked for this.
    return wrong_input(form, html=fragment("_work", context))


def _show_flag_form(
    request: HttpRequest, assignment: Assignment, form: FlagForm, status: int
) -> HttpResponse:
    context = {
        "project": assignment.annotator.project,
        "section": "judge",
        "held": assignment,
        "flag_form": form,
    }
    return render(request, "annotation/judge_flag.html", context, status=status)
