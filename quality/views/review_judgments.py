"""What reviewers do with one judgment: send it back to its author, leave it out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from annotation.access import judgment_for_manager, judgment_for_reviewer
from annotation.models import Judgment
from annotation.services.judging import exclude_judgment
from annotation.services.reviews import send_back
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import BadInput, Conflict
from quality.forms.review import CommentForm, ExclusionForm


@login_required
@require_POST
def review_send_back(request: HttpRequest, slug: str, judgment_id: int) -> HttpResponse:
    """Return a judgment to its author with a comment."""
    judgment = judgment_for_reviewer(request.user, slug, judgment_id)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            comment = form.cleaned_data["comment"]
            send_back(judgment=judgment, comment=comment, person=logged_in_user(request))
            messages.success(
                request, "The judgment was sent back. Its author revises it or explains it."
            )
        except (BadInput, Conflict) as error:
            messages.error(request, error.message)
    else:
        messages.error(request, f"Nothing was sent back: {_first_error(form)}")
    return redirect(_back(request, slug, judgment))


@login_required
@require_POST
def review_exclude(request: HttpRequest, slug: str, judgment_id: int) -> HttpResponse:
    """Leave a judgment out of every analysis, with a reason that its author reads."""
    judgment = judgment_for_manager(request.user, slug, judgment_id)
    form = ExclusionForm(request.POST)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            exclude_judgment(judgment=judgment, reason=reason, person=logged_in_user(request))
            messages.success(
                request, "The judgment is left out from now on. Its author can read why and appeal."
            )
        except (BadInput, Conflict) as error:
            messages.error(request, error.message)
    else:
        messages.error(request, f"Nothing was left out: {_first_error(form)}")
    return redirect(_back(request, slug, judgment))


def _back(request: HttpRequest, slug: str, judgment: Judgment) -> str:
    """The page that the form named, where it is one of this project; else the comparison's."""
    wanted = request.POST.get("back", "")
    if wanted.startswith(f"/projects/{slug}/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None
    ):
        return wanted
    return reverse("quality:review_comparison", args=[slug, judgment.comparison_id])


def _first_error(form: Form) -> str:
    return next(str(errors[0]) for errors in form.errors.values())
