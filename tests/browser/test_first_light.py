"""From an invitation to a reward model, in a real browser on the real stack."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.flows.stack import Stack

pytestmark = pytest.mark.browser

JOB_MS = 180_000
# The keys of ten judgments: all seven strengths and the three other outcomes.
KEYS = "1234567890"


def open_context(browser: Browser, complaints: list[str]) -> BrowserContext:
    """A fresh browser profile; what its console complains about (CSP included) is kept."""
    context = browser.new_context(accept_downloads=True)
    context.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    return context


def judged_elsewhere(folder: Path) -> Path:
    """Sixty comparisons that three people agree on, so that there is something to train on."""
    rows = [
        {
            "item_id": f"old-{number}",
            "prompt": f"Name the number after {number}.",
            "response_a": f"It is {number + 1}.",
            "response_b": f"It is {number + 7}, I think, or something near it.",
            "annotator": annotator,
            "choice": "a",
        }
        for number in range(60)
        for annotator in ("uma", "vic", "wes")
    ]
    return written(folder / "judged.jsonl", rows)


def unjudged(folder: Path) -> Path:
    rows = [
        {
            "external_id": f"new-{number}",
            "prompt": f"Spell the number {number}.",
            "response_a": f"{number} is **{number}**.",
            "response_b": f"Number {number}.",
        }
        for number in range(12)
    ]
    return written(folder / "unjudged.jsonl", rows)


def written(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_an_invited_annotators_judgments_reach_the_report_the_export_and_a_model(
    stack: Stack, browser: Browser, tmp_path: Path
) -> None:
    complaints: list[str] = []
    manager = open_context(browser, complaints).new_page()
    annotator = open_context(browser, complaints).new_page()

    log_in(manager, stack)
    create_project(manager)
    upload(manager, stack, judged_elsewhere(tmp_path))
    upload(manager, stack, unjudged(tmp_path))
    accept_invitation(annotator, invitation_link(manager, stack))
    judge_by_keyboard(annotator)
    build_report(manager, stack)
    build_dataset(manager, stack, tmp_path)
    train(manager)

    assert complaints == []


def log_in(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    page.get_by_label("Name").fill("manager")
    page.get_by_label("Password").fill(stack.password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")


def create_project(page: Page) -> None:
    page.get_by_role("link", name="Create project").first.click()
    page.get_by_role("link", name="Use this template").first.click()
    page.get_by_label("Name", exact=True).fill("First light")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Create project").click()
    page.wait_for_url("**/projects/first-light/**")


def upload(page: Page, stack: Stack, path: Path) -> None:
    page.goto(f"{stack.url}/projects/first-light/imports/new/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Import", exact=True).click()
    # The card turns into the result by itself.
    expect(page.get_by_text("Imported: ")).to_be_visible(timeout=JOB_MS)


def invitation_link(page: Page, stack: Stack) -> str:
    page.goto(f"{stack.url}/projects/first-light/settings/people/")
    page.get_by_role("button", name="Create invitation link").click()
    return page.get_by_label("The invitation link").input_value()


def accept_invitation(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Your name").fill("newcomer")
    page.get_by_label("Password", exact=True).fill("a long and winding road")
    page.get_by_label("Password again").fill("a long and winding road")
    page.get_by_role("button", name="Create account and join").click()
    page.wait_for_url("**/projects/first-light/judge/")


def judge_by_keyboard(page: Page) -> None:
    """One key a judgment, each on another comparison; the mouse is not touched."""
    # The guidelines come first.
    page.get_by_role("button", name="I have read this").press("Enter")
    seen = set()
    for done, key in enumerate(KEYS, start=1):
        prompt = page.locator(".prompt")
        seen.add(prompt.inner_text())
        # A key that comes in the first moment was meant for the comparison before.
        page.wait_for_timeout(500)
        page.keyboard.press(key)
        expect(page.get_by_text(f"{done} today")).to_be_visible()
    assert len(seen) == len(KEYS)


def build_report(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/projects/first-light/quality/")
    page.get_by_role("button", name="Build report").first.click()
    annotators = page.get_by_role("link", name="Annotators", exact=True)
    expect(annotators).to_be_visible(timeout=JOB_MS)
    annotators.click()
    row = page.get_by_role("row").filter(has_text="newcomer").last
    expect(row.get_by_role("cell", name="10", exact=True)).to_be_visible()


def build_dataset(page: Page, stack: Stack, folder: Path) -> None:
    page.goto(f"{stack.url}/projects/first-light/data/new/")
    page.get_by_label("Judgments at least").fill("1")
    page.get_by_label("For the same response at least").fill("1")
    page.get_by_label("Share of annotators to hold out").fill("0")
    page.get_by_role("button", name="Build dataset version").click()
    start = page.get_by_role("link", name="Start training")
    expect(start).to_be_visible(timeout=JOB_MS)

    with page.expect_download() as download:
        page.locator("a[href$='files/judgments/judgments.jsonl']").click()
    download.value.save_as(folder / "judgments.jsonl")
    rows = [json.loads(line) for line in (folder / "judgments.jsonl").read_text().splitlines()]
    new = [row for row in rows if row["comparison_id"].startswith("new-")]
    assert len(new) == len(KEYS)
    assert len({row["annotator"] for row in new}) == 1
    assert "newcomer" not in (folder / "judgments.jsonl").read_text()
    # Seven keys of strength (4 is the tie), as seen on the screen.
    shown = [
        -row["preference"] if row["swapped"] else row["preference"]
        for row in new
        if row["outcome"] == "preference"
    ]
    assert sorted(shown) == [-3, -2, -1, 0, 1, 2, 3]
    outcomes = sorted(row["outcome"] for row in new if row["outcome"] != "preference")
    assert outcomes == ["both_bad", "both_good", "cannot_judge"]

    start.click()


def train(page: Page) -> None:
    page.get_by_label("Epochs").fill("1")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text("Picking the longer").first).to_be_visible(timeout=JOB_MS)
    expect(page.get_by_text("model.safetensors")).to_be_visible()
