"""Quality in a real browser: how a project stands, and a report handed to others as a file."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import findings
from tests.browser.judging import Desk
from tests.flows.stack import Stack

pytestmark = pytest.mark.browser

# Two reports on three annotators, the second with more judgments; Bob manages.
MEASURED = """
import json
from annotation.models import Membership, Project
from quality.models import QualityFlag, Report
from quality.services.report_building import build_report
from tests.factories import make_comparison, make_judgment, make_membership

project = Project.objects.get(slug="measured")
Membership.objects.filter(project=project, name="bob").update(role="manager")
members = [make_membership(project, name) for name in ("dave", "erin", "frank")]
reports = []
for n in (12, 6):
    for number in range(n):
        comparison = make_comparison(project)
        for place, member in enumerate(members):
            truth = 1 if number % 2 else -1
            make_judgment(comparison, member, -truth if number % 5 == place else truth)
    report = Report.objects.create(project=project)
    build_report(report_id=report.pk)
    reports.append(report.pk)
QualityFlag.objects.create(
    project=project, kind="agreement_fell", text="Agreeing pairs fell.", report=report
)
print(json.dumps(reports))
"""


@pytest.fixture(scope="module")
def desk(stack: Stack, browser: Browser) -> Iterator[Desk]:
    yield Desk(stack, browser, {"measured": {}})


@pytest.fixture(scope="module")
def reports(desk: Desk) -> list[int]:
    answer = desk.stack.manage("shell", "--no-imports", "-c", MEASURED)
    found: list[int] = json.loads(answer.stdout.splitlines()[-1])
    return found


def test_a_manager_reads_how_the_project_stands_compares_and_resolves(
    desk: Desk, reports: list[int]
) -> None:
    page = desk.browser_of("bob").new_page()
    page.goto(f"{desk.stack.url}/projects/measured/quality/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Annotators agree on")
    assert findings(page) == []

    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Agreement did not change clearly")
    assert findings(page) == []

    page.goto(f"{desk.stack.url}/projects/measured/quality/")
    page.get_by_role("link", name="Agreeing pairs fell.").click()
    page.get_by_label("What you found, or did").fill("A new batch is harder.")
    page.get_by_role("button", name="Resolve flag").click()
    expect(page.get_by_text("No open flag")).to_be_visible()


def test_the_file_of_a_report_needs_nothing_but_itself(
    desk: Desk, reports: list[int], browser: Browser, tmp_path: Path
) -> None:
    page = desk.browser_of("bob").new_page()
    page.goto(f"{desk.stack.url}/projects/measured/quality/reports/{reports[-1]}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download page").click()
    file = tmp_path / "report.html"
    download.value.save_as(file)

    context = browser.new_context(
        viewport={"width": 390, "height": 800}, color_scheme="dark", offline=True
    )
    alone = context.new_page()
    asked: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(file.as_uri())

    assert asked == [file.as_uri()]
    assert findings(alone) == []
    assert alone.evaluate("document.documentElement.scrollWidth") == 390
    assert alone.evaluate("getComputedStyle(document.documentElement).backgroundColor") == (
        "rgb(18, 21, 22)"
    )
    _is_fit_for_paper(alone)
    context.close()


def test_a_report_on_paper_is_its_content_with_n(desk: Desk, reports: list[int]) -> None:
    page = desk.browser_of("bob").new_page()
    page.goto(f"{desk.stack.url}/projects/measured/quality/reports/{reports[-1]}/")
    expect(page.locator(".top-bar, .tabs, .actions").first).to_be_visible()

    _is_fit_for_paper(page)


def _is_fit_for_paper(page: Page) -> None:
    """What only a screen can do is gone; figures keep value, interval and n; ink on white."""
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (
        ".top-bar",
        ".skip-link",
        ".tabs",
        ".actions",
        ".button",
        ".breadcrumb",
        "summary",
    ):
        for one in page.locator(gone).all():
            expect(one).to_be_hidden()
    for figure in page.locator(".figures").first.locator(".figure").all():
        expect(figure.locator(".figure-value")).to_contain_text(
            re.compile(r"\[.+\]\s*n = [\d,]+$|no strengths")
        )
    expect(page.locator(".chart svg").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != (
        "rgb(18, 21, 22)"
    )
