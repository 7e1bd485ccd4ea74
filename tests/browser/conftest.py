"""One running platform for all browser tests of a worker, and a browser per module."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import launch
from tests.flows.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The platform without its demo; each test makes projects of its own in it."""
    stack = Stack(tmp_path_factory.mktemp("platform"))
    yield stack.start()
    stack.stop()


# Not for the session: while Playwright runs, Django takes every later test for asynchronous.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def manager(stack: Stack, browser: Browser) -> list[Any]:
    """The cookies of the first manager, who logged in without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(stack.url)
    page.get_by_label("Name").fill("manager")
    page.get_by_label("Password").fill(stack.password)
    page.get_by_role("button", name="Log in").click()
    cookies = list(context.cookies())
    context.close()
    return cookies
