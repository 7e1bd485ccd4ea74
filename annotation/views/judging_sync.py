"""What the judging page's script asks for meanwhile: more work, signs of life, drafts."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from annotation.access import assignment_for_annotator, membership_of
from annotation.forms.judging import JudgmentForm
from annotation.services.drafts import save_draft
from annotation.services.seats import renew_leases
from annotation.views.judging_ahead import ahead
from annotation.views.judging_answers import how_many, known_ids
from annotation.views.judging_context import counts_of
from annotation.views.judging_json import for_its_person, refusal
from feedback_platform.errors import Conflict, DomainError

# Nobody types a draft a million times.
MOST_DIGITS = 6
NOT_TYPED = {"active_ms", "idempotency_key"}


@login_required
@require_POST
@for_its_person
def judge_next(request: HttpRequest, slug: str) -> HttpResponse:
    """Comparisons for the browser to hold ready."""
    membership = membership_of(request.user, slug)
    answer = ahead(membership, known=known_ids(request), wanted=how_many(request))
    answer["progress"] = counts_of(request, membership)
    return JsonResponse(answer)


@login_required
@require_POST
@for_its_person
def judge_alive(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what the annotator holds while the page is open."""
    membership = membership_of(request.user, slug)
    renew_leases(membership=membership)
    return JsonResponse({"guidelines": membership.project.guidelines_number})


@login_required
@never_cache
@require_GET
def judge_session(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is logged in now, and the token with which the page may send again."""
    membership_of(request.user, slug)
    return JsonResponse({"user": str(request.user.pk), "csrf": get_token(request)})


@login_required
@require_POST
@for_its_person
def judge_draft(request: HttpRequest, slug: str, assignment_id: UUID) -> HttpResponseBase:
    """Keep what was typed; answers with the number of the draft."""
    assignment = assignment_for_annotator(request.user, slug, assignment_id)
    number = request.POST.get("number", "")
    is_number = number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS
    form = JudgmentForm(project=assignment.annotator.project)
    draft = {
        name: request.POST.getlist(name) if name == "tags" else request.POST[name]
        for name in form.fields
        if name in request.POST and name not in NOT_TYPED
    }
    try:
        stored = save_draft(
            assignment=assignment, number=int(number) if is_number else 0, draft=draft
        )
    except Conflict as error:
        # The page may know this draft: it may be its own, whose answer was lost.
        newer = {"number": assignment.draft_number, "draft": assignment.draft}
        answer = {"stored": False, "message": error.message, **newer}
        return JsonResponse(answer, status=error.status)
    except DomainError as error:
        return refusal(error)
    return JsonResponse({"stored": True, "number": stored})
