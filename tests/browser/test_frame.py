"""The frame of the pages in a real browser: dark, by keyboard, without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def cookies(stack: Stack, browser: Browser, manager: list[Any]) -> list[Any]:
    """Logged in as the manager of the project "pages", made without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(manager)
    page = context.new_page()
    page.goto(f"{stack.url}/projects/new/")
    page.get_by_role("link", name="Use this template").first.click()
    page.get_by_label("Name", exact=True).fill("Pages of a project with a rather long name")
    page.get_by_label("Short name").fill("pages")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pages of a project")
    return list(context.cookies())


def opened(browser: Browser, cookies: list[Any], **options: Any) -> Page:
    """A page of somebody logged in."""
    context = browser.new_context(**options)
    context.add_cookies(cookies)
    return context.new_page()


def test_the_theme_is_switched_and_remembered(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    page = opened(browser, cookies, color_scheme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    page.goto(stack.url)
    light = page.evaluate(ground)

    page.locator(".top-bar-end summary").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    dark = page.evaluate(ground)
    page.locator(".top-bar-end summary").click()
    page.get_by_role("button", name="System").click()

    assert dark != light
    assert page.evaluate(ground) == light


def test_menus_open_and_close_by_keyboard(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    page = opened(browser, cookies)
    page.goto(f"{stack.url}/projects/pages/settings/")
    switcher = page.locator(".product-menu summary")

    switcher.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="All projects")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="All projects")).to_be_hidden()
    expect(switcher).to_be_focused()


def test_the_first_tab_leads_to_the_content(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    page = opened(browser, cookies)
    page.goto(stack.url)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_times_are_in_the_readers_own_zone(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    shown = []
    for zone in ["UTC", "Asia/Kolkata"]:
        page = opened(browser, cookies, timezone_id=zone)
        page.goto(f"{stack.url}/projects/pages/settings/people/")
        moment = page.locator("table time").first
        expect(moment).not_to_contain_text("UTC")
        shown.append(moment.inner_text())

    assert shown[0] != shown[1]


def test_a_link_is_copied_and_a_removal_asks_first(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    page = opened(browser, cookies, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{stack.url}/projects/pages/settings/people/")

    page.get_by_role("button", name="Create invitation link").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.get_by_label("The invitation link").input_value()
    assert page.evaluate("navigator.clipboard.readText()") == link

    page.goto(f"{stack.url}/projects/pages/settings/people/")
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Remove manager").click()
    assert questions and "Remove manager from" in questions[0]
    expect(page.get_by_role("button", name="Remove manager")).to_be_enabled()
