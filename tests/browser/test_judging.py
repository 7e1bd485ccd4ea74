"""The judging page in a real browser: keys, double clicks, two tabs, no JavaScript, a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import launch
from tests.flows.stack import Stack

pytestmark = pytest.mark.browser

# A key in the first moment is taken for one that was meant for the comparison before.
SETTLED_MS = 500


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("judging"), demo=True)
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def cookies(stack: Stack, browser: Browser) -> list[Any]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(stack.url)
    page.get_by_label("Name").fill("manager")
    page.get_by_label("Password").fill(stack.password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")
    return list(context.cookies())


def opened(stack: Stack, browser: Browser, cookies: list[Any], **options: Any) -> Page:
    context = browser.new_context(**options)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{stack.url}/projects/demo/judge/")
    page.wait_for_timeout(SETTLED_MS)
    return page


def judged_today(page: Page) -> int:
    return int(page.locator(".judge-progress b").first.inner_text())


def expect_judged(page: Page, count: int) -> None:
    expect(page.locator(".judge-progress b").first).to_have_text(str(count))
    page.wait_for_timeout(SETTLED_MS)


def test_a_key_judges_and_a_second_press_does_not_judge_the_next(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    page = opened(stack, browser, cookies)
    before = judged_today(page)

    page.keyboard.press("3")
    page.keyboard.press("3")
    expect_judged(page, before + 1)
    page.locator("[data-key='5']").dblclick()

    expect_judged(page, before + 2)


def test_keys_rest_while_typing_and_escape_leaves_the_field(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    page = opened(stack, browser, cookies)
    before = judged_today(page)

    page.keyboard.press("r")
    page.keyboard.type("7 of 9 steps are right, so s")
    assert judged_today(page) == before
    page.keyboard.press("Escape")
    page.keyboard.press("6")
    expect_judged(page, before + 1)

    page.keyboard.press("z")
    expect(page.get_by_placeholder("Why (optional)")).to_have_value("7 of 9 steps are right, so s")
    expect(page.locator(".answer[aria-current=true]")).to_have_attribute("data-key", "6")
    page.wait_for_timeout(SETTLED_MS)
    page.keyboard.press("Escape")
    expect(page.get_by_text("You are changing your last judgment")).to_have_count(0)


def test_help_opens_and_closes_by_key_and_the_prompt_stays_folded(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    page = opened(stack, browser, cookies)
    before = judged_today(page)

    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Guidelines")).to_be_visible()
    page.keyboard.press("h")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Keys")).to_be_hidden()
    page.keyboard.press("p")
    page.keyboard.press("8")

    expect_judged(page, before + 1)
    assert page.locator("#prompt").get_attribute("open") is None


def test_the_second_tab_is_told_and_keeps_its_text(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    first = opened(stack, browser, cookies)
    second = first.context.new_page()
    second.goto(first.url)
    before = judged_today(first)
    first.keyboard.press("1")
    expect_judged(first, before + 1)

    second.keyboard.press("r")
    second.keyboard.type("a thought worth keeping")
    second.keyboard.press("Escape")
    second.keyboard.press("7")

    expect(second.get_by_text("You have already judged this comparison")).to_be_visible()
    expect(second.get_by_label("What you wrote")).to_have_value("a thought worth keeping")
    expect_judged(second, before + 1)


def test_a_lost_session_is_told_and_the_text_stays(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    page = opened(stack, browser, cookies)
    page.get_by_placeholder("Why (optional)").fill("do not lose me")
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Left is better", exact=True).click()

    expect(page.get_by_text("You are logged out")).to_be_visible()
    expect(page.get_by_placeholder("Why (optional)")).to_have_value("do not lose me")


def test_without_javascript_each_answer_is_a_plain_button(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    page = opened(stack, browser, cookies, java_script_enabled=False)
    before = judged_today(page)

    page.get_by_role("button", name="Right is slightly better").click()
    assert judged_today(page) == before + 1
    page.get_by_role("button", name="Skip").click()
    assert judged_today(page) == before + 1
    page.get_by_role("link", name="Take back last").click()
    page.get_by_role("button", name="Both bad").click()

    assert judged_today(page) == before + 1


def test_on_a_phone_everything_is_within_reach(
    stack: Stack, browser: Browser, cookies: list[Any]
) -> None:
    viewport = {"width": 390, "height": 844}
    page = opened(stack, browser, cookies, viewport=viewport, has_touch=True, is_mobile=True)
    before = judged_today(page)

    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Right", exact=True).tap()
    expect(page.locator("#right")).to_be_in_viewport()
    for button in page.locator(".verdict button").all():
        expect(button).to_be_in_viewport(ratio=1)
        assert (button.bounding_box() or {"height": 0})["height"] >= 44
    page.get_by_role("button", name="Left is much better").tap()

    expect_judged(page, before + 1)
