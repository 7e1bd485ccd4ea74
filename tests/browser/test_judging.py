"""The judging page in a real browser: keys, tabs, a phone, hostile texts, no script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import findings
from tests.browser.judging import (
    N_COMPARISONS,
    Desk,
    expect_judged,
    judged_as_stored,
    press,
    settle,
    shown,
    why,
)
from tests.flows.stack import Stack

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>window.hurt = 1</script> <img src=x onerror='window.hurt = 2'> "
    "![p](https://example.org/p.png) [go](javascript:window.hurt=3) **still bold**"
)
SPECS = {
    "session": {},
    "clicks": {},
    "drafts": {},
    "rated": {
        "project": {"asks_criteria": True, "rationale_rule": "strong"},
        "criteria": [
            {"key": "help", "name": "Help", "is_required": True},
            {"key": "tone", "name": "Tone", "kind": "preference", "order": 1},
        ],
    },
    "learning": {
        "project": {"requires_qualification": True},
        "gold": [{"use": "qualification", "accepted": ["a"], "explanation": "Because."}] * 2,
    },
    "tabs": {},
    "rules": {},
    "hostile": {"texts": {"response_a": HOSTILE, "response_b": HOSTILE + " "}},
    "plain": {},
    "phone": {"project": {"blurs": True}},
}
PUBLISH = """
from annotation.models import Project
from annotation.services.guidelines import publish_guidelines
publish_guidelines(project=Project.objects.get(slug="rules"), text="Prefer short ones.")
"""
NEXT_SHOWN_MS = """() => new Promise((resolve) => {
  const start = performance.now();
  new MutationObserver((_, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
  }).observe(document.getElementById("judging"), { childList: true });
  const key = { key: "5", code: "Digit5", bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
})"""


@pytest.fixture(scope="module")
def desk(stack: Stack, browser: Browser) -> Iterator[Desk]:
    yield Desk(stack, browser, SPECS)


def test_a_whole_session_by_keyboard_alone(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "session")
    assert findings(page) == []

    # The second press comes too soon and was meant for the first comparison.
    page.keyboard.press("3")
    page.keyboard.press("3")
    settle(page)
    expect_judged(page, 1)
    press(page, "r")
    page.keyboard.type("7 of 9 steps are right, so s")
    press(page, "Escape", "6")
    expect_judged(page, 2)

    press(page, "z")
    expect(why(page)).to_have_value("7 of 9 steps are right, so s")
    expect(page.locator(".answer[aria-current=true]")).to_have_attribute("data-key", "6")
    press(page, "8")
    expect_judged(page, 2)

    press(page, "l")
    expect(page.get_by_role("dialog").get_by_text("Both good")).to_be_visible()
    press(page, "Tab", "Tab", "Enter")
    expect(page.locator(".answer[aria-current=true]")).to_have_attribute("data-key", "3")
    press(page, "Escape")
    expect(page.get_by_text("You are changing an earlier judgment")).to_have_count(0)

    press(page, "h")
    expect(page.get_by_role("heading", name="Guidelines")).to_be_visible()
    press(page, "h", "?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    assert findings(page) == []
    press(page, "1", "Escape", "p", "v")
    expect(page.locator("#left .source")).to_be_visible()

    skipped = shown(page)
    press(page, "s", "Space", "Enter")
    assert shown(page) != skipped
    press(page, "f", "Tab")
    page.keyboard.type("Is this cut off?")
    press(page, "Tab", "Enter")
    expect(page.get_by_text("Your remark was kept")).to_be_visible()
    press(page, "0")

    expect_judged(page, 3)
    expect(page.locator("#prompt")).not_to_have_attribute("open", "")
    assert judged_as_stored(page) == 3
    expect(page.locator("[data-count=left]")).to_have_text(str(N_COMPARISONS - 4))
    assert desk.complaints == []


@pytest.mark.alone
def test_the_next_comparison_is_shown_within_100_ms_of_the_key(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("bob"), "session")
    page.wait_for_load_state("networkidle")
    times = []

    for _ in range(3):
        times.append(page.evaluate(NEXT_SHOWN_MS))
        settle(page)

    assert min(times) < 100, times
    expect_judged(page, 3)


def test_a_double_click_judges_once(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "clicks")

    page.locator("[data-key='5']").dblclick()
    settle(page)

    expect_judged(page, 1)
    assert judged_as_stored(page) == 1


def test_a_draft_is_restored_on_another_device(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "drafts")
    why(page).fill("Left cites a source")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    why(page).fill("Left cites a source, right none")
    page.close()

    phone = desk.judge_page(desk.browser_of("alice"), "drafts")

    # The last words were sent while the page closed.
    expect(why(phone)).to_have_value("Left cites a source, right none")


def test_what_is_due_is_asked_for_and_rated_by_keys(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "rated")

    press(page, "7")
    expect(page.get_by_text("Fill in what is required")).to_be_visible()
    press(page, "4", "2", "6", "Enter")
    expect(page.get_by_text("Write why, then store")).to_be_visible()
    page.keyboard.type("Right knows the date")
    press(page, "Control+Enter")
    expect_judged(page, 1)
    press(page, "c", "3", "3", "1", "5")
    expect_judged(page, 2)
    press(page, "z")

    checked = page.locator("#work .pips input:checked")
    assert [one.input_value() for one in checked.all()] == ["3", "3", "-3"]
    press(page, "c", "Delete")
    page.get_by_label("No answer").last.check()
    assert [one.input_value() for one in checked.all()] == ["3", ""]
    assert findings(page) == []
    assert judged_as_stored(page) == 2


def test_feedback_of_the_qualification_comes_before_the_next_comparison(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "learning")

    for _ in range(2):
        is_left = "It is right." in page.locator("#left").inner_text()
        press(page, "2" if is_left else "6")
        expect(page.get_by_text("That is right. Because.")).to_be_visible()
        expect(page.locator("#work")).to_contain_text("It is right.")
        # Nothing but the button goes on.
        press(page, "5", "Enter")

    expect(page.get_by_text("That is right.")).to_have_count(0)
    expect(page.locator("#work")).not_to_contain_text("It is right.")
    expect_judged(page, 2)


def test_a_second_tab_goes_on_and_keeps_what_is_typed(desk: Desk) -> None:
    first = desk.judge_page(desk.browser_of("alice"), "tabs")
    second = desk.judge_page(first.context, "tabs")
    why(second).fill("a thought worth keeping")

    press(first, "1")
    expect_judged(first, 1)
    settle(second)
    second.locator("[data-key='7']").click()

    expect(second.get_by_text("You have already judged this comparison")).to_be_visible()
    expect(second.get_by_label("What you wrote")).to_have_value("a thought worth keeping")
    # The tab without a word has gone on by itself.
    third = desk.judge_page(first.context, "tabs")
    same = shown(third)
    press(second, "2")
    expect(third.get_by_text("You judged that comparison in another tab")).to_be_visible()
    assert shown(third) != same
    assert judged_as_stored(third) == 2


def test_changed_guidelines_are_read_before_the_next_comparison(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "rules")
    desk.stack.manage("shell", "--no-imports", "-c", PUBLISH)

    press(page, "2")
    expect(page.get_by_text("The guidelines have changed")).to_be_visible()
    press(page, "2")
    expect(page.get_by_text("Prefer short ones.").last).to_be_visible()
    assert findings(page) == []
    page.get_by_role("button", name="I have read this").click()

    expect(page.locator("#work")).to_be_visible()
    expect_judged(page, 2)


def test_scripts_images_and_links_in_a_response_do_nothing(desk: Desk) -> None:
    context = desk.browser_of("alice")
    asked_elsewhere: list[str] = []
    context.on(
        "request",
        lambda request: (
            None if request.url.startswith(desk.stack.url) else asked_elsewhere.append(request.url)
        ),
    )
    page = desk.judge_page(context, "hostile")

    press(page, "4")

    # The first came with the page, the second from memory.
    assert page.locator("#left strong").inner_text() == "still bold"
    assert page.locator("#work script, #work img, #work .text a").count() == 0
    assert page.evaluate("window.hurt") is None
    assert asked_elsewhere == []


def test_without_javascript_each_answer_is_a_plain_button(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice", java_script_enabled=False), "plain")

    page.get_by_role("button", name="Right is slightly better").click()
    expect_judged(page, 1)
    page.get_by_role("button", name="Skip").click()
    expect_judged(page, 1)
    page.get_by_role("link", name="Flag").click()
    page.get_by_label("What should the reviewers know?").fill("Cut off")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your remark was sent")).to_be_visible()
    page.get_by_role("link", name="Take back").click()
    page.get_by_role("button", name="Both bad").click()

    expect_judged(page, 1)


def test_on_a_phone_everything_is_within_reach(desk: Desk) -> None:
    viewport = {"width": 390, "height": 844}
    context = desk.browser_of("alice", viewport=viewport, has_touch=True, is_mobile=True)
    page = desk.judge_page(context, "phone")

    covered = page.locator("#left .text").evaluate("one => getComputedStyle(one).filter")
    page.get_by_text("Show the texts").tap()
    bare = page.locator("#left .text").evaluate("one => getComputedStyle(one).filter")
    assert ("blur" in covered, bare) == (True, "none")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Right", exact=True).tap()
    expect(page.locator("#right")).to_be_in_viewport()
    for button in page.locator(".verdict .answer:visible").all():
        expect(button).to_be_in_viewport(ratio=1)
        assert (button.bounding_box() or {"height": 0})["height"] >= 44
    assert findings(page) == []
    page.get_by_role("button", name="Left is much better").tap()

    expect_judged(page, 1)
