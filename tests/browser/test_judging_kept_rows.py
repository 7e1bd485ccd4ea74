"""What waits in the browser: it reaches its own project, and what is refused keeps its text."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.judging import Desk, expect_judged, judged_as_stored, press, settle, shown, why
from tests.flows.stack import Stack

pytestmark = pytest.mark.browser

NAMES = ("north", "south", "again", "woken", "flags", "stale", "typing", "leaving", "lapsed")
SPECS: dict[str, dict[str, Any]] = {name: {} for name in NAMES}
ASK_FOR_HELP = """
from annotation.models import Criterion, Project
project = Project.objects.get(slug="stale")
Criterion.objects.create(project=project, key="help", name="Help", is_required=True)
Project.objects.filter(pk=project.pk).update(asks_criteria=True)
"""
ASK_WHY = """
from annotation.models import Project
Project.objects.filter(slug="typing").update(rationale_rule="required")
"""
EXPIRE = """
from django.utils import timezone
from annotation.models import Assignment, Project
from annotation.services.seats import expire_leases
project = Project.objects.get(slug="lapsed")
Assignment.objects.filter(annotator__project=project).update(expires_at=timezone.now())
print(expire_leases(project=project))
"""
# A row is kept while an earlier sending looks for rows; its own sending begins while that one ends.
WAKE_AT_THE_END = """async () => {
  const folder = new URL(document.querySelector("script[type=module]").src);
  const { addRow } = await import(new URL("judge_rows.js", folder));
  const { sendAll } = await import(new URL("judge_sending.js", folder));
  const form = document.getElementById("work");
  const key = form.elements.idempotency_key.value;
  const { assignment } = form.dataset;
  const body = `answer=1&idempotency_key=${key}`;
  const row = { url: form.action, kind: "judgment", assignment, body, text: "", prompt: "" };
  const getAll = IDBIndex.prototype.getAll;
  let n = 0;
  IDBIndex.prototype.getAll = function (...query) {
    n += 1;
    if (n === 1) addRow(row);
    if (n === 2) sendAll();
    return getAll.apply(this, query);
  };
  await sendAll();
  IDBIndex.prototype.getAll = getAll;
}"""


@pytest.fixture(scope="module")
def desk(stack: Stack, browser: Browser) -> Iterator[Desk]:
    yield Desk(stack, browser, SPECS)


def test_the_page_of_another_project_sends_them_and_stays_its_own(desk: Desk) -> None:
    context = desk.browser_of("alice")
    page = desk.judge_page(context, "north")
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    press(page, "1", "2")
    page.close()
    context.set_offline(False)
    sent: list[Request] = []
    context.on(
        "request", lambda request: sent.append(request) if _is_of(request, "north") else None
    )

    south = desk.judge_page(context, "south")

    expect(south.get_by_text("What waited here for another project was sent")).to_be_visible()
    expect_judged(south, 0)
    seen = _seen_while_judging(south, "345")
    expect_judged(south, 3)
    assert all("of south" in text for text in seen)
    assert judged_as_stored(south) == 3
    assert [_field(request, "wanted") for request in sent] == ["0", "0"]
    assert judged_as_stored(desk.judge_page(context, "north")) == 2


def test_after_a_new_login_nothing_that_waits_is_shown_again(desk: Desk) -> None:
    context = desk.browser_of("alice")
    page = desk.judge_page(context, "again")
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    seen = _seen_while_judging(page, "12")
    context.clear_cookies(name="sessionid")
    context.set_offline(False)
    expect(page.get_by_text("You are logged out")).to_be_visible()

    desk.log_in(context, "alice")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("All judgments are stored")).to_be_visible()
    seen += _seen_while_judging(page, "345")[1:]

    assert len(set(seen)) == len(seen) == 6
    assert judged_as_stored(page) == 5
    expect(page.get_by_text("already judged")).to_have_count(0)


def test_what_comes_while_a_sending_ends_is_sent_as_well(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "woken")
    page.wait_for_load_state("networkidle")

    with page.expect_response(re.compile("/woken/judge/[0-9a-f-]{36}/$"), timeout=5000) as answer:
        page.evaluate(WAKE_AT_THE_END)

    assert answer.value.status == 200
    assert judged_as_stored(page) == 1


def test_a_refused_flag_keeps_what_was_written_in_it(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "flags")
    why(page).fill("about the judgment")
    press(page, "Escape")

    for number in range(6):
        press(page, "f")
        page.get_by_label("What should the reviewers know?").fill(f"remark {number}")
        page.get_by_role("button", name="Send").click()
        settle(page)

    expect(page.get_by_text("5 of your flags on this comparison wait")).to_be_visible()
    expect(page.get_by_label("What you wrote")).to_have_value("remark 5")
    page.reload()
    expect(page.get_by_label("What you wrote")).to_have_value("remark 5")
    expect(why(page)).to_have_value("about the judgment")


def test_a_form_from_before_a_new_criterion_is_drawn_anew(desk: Desk) -> None:
    page = desk.judge_page(desk.browser_of("alice"), "stale")
    page.wait_for_load_state("networkidle")
    desk.stack.manage("shell", "--no-imports", "-c", ASK_FOR_HELP)
    first = shown(page)

    why(page).fill("typed before")
    page.get_by_role("button", name="Left is better", exact=True).click()

    expect(page.get_by_text("This project also asks for Help").first).to_be_visible()
    settle(page)
    assert shown(page) == first
    expect(why(page)).to_have_value("typed before")
    press(page, "4", "2", "Enter")
    expect_judged(page, 1)
    expect(page.locator("#work fieldset.pips")).to_have_count(2)
    assert shown(page) != first
    assert judged_as_stored(page) == 1


def test_a_question_that_comes_while_somebody_writes_waits_for_them(desk: Desk) -> None:
    context = desk.browser_of("alice")
    page = desk.judge_page(context, "typing")
    page.wait_for_load_state("networkidle")
    desk.stack.manage("shell", "--no-imports", "-c", ASK_WHY)
    first = shown(page)
    context.set_offline(True)
    press(page, "1", "r")
    page.keyboard.type("about the second")

    context.set_offline(False)
    again = page.get_by_role("button", name="Judge it again")
    expect(again).to_be_visible()
    press(page, "Escape", "2")
    expect_judged(page, 2)
    again.click()
    settle(page)

    assert shown(page) == first
    press(page, "r")
    page.keyboard.type("about the first")
    press(page, "Control+Enter")
    expect(again).to_have_count(0)
    expect_judged(page, 2)
    assert judged_as_stored(page) == 2


def test_the_page_that_logs_out_warns_of_them(desk: Desk) -> None:
    context = desk.browser_of("alice")
    page = desk.judge_page(context, "leaving")
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    press(page, "1")
    page.close()
    context.set_offline(False)
    questions: list[str] = []
    page = context.new_page()
    page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.dismiss()))

    page.goto(f"{desk.stack.url}/accounts/logout/")
    page.locator("main").get_by_role("button", name="Log out").click()

    assert ["sent yet: 1" in question for question in questions] == [True]
    assert judged_as_stored(desk.judge_page(context, "leaving")) == 1


def test_those_that_outlast_their_lease_are_stored_once_and_not_shown_again(desk: Desk) -> None:
    context = desk.browser_of("alice")
    page = desk.judge_page(context, "lapsed")
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    seen = _seen_while_judging(page, "123")
    expired = desk.stack.manage("shell", "--no-imports", "-c", EXPIRE)
    page.close()
    context.set_offline(False)

    again = desk.judge_page(context, "lapsed")
    expect_judged(again, 3)
    expect(again.locator("#work")).to_be_visible()
    settle(again)
    # The fourth waited on the screen: it may be shown again.
    seen_again = _seen_while_judging(again, "45")

    assert expired.stdout.split()[-1] == "4"
    assert not set(seen[:3]) & set(seen_again)
    assert judged_as_stored(again) == 5
    expect(again.get_by_label("What you wrote")).to_have_count(0)


def _seen_while_judging(page: Page, keys: str) -> list[str]:
    """What was on the screen, from the first key on."""
    seen = [shown(page)]
    for key in keys:
        press(page, key)
        seen.append(shown(page))
    return seen


def _is_of(request: Request, slug: str) -> bool:
    return request.method == "POST" and f"/projects/{slug}/" in request.url


def _field(request: Request, name: str) -> str:
    found = re.search(f"(?:^|&){name}=([^&]*)", request.post_data or "")
    return found[1] if found else ""
