"""Ways through the judging page that are taken seldom: keys, logins, waiting, time."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.judging import Desk, expect_judged, judged_as_stored, press, settle, shown, why
from tests.flows.stack import Stack

pytestmark = pytest.mark.browser

SPECS = {
    "unrated": {
        "project": {"asks_criteria": True},
        "criteria": [{"key": "help", "name": "Help", "is_required": True}],
    },
    "pad": {},
    "covered": {"project": {"blurs": True}},
    "unread": {},
    "slow": {},
    "outside": {},
    "background": {"project": {"lease_seconds": 15}},
}
PUBLISH = """
from annotation.models import Project
from annotation.services.guidelines import publish_guidelines
publish_guidelines(project=Project.objects.get(slug="unread"), text="Prefer short ones.")
"""
HIDDEN = """
Object.defineProperty(document, "hidden", { get: () => true });
Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
"""
LONG_MS = 1500


@pytest.fixture(scope="module")
def desk(stack: Stack, browser: Browser) -> Iterator[Desk]:
    yield Desk(stack, browser, SPECS)


def test_who_cannot_judge_need_not_rate(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "unrated")

    press(page, "0")

    expect_judged(page, 1)
    assert judged_as_stored(page) == 1


def test_the_number_pad_judges_only_with_its_digits(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "pad")
    first = shown(page)

    # Without NumLock these are arrows, Home and Insert.
    press(page, "Numpad2", "Numpad7", "Numpad0")
    assert shown(page) == first
    press(page, "Shift+Numpad2")

    expect_judged(page, 1)
    assert judged_as_stored(page) == 1


def test_a_key_uncovers_the_texts(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "covered")
    texts = page.locator("#left .text")
    look = "one => getComputedStyle(one).filter"

    covered = texts.evaluate(look)
    press(page, "u")
    bare = texts.evaluate(look)
    press(page, "u")

    assert ("blur" in covered, bare) == (True, "none")
    assert "blur" in texts.evaluate(look)
    expect_judged(page, 0)


def test_a_revision_is_no_way_around_what_has_to_be_read(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "unread")
    press(page, "1")
    expect_judged(page, 1)
    desk.stack.manage("shell", "--no-imports", "-c", PUBLISH)
    page.reload()
    go_on = page.get_by_role("button", name="I have read this")
    expect(go_on).to_be_visible()
    settle(page)

    for answer in ("Escape", "6"):
        press(page, "z")
        expect(page.get_by_text("You are changing an earlier judgment")).to_be_visible()
        press(page, answer)
        expect(go_on).to_be_visible()
        settle(page)
    # From an address that shows a revision by itself it is the same.
    page.goto(f"{desk.stack.url}/projects/unread/judge/last/")
    settle(page)
    press(page, "Escape")
    expect(go_on).to_be_visible()
    go_on.click()

    expect(page.locator("#work")).to_be_visible()
    assert judged_as_stored(page) == 1


def test_active_time_goes_on_after_an_earlier_judgment_was_looked_at(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "slow")
    press(page, "1")
    expect_judged(page, 1)
    page.wait_for_timeout(LONG_MS)

    press(page, "z", "Escape")
    with page.expect_request(lambda request: "active_ms" in (request.post_data or "")) as sent:
        press(page, "2")
    found = re.search(r"active_ms=(\d+)", sent.value.post_data or "")

    assert found is not None
    assert int(found[1]) >= LONG_MS


def test_without_a_session_the_page_says_what_to_do_and_goes_on_after_the_login(desk: Desk) -> None:
    context = desk.browser_of("alice")
    page = desk.judge_page(context, "outside")
    press(page, "1")
    expect_judged(page, 1)
    context.clear_cookies(name="sessionid")
    logged_out = page.get_by_text("You are logged out")

    for key in "zl":
        press(page, key)
        expect(logged_out).to_be_visible()
        page.get_by_role("button", name="Dismiss").click()
    why(page).fill("typed without a session")
    expect(page.get_by_text("Draft not saved yet")).to_be_visible()
    expect(logged_out).to_be_visible()
    desk.log_in(context, "alice")

    # Nothing is typed any more: it is saved by itself.
    expect(page.get_by_text("Draft saved")).to_be_visible(timeout=15000)
    expect(logged_out).to_have_count(0)
    page.reload()
    expect(why(page)).to_have_value("typed without a session")


def test_a_tab_in_the_background_keeps_what_it_holds(desk: Desk) -> None:
    page = desk.browser_of("alice").new_page()
    page.add_init_script(HIDDEN)
    page.goto(f"{desk.stack.url}/projects/background/judge/")

    with page.expect_response("**/judge/alive/", timeout=15000) as answer:
        settle(page)

    assert answer.value.status == 200
