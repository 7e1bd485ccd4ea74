"""The admin and the API's page work under the strict content policy."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.flows.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console said about the pages."""
    return []


@pytest.fixture
def page(browser: Browser, manager: list[Any], complaints: list[str]) -> Iterator[Page]:
    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    context = browser.new_context()
    context.add_cookies(manager)
    page = context.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()


def test_the_api_page_draws_every_route(stack: Stack, page: Page, complaints: list[str]) -> None:
    page.goto(f"{stack.url}/api/v1/docs")
    page.wait_for_selector(".opblock")

    assert page.locator(".opblock").count() >= 20
    page.locator("[id$=projects_create] .opblock-summary-control").click()
    page.wait_for_selector(".opblock.is-open .responses-table")
    assert complaints == []


def test_the_admin_shows_lists_and_rows(stack: Stack, page: Page, complaints: list[str]) -> None:
    page.goto(f"{stack.url}/admin/")
    page.wait_for_selector("#content h1")
    page.get_by_role("link", name="Comparisons", exact=True).click()
    page.wait_for_selector("#changelist-search")
    page.goto(f"{stack.url}/admin/feedback_platform/user/")
    page.get_by_role("link", name="manager", exact=True).click()

    # The two lists side by side are made by the admin's own script.
    page.wait_for_selector(".selector-chosen")
    assert complaints == []
