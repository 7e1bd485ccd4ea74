"""The admin and the API's page work under the strict content policy."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

from feedback_platform.models import User
from tests import factories
from tests.browser.chromium import launch

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console said about the pages."""
    return []


@pytest.fixture
def page(complaints: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    # Playwright runs a loop in this thread, which Django would take for an asynchronous view.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()


def test_the_api_page_draws_every_route(
    live_server: Any, page: Page, complaints: list[str]
) -> None:
    page.goto(f"{live_server.url}/api/v1/docs")
    page.wait_for_selector(".opblock")

    assert page.locator(".opblock").count() >= 20
    page.locator("[id$=projects_create] .opblock-summary-control").click()
    page.wait_for_selector(".opblock.is-open .responses-table")
    assert complaints == []


def test_the_admin_shows_lists_and_rows(
    live_server: Any, page: Page, complaints: list[str], client: Client
) -> None:
    root = User.objects.create_superuser("root", password="correct horse battery")
    comparison = factories.make_comparison(factories.make_project())
    client.force_login(root)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    for path in (
        "",
        "annotation/comparison/",
        f"annotation/comparison/{comparison.pk}/change/",
        f"feedback_platform/user/{root.pk}/change/",
    ):
        page.goto(f"{live_server.url}/admin/{path}")
        page.wait_for_selector("#content h1")

    # The two lists side by side are made by the admin's own script.
    page.wait_for_selector(".selector-chosen")
    assert complaints == []
