"""Every page of the table of permissions in a real browser, at two widths, light and dark.

A page that is added to the table is opened here without more ado.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
)

from tests.browser.accessibility import findings
from tests.flows.stack import Stack
from tests.permissions.pages import PAGE_ROWS, ROLES

pytestmark = pytest.mark.browser

PHONE, DESKTOP = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=844)
# What scripts do when the width changes, they have done by then.
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
PREPARE = "from tests.browser.places import prepare; prepare()"


@dataclass
class Walk:
    """People in a browser each, and what was wrong with the pages they opened."""

    stack: Stack
    browser: Browser
    sessions: dict[str, str]
    ids: dict[str, dict[str, Any]]
    owner: list[Any]
    pages: dict[str, Page] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def page_of(self, role: str) -> Page:
        """One page for each role, which says on its console what it complains of."""
        if role not in self.pages:
            context = self.browser.new_context(viewport=PHONE, reduced_motion="reduce")
            context.add_cookies(self._cookies(role))
            self._listen(context)
            self.pages[role] = context.new_page()
        return self.pages[role]

    def _cookies(self, role: str) -> list[Any]:
        if role == "owner":
            return self.owner
        if role not in self.sessions:
            return []
        return [{"name": "sessionid", "value": self.sessions[role], "url": self.stack.url}]

    def _listen(self, context: BrowserContext) -> None:
        def note(text: str) -> None:
            self.problems.append(f"{context.pages[0].url}: console: {text}")

        def heard(said: ConsoleMessage) -> None:
            # What is no whole page names no icon, and Chromium looks for one.
            if said.type in {"error", "warning"} and "favicon" not in said.location["url"]:
                note(said.text)

        context.on("console", heard)
        context.on("weberror", lambda error: note(str(error.error)))

    def open(self, role: str, path: str) -> None:
        """Open a page and look at it; what is no whole page is left alone."""
        page = self.page_of(role)
        page.set_viewport_size(PHONE)
        try:
            answer = page.goto(self.stack.url + path)
        except Error as error:
            if "Download is starting" in error.message:
                return
            raise
        if answer is None or not answer.ok:
            self.problems.append(f"{path} as {role}: {answer and answer.status}")
            return
        if not page.evaluate("document.doctype !== null"):
            return
        self._look(page, f"{path} on a phone")
        page.set_viewport_size(DESKTOP)
        self._look(page, f"{path} on a desktop")
        page.emulate_media(color_scheme="dark")
        self.problems += [f"{path} in the dark: {one}" for one in findings(page, "color-contrast")]
        page.emulate_media(color_scheme="light")

    def _look(self, page: Page, where: str) -> None:
        page.evaluate(SETTLED)
        spare = page.evaluate(
            "document.documentElement.clientWidth - document.documentElement.scrollWidth"
        )
        if spare < 0:
            self.problems.append(f"{where} is {-spare} px too wide")
        self.problems += [f"{where}: {one}" for one in findings(page)]


@pytest.fixture(scope="module")
def walk(stack: Stack, browser: Browser, manager: list[Any]) -> Iterator[Walk]:
    answer = stack.manage("shell", "--no-imports", "-c", PREPARE)
    made = json.loads(answer.stdout.splitlines()[-1])
    yield Walk(stack, browser, made["sessions"], made["ids"], manager)


def who_opens(route: str, codes: list[int], *, is_grown: bool) -> str | None:
    """Annotators open what is theirs, managers the rest, also what others have no results for."""
    opened = {200, 404} if is_grown and "_id>" in route and codes[4] == 404 else {200}
    allowed = [role for role, code in zip(ROLES, codes, strict=True) if code in opened]
    if "<slug>" in route and "annotator" in allowed:
        return "annotator"
    if set(codes[1:]) == {403}:
        # Only who may create projects, and nobody of the table may.
        return "owner"
    return next((role for role in ("manager", "stranger", "anonymous") if role in allowed), None)


def paths_in(project: str, ids: dict[str, Any]) -> list[tuple[str, str]]:
    """Role and path of every page for which there are ids."""
    found = []
    for (method, route), codes in PAGE_ROWS.items():
        role = who_opens(route, codes, is_grown=project == "grown")
        names = re.findall(r"<(\w+)>", route)
        if method != "GET" or role is None or not set(names) <= set(ids):
            continue
        # The pages of no project are opened once.
        if "slug" in names or project == "world":
            found += [(role, path) for path in filled(route, names, ids)]
    return found


def filled(route: str, names: list[str], ids: dict[str, Any]) -> Iterator[str]:
    """The addresses of a route; where there is a list of ids, one for each."""
    choices = [ids[name] if isinstance(ids[name], list) else [ids[name]] for name in names]
    for values in product(*choices):
        path = route
        for name, value in zip(names, values, strict=True):
            path = path.replace(f"<{name}>", str(value))
        yield path


@pytest.mark.parametrize(
    "project",
    [
        "bare",
        pytest.param("world", marks=pytest.mark.slow),
        pytest.param("grown", marks=pytest.mark.slow),
    ],
)
def test_every_page_is_open_to_everybody_fits_a_phone_and_is_silent(
    walk: Walk, project: str
) -> None:
    walk.problems.clear()

    for role, path in paths_in(project, walk.ids[project]):
        walk.open(role, path)

    assert walk.problems == [], "\n".join(walk.problems)
