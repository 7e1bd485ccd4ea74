"""The admin and the API's page work under the strict content policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

from tests.browser.chromium import launch
from tests.flows.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("admin"))
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console said about the pages."""
    return []


@pytest.fixture
def page(complaints: list[str]) -> Iterator[Page]:
    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()


def test_the_api_page_draws_every_route(stack: Stack, page: Page, complaints: list[str]) -> None:
    page.goto(f"{stack.url}/api/v1/docs")
    page.wait_for_selector(".opblock")

    assert page.locator(".opblock").count() >= 20
    page.locator("[id$=projects_create] .opblock-summary-control").click()
    page.wait_for_selector(".opblock.is-open .responses-table")
    assert complaints == []


def test_the_admin_shows_lists_and_rows(stack: Stack, page: Page, complaints: list[str]) -> None:
    page.goto(stack.url)
    page.get_by_label("Name").fill("manager")
    page.get_by_label("Password").fill(stack.password)
    page.get_by_role("button", name="Log in").click()

    page.goto(f"{stack.url}/admin/")
    page.wait_for_selector("#content h1")
    page.get_by_role("link", name="Comparisons", exact=True).click()
    page.wait_for_selector("#changelist-search")
    page.goto(f"{stack.url}/admin/feedback_platform/user/")
    page.get_by_role("link", name="manager", exact=True).click()

    # The two lists side by side are made by the admin's own script.
    page.wait_for_selector(".selector-chosen")
    assert complaints == []
