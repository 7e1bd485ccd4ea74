"""The table of comparisons, and the page of one with its whole history."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from annotation.access import membership_for_reviewer, project_for_manager
from annotation.models import Comparison, Membership, Project
from annotation.selectors.comparisons import metadata_of
from annotation.services.comparisons import change_comparison
from annotation.services.rendering import render_comparison
from feedback_platform.errors import DomainError
from feedback_platform.jobs.services import send_on_commit
from quality.forms.comparisons import ChangeForm, FilterForm
from quality.selectors.comparison_orders import ORDERS, read_key, write_key
from quality.selectors.comparison_page import (
    adjudications_of,
    comparison_in,
    consensus_of,
    entries_on,
    flags_on,
    gold_on,
    handouts_of,
    seats_on,
)
from quality.selectors.comparison_table import (
    COUNT_CAP,
    TablePage,
    model_pairs,
    neighbours,
    table_page,
)

REFRESH_TASK = "quality.refresh_comparison"
# Seats that wait for a judgment.
OPEN_SEATS = ("free", "held", "withheld")
NOTHING = TablePage(rows=[], n_found=0, after=None, before=None)


@login_required
@require_GET
def comparisons(request: HttpRequest, slug: str) -> HttpResponse:
    """Comparisons with what their judgments say, filtered and sorted."""
    membership = membership_for_reviewer(request.user, slug)
    project = membership.project
    form = _filter_form(request, project)
    page = _page(request, membership, form)
    has_filters = bool(form.chosen.keys() - {"order"})
    context = {
        "project": project,
        "section": "comparisons",
        "is_manager": membership.is_manager,
        "form": form,
        "page": page,
        "rows": page.rows,
        "has_filters": has_filters,
        "query": urlencode(form.chosen),
        "is_new": not page.rows and not has_filters and _has_comparisons(project),
        "summary": _summary(page, has_filters=has_filters),
        **_pager(project, form, page),
    }
    return render(request, "quality/comparisons.html", context)


@login_required
@require_GET
def comparison(request: HttpRequest, slug: str, comparison_id: int) -> HttpResponse:
    """One comparison in its own order, with every judgment on it and its history."""
    membership = membership_for_reviewer(request.user, slug)
    found = _comparison(membership.project, comparison_id)
    form = ChangeForm(initial={"overlap": found.overlap, "priority": found.priority})
    return _show(request, membership, found, form)


@login_required
@require_POST
def comparison_change(request: HttpRequest, slug: str, comparison_id: int) -> HttpResponse:
    """Set the overlap and the priority of one comparison."""
    project = project_for_manager(request.user, slug)
    found = _comparison(project, comparison_id)
    form = ChangeForm(request.POST)
    if form.is_valid():
        try:
            change_comparison(comparison=found, **form.cleaned_data)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            send_on_commit(REFRESH_TASK, found.pk)
            messages.success(request, "Changed. Its seats follow what you asked for.")
        return redirect(_address(found, _filter_form(request, project)))
    membership = membership_for_reviewer(request.user, slug)
    return _show(request, membership, found, form, status=422)


def _page(request: HttpRequest, membership: Membership, form: FilterForm) -> TablePage:
    filters = form.filters(knows_names=membership.is_manager)
    if filters is None:
        return NOTHING
    order = ORDERS[filters.order]
    return table_page(
        membership.project,
        filters,
        after=read_key(request.GET.get("after", ""), order),
        before=read_key(request.GET.get("before", ""), order),
    )


def _show(
    request: HttpRequest,
    membership: Membership,
    comparison: Comparison,
    form: ChangeForm,
    status: int = 200,
) -> HttpResponse:
    project = membership.project
    entries = entries_on(comparison)
    seats = seats_on(comparison)
    context = {
        "project": project,
        "section": "comparisons",
        "is_manager": membership.is_manager,
        "comparison": comparison,
        "rendered": render_comparison(comparison=comparison),
        "is_raw": "raw" in request.GET,
        "turns": comparison.messages or [{"role": "user", "content": comparison.prompt}],
        "entries": entries,
        "consensus": consensus_of(project, entries),
        "seats": seats,
        "n_open": sum(seats.get(state, 0) for state in OPEN_SEATS),
        "handouts": handouts_of(comparison),
        "flags": flags_on(comparison),
        "adjudications": adjudications_of(comparison),
        "gold": gold_on(comparison),
        "metadata": metadata_of(comparison),
        "form": form,
        **_place(membership, comparison, _filter_form(request, project)),
    }
    return render(request, "quality/comparison.html", context, status=status)


def _comparison(project: Project, comparison_id: int) -> Comparison:
    found = comparison_in(project, comparison_id)
    if found is None:
        raise Http404
    return found


def _has_comparisons(project: Project) -> bool:
    return Comparison.objects.filter(project=project, is_check=False).exists()


def _summary(page: TablePage, *, has_filters: bool) -> str:
    if page.is_capped:
        return f"{COUNT_CAP:,}+ comparisons"
    found = "found" if has_filters else "in this project"
    return f"{page.n_found:,} comparison{'' if page.n_found == 1 else 's'} {found}"


def _pager(project: Project, form: FilterForm, page: TablePage) -> dict[str, str]:
    base = reverse("quality:comparisons", args=[project.slug])

    def url(**key: str) -> str:
        return f"{base}?{urlencode({**form.chosen, **key})}"

    return {
        "next_url": url(after=write_key(page.after)) if page.after else "",
        "previous_url": url(before=write_key(page.before)) if page.before else "",
    }


def _place(
    membership: Membership, comparison: Comparison, filter_form: FilterForm
) -> dict[str, Any]:
    """Where the page is in the list from which it was opened."""
    filters = filter_form.filters(knows_names=membership.is_manager)
    project, before, after = membership.project, None, None
    if filters is not None:
        before, after = neighbours(project, filters, comparison)
    return {
        "query": urlencode(filter_form.chosen),
        "here": _address(comparison, filter_form),
        "previous_url": _address(before, filter_form),
        "next_url": _address(after, filter_form),
    }


def _address(comparison: Comparison | None, filter_form: FilterForm) -> str:
    """The page of a comparison, with the filters under which it was opened."""
    if comparison is None:
        return ""
    url = reverse("quality:comparison", args=[filter_form.project.slug, comparison.pk])
    query = urlencode(filter_form.chosen)
    return f"{url}?{query}" if query else url


def _filter_form(request: HttpRequest, project: Project) -> FilterForm:
    return FilterForm(request.GET, project=project, model_pairs=model_pairs(project))
