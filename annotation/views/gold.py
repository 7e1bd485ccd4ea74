"""Known comparisons: the list, and the accepted answers of one."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotation.access import project_for_manager
from annotation.forms.checks import BatchGoldForm, GoldFilterForm, GoldForm
from annotation.models import Comparison, Gold, Project
from annotation.selectors.check_results import results_page
from annotation.selectors.gold import GoldPage, answers_to, gold_of, gold_page, n_in_use, row_of
from annotation.services.gold import make_batch_gold, make_gold, retire_gold
from annotation.services.rendering import render_comparison
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import DomainError

# Longer names do not exist.
MAX_NAME = 150


@login_required
@require_GET
def gold(request: HttpRequest, slug: str) -> HttpResponse:
    """The known comparisons of a project, those that annotators miss most first."""
    project = project_for_manager(request.user, slug)
    return _list(request, project, BatchGoldForm(project=project))


@login_required
@require_GET
def gold_annotators(request: HttpRequest, slug: str) -> HttpResponse:
    """How annotators did in the checks."""
    project = project_for_manager(request.user, slug)
    after, before = (
        request.GET.get(name, "")[:MAX_NAME].replace("\0", "") for name in ("after", "before")
    )
    page = results_page(project, after=after, before=before)
    here = reverse("annotation:gold_annotators", args=[slug])
    context = {
        "project": project,
        "section": "comparisons",
        "page": page,
        "summary": f"{page.n_found:,} annotator{'' if page.n_found == 1 else 's'} had checks",
        "next_url": f"{here}?{urlencode({'after': page.after})}" if page.after else "",
        "previous_url": f"{here}?{urlencode({'before': page.before})}" if page.before else "",
    }
    return render(request, "annotation/gold_annotators.html", context)


@login_required
@require_POST
def gold_from_batch(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the comparisons of a batch known ones."""
    project = project_for_manager(request.user, slug)
    form = BatchGoldForm(request.POST, project=project)
    if not form.is_valid():
        return _list(request, project, form, 422)
    try:
        made = make_batch_gold(person=logged_in_user(request), **form.cleaned_data)
    except DomainError as error:
        form.add_error("batch", error.message)
        return _list(request, project, form, error.status)
    name = form.cleaned_data["batch"].name
    messages.success(request, f"{made:,} comparisons of {name} are in use as known ones.")
    return redirect("annotation:gold", slug)


@login_required
@require_http_methods(["GET", "POST"])
def gold_comparison(request: HttpRequest, slug: str, comparison_id: int) -> HttpResponse:
    """Say which answers of a comparison are right, and see what annotators answered."""
    project = project_for_manager(request.user, slug)
    comparison = _comparison(project, comparison_id)
    known = gold_of(comparison)
    sent = request.POST if request.method == "POST" else None
    form = GoldForm(sent, project=project, initial=_initial(known))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            made = make_gold(
                comparison=comparison, person=logged_in_user(request), **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, error.message)
            status = error.status
        else:
            messages.success(request, _made(made))
            return redirect("annotation:gold", slug)
    rendered = render_comparison(comparison=comparison)
    context = {
        "project": project,
        "section": "comparisons",
        "comparison": comparison,
        "turns": [(role, mark_safe(html)) for role, html in rendered.turns],
        "response_a": mark_safe(rendered.response_a),
        "response_b": mark_safe(rendered.response_b),
        "form": form,
        "row": row_of(known) if known else None,
        "answers": answers_to(known) if known else [],
    }
    return render(request, "annotation/gold_comparison.html", context, status=status)


@login_required
@require_POST
def gold_retire(request: HttpRequest, slug: str, comparison_id: int) -> HttpResponse:
    """Hand a known comparison out as a check no more."""
    project = project_for_manager(request.user, slug)
    known = get_object_or_404(Gold, comparison=_comparison(project, comparison_id))
    try:
        retire_gold(gold=known)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "It is retired. What annotators answered stays.")
    return redirect("annotation:gold", slug)


def _comparison(project: Project, comparison_id: int) -> Comparison:
    rows = Comparison.objects.select_related("project", "rendered")
    return get_object_or_404(rows, pk=comparison_id, project=project)


def _initial(known: Gold | None) -> dict[str, object]:
    if known is None:
        return {}
    return {"use": known.use, "accepted": known.accepted, "explanation": known.explanation}


def _made(known: Gold) -> str:
    if known.comparison.is_check:
        return f"{known.comparison.external_id} is in use to check annotators, and no longer work."
    return f"{known.comparison.external_id} is in use to check those who have not judged it."


def _list(
    request: HttpRequest, project: Project, form: BatchGoldForm, status: int = 200
) -> HttpResponse:
    filters = GoldFilterForm(request.GET)
    # What cannot be read of a hand-made address is passed over.
    filters.is_valid()
    use, state = (filters.cleaned_data.get(name) or "" for name in ("use", "state"))
    number = filters.cleaned_data.get("page") or 1
    page = gold_page(project, use=use, state=state, number=number)
    context = {
        "project": project,
        "section": "comparisons",
        "page": page,
        "filters": filters,
        "is_filtered": bool(use or state),
        "n_in_use": sum(n_in_use(project).values()),
        "form": form,
        "summary": f"{page.n_found:,} comparison{'' if page.n_found == 1 else 's'} found",
        **_neighbours(project, page, {"use": use, "state": state}),
    }
    return render(request, "annotation/gold.html", context, status=status)


def _neighbours(project: Project, page: GoldPage, chosen: dict[str, str]) -> dict[str, str]:
    base = reverse("annotation:gold", args=[project.slug])

    def url(number: int) -> str:
        return f"{base}?{urlencode({**chosen, 'page': number})}"

    return {
        "next_url": url(page.number + 1) if page.has_more else "",
        "previous_url": url(page.number - 1) if page.number > 1 else "",
    }
