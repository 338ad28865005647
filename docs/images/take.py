"""Take the README's picture of the chat from a running demo: `.venv/bin/python docs/images/take.py [port]`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.servers.chromium import ARGUMENTS, find_chromium

HERE = Path(__file__).parent
PORT = sys.argv[1] if len(sys.argv) > 1 else "8000"


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        take_widget(browser)
        browser.close()


def take_widget(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1180, "height": 800})
    page.goto(f"http://localhost:{PORT}/demo/demo-acme/")
    page.get_by_role("button", name="chat").first.click()
    widget = page.frame_locator("iframe")
    box = widget.get_by_role("textbox")
    box.fill("How long does delivery to Portugal take?")
    box.press("Enter")
    expect(widget.get_by_role("link", name="International delivery")).to_be_visible()
    page.screenshot(path=HERE / "widget.png")


if __name__ == "__main__":
    main()
