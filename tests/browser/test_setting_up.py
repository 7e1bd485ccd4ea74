"""The wizard in a real browser, and what it set up at work."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.judging import Desk, press, settle
from tests.flows.stack import Stack

pytestmark = pytest.mark.browser

MINUTES = 60_000


@pytest.fixture(scope="module")
def desk(stack: Stack, browser: Browser) -> Iterator[Desk]:
    yield Desk(stack, browser, {"rests": {"project": {"break_minutes": 30}}})


def test_the_wizard_previews_each_choice_and_keeps_it(
    stack: Stack, browser: Browser, manager: list[Any]
) -> None:
    context = browser.new_context()
    context.add_cookies(manager)
    page = context.new_page()
    page.goto(f"{stack.url}/projects/new/")
    page.get_by_role("link", name=re.compile("template.*Summarisation")).click()

    page.get_by_label("Name", exact=True).fill("Council minutes")
    page.get_by_role("button", name="Next").click()
    preview = page.locator("#preview")
    expect(preview.get_by_role("paragraph").filter(has_text="The town council")).to_be_visible()
    slightly = preview.locator("button").filter(has_text="Slightly better")
    expect(slightly).to_have_count(2)
    page.get_by_label("Two-way: which is better").check()
    expect(slightly).to_have_count(0)
    page.get_by_label("Coverage: 0").uncheck()
    expect(preview.get_by_text("Coverage")).to_have_count(0)

    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Two-way: which is better")).to_be_checked()
    expect(page.get_by_label("Coverage: 0")).not_to_be_checked()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Create project").click()

    expect(page).to_have_url(f"{stack.url}/projects/council-minutes/")
    expect(page.get_by_text("Council minutes was created.")).to_be_visible()


def test_a_break_is_suggested_once_after_the_minutes_of_the_project(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "rests")
    suggestion = page.get_by_text("You have judged for 30 minutes.")
    expect(suggestion).to_have_count(0)

    worked = f"sessionStorage.setItem('active-since-break', {30 * MINUTES - 1})"
    page.evaluate(worked)
    page.reload()
    settle(page)
    expect(suggestion).to_have_count(0)
    press(page, "5")
    expect(suggestion).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    press(page, "5")

    expect(suggestion).to_have_count(0)
    assert desk.complaints == []
