"""What axe finds in the page and in the chat's frame."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Frame, Page

from tests.widget.chat import inner_frame

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Of the customer's page with our launcher, and of the frame where there is one."""
    frames = [page.main_frame, *([inner_frame(page)] if "/widget/frame/" in str([f.url for f in page.frames]) else [])]
    return [found for frame in frames for found in _violations(frame)]


def expect_no_findings(page: Page) -> None:
    """Nothing by axe that stays, and nothing to be scrolled sideways. What is being put up may be looked at again."""
    found = violations(page)
    for _ in range(3):
        if found:
            page.wait_for_timeout(500)
            found = violations(page)
    assert found == []
    assert inner_frame(page).evaluate("document.body.scrollWidth <= innerWidth")


def _violations(frame: Frame) -> list[str]:
    frame.evaluate(AXE.read_text() + ";0")
    options = {"runOnly": RULES, "iframes": False}
    found = frame.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]} {one['nodes'][0]['failureSummary']}" for one in found]
