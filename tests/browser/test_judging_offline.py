"""Judgments made without a connection: kept, sent once, and only in their person's name."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.judging import Desk, expect_judged, judged_as_stored, press, settle, shown, why
from tests.flows.stack import Stack

pytestmark = pytest.mark.browser

SPECS: dict[str, dict[str, str]] = {"cut": {}, "shared": {}, "expired": {}, "late": {}}


@pytest.fixture(scope="module")
def desk(stack: Stack, browser: Browser) -> Iterator[Desk]:
    yield Desk(stack, browser, SPECS)


def test_three_judgments_without_a_connection_are_stored_once_after_the_tab_was_closed(
    desk: Desk,
) -> None:
    context = desk.browser_of("alice")
    page = desk.judge_page(context, "cut")
    page.wait_for_load_state("networkidle")

    context.set_offline(True)
    seen = {shown(page)}
    for key in "123":
        press(page, key)
        seen.add(shown(page))
    expect(page.get_by_text("3 judgments waiting for the connection")).to_be_visible()
    # One of them is taken back and judged again before it is sent.
    press(page, "z", "5")
    expect(page.get_by_text("3 judgments waiting for the connection")).to_be_visible()
    page.close()
    context.set_offline(False)
    again = desk.judge_page(context, "cut")

    assert len(seen) == 4
    expect(again.get_by_text("waiting for the connection")).to_be_hidden()
    expect_judged(again, 3)
    assert judged_as_stored(again) == 3
    press(again, "l")
    expect(again.get_by_role("dialog").locator("li")).to_have_count(3)
    expect(again.get_by_role("dialog").get_by_text("Right is slightly better")).to_be_visible()


def test_when_the_connection_returns_they_are_sent_by_themselves(desk: Desk) -> None:
    context = desk.browser_of("bob")
    page = desk.judge_page(context, "cut")
    page.wait_for_load_state("networkidle")

    context.set_offline(True)
    # All that was fetched ahead, and one key more.
    press(page, "1", "2", "3", "4", "5")
    expect(page.get_by_role("heading", name="You have judged all")).to_be_visible()
    context.set_offline(False)

    expect(page.get_by_text("All judgments are stored")).to_be_visible()
    expect(page.locator("#work")).to_be_visible()
    assert judged_as_stored(page) == 4


def test_another_person_on_the_same_browser_never_sends_them(desk: Desk) -> None:
    context = desk.browser_of("alice")
    page = desk.judge_page(context, "shared")
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    press(page, "1", "2")
    questions: list[str] = []

    page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.dismiss()))
    page.locator(".top-bar-end summary").click()
    page.get_by_role("button", name="Log out").click()
    # The tab of alice stays open while bob logs in.
    desk.log_in(context, "bob")
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Somebody else is logged in")).to_be_visible()
    other = desk.judge_page(context, "shared")
    press(other, "7")
    assert judged_as_stored(other) == 1
    other.close()
    desk.log_in(context, "alice")
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.get_by_text("All judgments are stored")).to_be_visible()
    assert judged_as_stored(page) == 2
    assert ["2" in question for question in questions] == [True]


def test_without_a_session_they_wait_for_the_login(desk: Desk) -> None:
    context = desk.browser_of("alice")
    page = desk.judge_page(context, "expired")
    context.clear_cookies(name="sessionid")

    why(page).fill("do not lose me")
    page.get_by_role("button", name="Left is better", exact=True).click()
    expect(page.get_by_text("You are logged out. Nothing is lost")).to_be_visible()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
    desk.log_in(context, "alice")
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.get_by_text("You are logged out")).to_have_count(0)
    assert judged_as_stored(page) == 1


def test_what_the_server_does_not_take_stays_in_sight_with_its_text(desk: Desk) -> None:
    context = desk.browser_of("alice")
    page = desk.judge_page(context, "late")
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    why(page).fill("written on the train")
    page.get_by_role("button", name="Left is better", exact=True).click()
    settle(page)
    # The same comparison is judged at home before the train arrives.
    home = desk.judge_page(desk.browser_of("alice"), "late")
    press(home, "7")
    expect_judged(home, 1)

    context.set_offline(False)
    expect(page.get_by_text("You have already judged this comparison")).to_be_visible()
    page.reload()
    expect(page.get_by_label("What you wrote")).to_have_value("written on the train")
    page.get_by_role("button", name="Dismiss").click()
    settle(page)
    page.reload()

    expect(page.get_by_label("What you wrote")).to_have_count(0)
    assert judged_as_stored(page) == 1
