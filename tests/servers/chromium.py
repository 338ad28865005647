"""A Chromium for the browser tests: the system's, else Playwright's own.

python -m tests.servers.chromium      makes sure that there is one, and says which
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_BROWSER = (
    "There is no Chromium: install one (apt install chromium / brew install --cask chromium), "
    "or name it, CHROMIUM=/path/to/chromium make test."
)


class Chromium:
    """One browser for all tests of a process.

    Playwright's synchronous API leaves its event loop marked as running, and no asynchronous test could run
    then. The mark is taken away while no test uses the browser; so a test uses `pages` or is asynchronous, not both.
    """

    def __init__(self, program: Path) -> None:
        self.program = program

    def __enter__(self) -> Self:
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(executable_path=self.program, args=ARGUMENTS)
        self.loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        return self

    def __exit__(self, *_: object) -> None:
        with self.in_use():
            self.browser.close()
            self.playwright.stop()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        asyncio._set_running_loop(self.loop)
        try:
            yield
        finally:
            asyncio._set_running_loop(None)


def find_chromium() -> Path | None:
    """CHROMIUM, the system's, or the one Playwright has installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named)
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    if on_path:
        return Path(on_path)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def main() -> None:
    chromium = find_chromium() or installed_chromium()
    if chromium is None or not runs(chromium):
        sys.exit(NO_BROWSER)
    print(f"Browser tests use {chromium}", flush=True)


def installed_chromium() -> Path | None:
    print("Installing a Chromium for the browser tests …", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return find_chromium()


def runs(chromium: Path) -> bool:
    """A downloaded one may lack libraries of the system."""
    try:
        return subprocess.run([chromium, "--version"], capture_output=True, check=False, timeout=60).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    main()
