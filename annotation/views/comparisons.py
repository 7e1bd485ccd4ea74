"""The comparisons of a project, and the judgments on one of them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from annotation.access import membership_of, project_for_reviewer
from annotation.forms.imports import SearchForm
from annotation.models import Project
from annotation.selectors.comparisons import (
    COUNT_CAP,
    ComparisonPage,
    comparison_in,
    comparison_page,
    metadata_of,
    verdicts_on,
)
from annotation.services.rendering import render_comparison


@login_required
@require_GET
def comparisons(request: HttpRequest, slug: str) -> HttpResponse:
    """Comparisons in the order in which they came, with a search."""
    project = project_for_reviewer(request.user, slug)
    form = SearchForm(request.GET)
    # What cannot be read of a hand-made address is passed over.
    form.is_valid()
    chosen = form.cleaned_data
    search = chosen.get("q", "")
    page = comparison_page(
        project, search=search, after=chosen.get("after"), before=chosen.get("before")
    )
    context = {
        "project": project,
        "section": "comparisons",
        "is_manager": membership_of(request.user, slug).is_manager,
        "search": search,
        "page": page,
        "summary": _summary(page, search),
        "rows": [(row, page.n_judgments.get(row.pk, 0)) for row in page.rows],
        **_neighbours(project, page, search),
    }
    return render(request, "annotation/comparisons.html", context)


@login_required
@require_GET
def comparison(request: HttpRequest, slug: str, comparison_id: int) -> HttpResponse:
    """One comparison in its own order, and every judgment on it."""
    project = project_for_reviewer(request.user, slug)
    found = comparison_in(project, comparison_id)
    if found is None:
        raise Http404
    context = {
        "project": project,
        "section": "comparisons",
        "comparison": found,
        "rendered": render_comparison(comparison=found),
        "verdicts": verdicts_on(found),
        "metadata": metadata_of(found),
    }
    return render(request, "annotation/comparison.html", context)


def _summary(page: ComparisonPage, search: str) -> str:
    if page.is_capped and search:
        return f"More than {COUNT_CAP:,} comparisons found"
    found = "found" if search else "in this project"
    return f"{page.n_found:,} comparison{'' if page.n_found == 1 else 's'} {found}"


def _neighbours(project: Project, page: ComparisonPage, search: str) -> dict[str, Any]:
    base = reverse("annotation:comparisons", args=[project.slug])

    def url(**key: int) -> str:
        query = {"q": search, **key} if search else key
        return f"{base}?{urlencode(query)}"

    return {
        "next_url": url(after=page.after) if page.after is not None else "",
        "previous_url": url(before=page.before) if page.before is not None else "",
    }
