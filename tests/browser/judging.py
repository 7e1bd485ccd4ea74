"""Annotators at the judging page: projects of their own, and a browser that is logged in."""

import json
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.flows.stack import Stack

# A key in the first moment is taken for one that was meant for the comparison before.
SETTLED_MS = 450
N_COMPARISONS = 8

_PREPARE = """
import json
from annotation.models import Criterion, Gold, Project
from annotation.services.arranging import arrange_seats
from feedback_platform.models import User
from tests.factories import make_comparison, make_membership
from tests.logins import session_of

people = [User.objects.get_or_create(username=name)[0] for name in ("alice", "bob")]
for slug, spec in SPECS.items():
    project = Project.objects.create(slug=slug, name=slug.title(), **spec.get("project", {}))
    for fields in spec.get("criteria", []):
        Criterion.objects.create(project=project, **fields)
    for person in people:
        make_membership(project, person.username, user=person)
    for number in range(COUNT):
        fields = {"prompt": f"Question {number} of {slug}", **spec.get("texts", {})}
        make_comparison(project, external_id=f"{slug}-{number}", **fields)
    for fields in spec.get("gold", []):
        check = make_comparison(project, response_a="It is right.", is_check=True)
        Gold.objects.create(comparison=check, **fields)
    arrange_seats(project=project)
print(json.dumps({person.username: session_of(person) for person in people}))
"""


class Desk:
    """Projects that alice and bob judge, and their sessions."""

    def __init__(self, stack: Stack, browser: Browser, specs: Mapping[str, Any]) -> None:
        self.stack = stack
        self._browser = browser
        script = f"SPECS, COUNT = {dict(specs)!r}, {N_COMPARISONS}\n{_PREPARE}"
        answer = stack.manage("shell", "--no-imports", "-c", script)
        self._sessions: dict[str, str] = json.loads(answer.stdout.splitlines()[-1])
        # What the console of any page said, the content policy included.
        self.complaints: list[str] = []

    def browser_of(self, name: str, **options: Any) -> BrowserContext:
        """A fresh browser profile in which somebody is logged in."""
        context = self._browser.new_context(**options)
        self.log_in(context, name)
        context.on(
            "console",
            lambda note: self.complaints.append(note.text) if note.type == "error" else None,
        )
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context

    def log_in(self, context: BrowserContext, name: str) -> None:
        """Whoever was logged in before is not any more."""
        context.clear_cookies()
        cookie = {"name": "sessionid", "value": self._sessions[name], "url": self.stack.url}
        context.add_cookies([cookie])  # type: ignore[list-item]

    def judge_page(self, context: BrowserContext, slug: str) -> Page:
        page = context.new_page()
        page.goto(f"{self.stack.url}/projects/{slug}/judge/")
        settle(page)
        return page


def settle(page: Page) -> None:
    page.wait_for_timeout(SETTLED_MS)


def press(page: Page, *keys: str) -> None:
    """Keys as somebody presses them who looks at what comes next."""
    for key in keys:
        page.keyboard.press(key)
        settle(page)


def expect_judged(page: Page, today: int) -> None:
    expect(page.locator("[data-count=today]")).to_have_text(str(today))


def judged_as_stored(page: Page) -> int:
    """How many the server knows of."""
    page.reload()
    return int(page.locator("[data-count=total]").inner_text())


def shown(page: Page) -> str:
    """Which comparison is on the screen."""
    return page.locator(".turn .text").last.text_content() or ""


def why(page: Page) -> Any:
    return page.locator("#work textarea[name=rationale]")
