"""A report as one file: all of it, nothing else needed, nothing that leads nowhere."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import reverse

from annotation.models import Project
from quality.models import Report
from quality.reporting.pages import standing_alone
from quality.reporting.sections import SECTIONS
from quality.services.report_building import build_report
from tests.factories import make_comparison, make_judgment, make_membership


class Page(HTMLParser):
    """Tags, ids and addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.named: set[str] = set()
        self.addresses: list[str] = []
        self.levels: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        for name, value in attrs:
            if name == "id":
                self.ids[value or ""] += 1
            elif name in {"for", "aria-labelledby", "aria-describedby"}:
                self.named |= set((value or "").split())
            elif name in {"href", "src", "xlink:href", "action", "srcset"}:
                self.addresses.append(value or "")


@pytest.fixture
def file(client: Any, project: Project, carol: Any) -> str:
    members = [make_membership(project, name) for name in ("dave", "erin", "frank", "ute<b>")]
    for number in range(24):
        comparison = make_comparison(project)
        for place, member in enumerate(members):
            truth = 1 if number % 2 else -1
            make_judgment(comparison, member, -truth if number % 7 == place else truth)
    report = Report.objects.create(project=project)
    build_report(report_id=report.pk)
    client.force_login(carol)
    answer = client.get(reverse("quality:report_html", args=["project", report.pk]))
    assert "attachment" in answer["Content-Disposition"]
    return str(answer.content.decode())


@pytest.mark.django_db(transaction=True)
def test_the_file_has_every_section_and_needs_nothing_else(file: str) -> None:
    page = Page(file)

    assert page.tags["script"] == page.tags["link"] == page.tags["form"] == page.tags["button"] == 0
    assert page.tags["style"] == 1
    assert "@import" not in file and "url(http" not in file
    assert all(address.startswith("#") for address in page.addresses), page.addresses
    assert page.tags["svg"] >= 2
    for name in ["overview", *(section.name for section in SECTIONS)]:
        assert f'<section class="report-part" id="{name}"' in file
    assert "ute<b>" not in file and "ute&lt;b&gt;" in file


@pytest.mark.django_db(transaction=True)
def test_its_ids_are_unique_and_every_name_leads_to_one(file: str) -> None:
    page = Page(file)

    assert [name for name, n in page.ids.items() if n > 1] == []
    assert {address[1:] for address in page.addresses} | page.named <= set(page.ids)


@pytest.mark.django_db(transaction=True)
def test_its_headings_go_down_one_level_at_a_time(file: str) -> None:
    levels = Page(file).levels

    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


@pytest.mark.django_db
def test_a_report_without_figures_has_no_file(client: Any, project: Project, carol: Any) -> None:
    client.force_login(carol)
    report = Report.objects.create(project=project)

    answer = client.get(reverse("quality:report_html", args=["project", report.pk]))

    assert answer.status_code == 404


def test_forms_and_links_into_the_platform_are_left_out() -> None:
    html = (
        '<h2 id="who">Who</h2><form action="/x"><button>Go</button></form>'
        '<p aria-labelledby="who also">See <a class="y" href="/projects/p/">Ann</a>, '
        '<a href="#who">above</a>.</p>'
    )

    assert standing_alone(html, prefix="part") == (
        '<h3 id="part-who">Who</h3>'
        '<p aria-labelledby="part-who part-also">See Ann, <a href="#part-who">above</a>.</p>'
    )
