"""What the judging page weighs on the wire, with static files as `make run` serves them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.judging import Desk, expect_judged, press, settle
from tests.flows.stack import Stack

pytestmark = pytest.mark.browser

COLD_BYTES = 100_000
WARM_BYTES = 10_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("hashed")
    stack = Stack(folder, environment={"PLAIN_STATIC": "0"})
    yield Desk(stack.start(), browser, {"weight": {}})
    stack.stop()


def test_the_first_judgment_weighs_under_100_kb_and_under_10_kb_when_warm(desk: Desk) -> None:
    page = desk.browser_of("alice").new_page()
    weights: dict[str, int] = {}
    _weigh(page, weights)

    _open(desk, page)
    press(page, "1")
    expect_judged(page, 1)
    page.wait_for_load_state("networkidle")
    cold, n_files = sum(weights.values()), len(weights)
    weights.clear()
    _open(desk, page)
    warm = sum(weights.values())

    # Styles, scripts, the icon, what was fetched ahead, and the judgment.
    assert n_files > 20
    assert 20_000 < cold < COLD_BYTES, weights
    assert len(weights) == n_files - 1
    assert 1_000 < warm < WARM_BYTES, weights


def _open(desk: Desk, page: Page) -> None:
    """The page with everything it fetches by itself, the next comparisons included."""
    with page.expect_response("**/judge/next/") as answer:
        page.goto(f"{desk.stack.url}/projects/weight/judge/")
    answer.value.finished()
    settle(page)


def _weigh(page: Page, weights: dict[str, int]) -> None:
    """Count the bytes of every answer, heads included, by request."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")

    def finished(event: dict[str, float]) -> None:
        weights[str(event["requestId"])] = int(event["encodedDataLength"])

    devtools.on("Network.loadingFinished", finished)
