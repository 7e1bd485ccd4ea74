"""What axe-core has to say about a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def findings(page: Page, *rules: str) -> list[str]:
    """Serious and critical findings, of all rules or of some: rule, what is wrong, and where."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    options: dict[str, Any] = {"runOnly": only, "resultTypes": ["violations"]}
    violations = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node['html'][:120]}"
        for one in violations
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"][:3]
    ]
