"""Reviewing in a real browser: by keyboard, on a phone, and an annotator's own page."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import findings
from tests.browser.judging import Desk
from tests.flows.stack import Stack

pytestmark = pytest.mark.browser

# Bob reviews, Alice judged; two comparisons are disputed, and one judgment came back to Alice.
DISPUTE = """
import json
from annotation.models import Judgment, Membership, Project
from annotation.services.judging import exclude_judgment
from annotation.services.reviews import send_back
from quality.services.states import rebuild_states
from tests.factories import make_judgment, make_membership

project = Project.objects.get(slug="disputed")
Membership.objects.filter(project=project, name="bob").update(role="manager")
bob = Membership.objects.get(project=project, name="bob").user
alice = Membership.objects.get(project=project, name="alice")
other = make_membership(project, "imported")
for comparison in project.comparisons.order_by("pk")[:2]:
    back = make_judgment(comparison, alice, -1, rationale="The first one is right.")
    make_judgment(comparison, other, 1)
send_back(judgment=back, comment="Did you see the date?", person=bob)
exclude_judgment(
    judgment=make_judgment(project.comparisons.last(), alice, 1), reason="Too fast.", person=bob
)
rebuild_states(project=project)
print(json.dumps([comparison.pk for comparison in project.comparisons.order_by("pk")[:2]]))
"""


@pytest.fixture(scope="module")
def desk(stack: Stack, browser: Browser) -> Iterator[Desk]:
    yield Desk(stack, browser, {"disputed": {}})


@pytest.fixture(scope="module")
def disputed(desk: Desk) -> list[int]:
    """The comparisons on which two people differ."""
    answer = desk.stack.manage("shell", "--no-imports", "-c", DISPUTE)
    found: list[int] = json.loads(answer.stdout.splitlines()[-1])
    return found


def test_two_disagreements_are_decided_by_keyboard_and_one_is_taken_back(
    desk: Desk, disputed: list[int]
) -> None:
    page = desk.browser_of("bob").new_page()
    page.goto(f"{desk.stack.url}/projects/disputed/review/next/")
    assert findings(page) == []

    # Without a reason the browser asks for one, and nothing is sent.
    page.keyboard.press("8")
    expect(page).to_have_url(
        f"{desk.stack.url}/projects/disputed/review/comparisons/{disputed[1]}/"
    )
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("Both are 8 of 10.")
    page.keyboard.press("Escape")
    page.keyboard.press("8")
    expect(page.get_by_text("Your decision on the comparison before was stored.")).to_be_visible()
    expect(page.get_by_text("1 decided today, 1 waiting")).to_be_visible()

    page.keyboard.press("z")
    expect(page.get_by_text("The decision was taken back.")).to_be_visible()
    expect(page.get_by_text("0 decided today, 2 waiting")).to_be_visible()
    page.keyboard.press("s")
    expect(page).to_have_url(
        f"{desk.stack.url}/projects/disputed/review/comparisons/{disputed[0]}/"
    )

    assert desk.complaints == []


def test_an_annotators_own_page_fits_a_phone(desk: Desk, disputed: list[int]) -> None:
    context = desk.browser_of("alice", viewport={"width": 390, "height": 800}, color_scheme="dark")
    page = context.new_page()

    page.goto(f"{desk.stack.url}/projects/disputed/me/")
    expect(page.get_by_text("Did you see the date?")).to_be_visible()
    expect(page.get_by_text("Too fast.")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="Look at it and answer").click()
    page.get_by_label("Why you stand by it").fill("The date is right.")
    page.get_by_role("button", name="Stand by the judgment").click()

    expect(page.get_by_text("You stood by it: The date is right.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert findings(page) == []
    assert desk.complaints == []
