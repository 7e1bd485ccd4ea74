"""Each number explains itself: meaning, formula, n, interval, and why it is undefined."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from annotation.models import Project
from quality.models import Report
from quality.reporting import agreement, annotator_figures
from quality.reporting.annotators import AnnotatorsReading
from quality.reporting.definitions import COUNTED, DEFINITIONS, SIDES
from quality.reporting.section_figures import FIGURES, SLOPES
from quality.services.report_building import build_report
from tests.factories import make_comparison, make_judgment, make_membership

EVERY = [
    *DEFINITIONS.values(),
    *SIDES.values(),
    *COUNTED.values(),
    *agreement.EXPLAINED.values(),
    *annotator_figures.EXPLAINED.values(),
    *(annotator_figures.pool_slope(name) for name in SLOPES),
]


@pytest.mark.parametrize("explained", EVERY, ids=lambda one: one.label)
def test_every_figure_has_a_meaning_and_a_short_formula(explained: Any) -> None:
    assert explained.meaning.endswith(".")
    assert 0 < len(explained.formula) < 160
    assert not explained.formula.endswith(".")


@pytest.fixture
def report(project: Project) -> Report:
    """Three who judge each comparison, without strengths, gold or repeats."""
    members = [make_membership(project, name) for name in ("dave", "erin", "frank")]
    for number in range(12):
        comparison = make_comparison(project)
        for place, member in enumerate(members):
            truth = 1 if number % 2 else -1
            make_judgment(comparison, member, -truth if number % 5 == place else truth)
    report = Report.objects.create(project=project)
    build_report(report_id=report.pk)
    report.refresh_from_db()
    return report


def page(client: Any, name: str, *arguments: Any) -> str:
    answer = client.get(reverse(f"quality:{name}", args=["project", *arguments]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def figures_of(html: str) -> list[str]:
    return re.split(r'<div class="figure">', html)[1:]


@pytest.mark.django_db(transaction=True)
def test_every_figure_of_the_pages_can_be_asked_what_it_is(
    client: Any, carol: Any, report: Report
) -> None:
    client.force_login(carol)
    sheet = report.results["annotators"][0]["pseudonym"]  # type: ignore[index]

    pages = {
        "quality": page(client, "reports"),
        "overview": page(client, "report", report.pk),
        "sheet": page(client, "annotator_sheet", report.pk, sheet),
    }

    assert len(figures_of(pages["quality"])) == len(figures_of(pages["overview"])) == 4
    for html in pages.values():
        for figure in figures_of(html):
            assert "What is this?" in figure
            assert re.search(r"<p>Formula: [^.<]", figure)
    # Its value, n and interval are said without opening anything.
    assert re.search(r"\[\d+, \d+\]</span> <span class=\"estimate-n\">n = 12<", pages["quality"])
    assert "estimate-n" in figures_of(pages["overview"])[0].split("<details>")[0]


@pytest.mark.django_db(transaction=True)
def test_figures_outside_the_head_and_undefined_ones_are_explained_too(
    client: Any, carol: Any, report: Report
) -> None:
    client.force_login(carol)
    sheet = report.results["annotators"][0]["pseudonym"]  # type: ignore[index]

    facts = {
        "overview": facts_of(page(client, "report", report.pk)),
        "annotators": facts_of(page(client, "report_annotators", report.pk)),
        "sheet": facts_of(page(client, "annotator_sheet", report.pk, sheet)),
    }

    for where, label in (
        ("overview", "Agreeing pairs without ties"),
        ("overview", "Left share of all"),
        ("overview", "Longer share of all"),
        ("annotators", "Gold accuracy"),
        ("annotators", "Length slope"),
        ("sheet", "Gold accuracy"),
        ("sheet", "Same answer again"),
    ):
        assert "<p>Formula: " in facts[where][label], label
    assert "Undefined: no gold comparison was answered." in facts["sheet"]["Gold accuracy"]


def facts_of(html: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", html, re.DOTALL))


def test_figures_of_sections_are_named_as_people_call_them() -> None:
    assert FIGURES["agreement.direction.krippendorff_alpha.estimate"].label == (
        "Krippendorff's alpha, direction"
    )
    assert not any("_" in named.label for named in FIGURES.values())


@pytest.mark.parametrize("is_manager", [True, False])
def test_a_report_without_annotators_says_what_to_do_next(is_manager: bool) -> None:
    document = {"annotators": [], "flags": [], "undefined_because": "nobody has judged"}

    html = render_to_string(
        "quality/sections/annotators.html",
        {
            "layout": "quality/_section_bare.html",
            "reading": AnnotatorsReading(document),
            "is_manager": is_manager,
            "project": {"slug": "project"},
        },
    )

    assert "No annotator yet" in html and "then build a report" in html
    assert (reverse("annotation:people", args=["project"]) in html) is is_manager
