"""Browser pages for tests: each in a context of its own, with evidence kept when a test fails."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect

expect.set_options(timeout=20_000)  # ms; only a failure, or a very busy machine, takes that long

EVIDENCE = Path(__file__).resolve().parents[2] / "test-results"


class Pages:
    """`pages()` opens one; keywords go to Playwright's `new_context`, such as viewport, locale, color_scheme."""

    def __init__(self, browser: Browser, test: str) -> None:
        self.browser = browser
        self.test = re.sub(r"[^\w.-]+", "-", test).strip("-")
        self.contexts: list[BrowserContext] = []
        self.opened: list[Page] = []
        self.console: list[str] = []
        self.errors: list[str] = []

    def __call__(self, **options: Any) -> Page:
        context = self.browser.new_context(**options)
        self.contexts.append(context)
        context.on("page", self._listen)
        return context.new_page()

    def save_evidence(self) -> None:
        """A picture of every page, and what they wrote to the console."""
        EVIDENCE.mkdir(exist_ok=True)
        for number, page in enumerate(self.opened, start=1):
            if not page.is_closed():
                page.screenshot(path=EVIDENCE / f"{self.test}-{number}.png")
        (EVIDENCE / f"{self.test}-console.txt").write_text("\n".join(self.console) + "\n")

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _listen(self, page: Page) -> None:
        number = len(self.opened) + 1
        self.opened.append(page)
        page.on("console", lambda message: self._note(number, message))
        page.on("filechooser", lambda _: None)  # Heard from the start: told late, Chromium opens a dialog nobody sees.
        page.on("pageerror", lambda error: self._note_error(number, error))

    def _note(self, number: int, message: ConsoleMessage) -> None:
        self.console.append(f"page {number} {message.type}: {message.text}")

    def _note_error(self, number: int, error: Error) -> None:
        self.console.append(f"page {number} uncaught: {error}")
        self.errors.append(str(error))
