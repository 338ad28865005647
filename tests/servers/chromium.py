"""A Chromium for the browser tests: the system's, else Playwright's own.

python -m tests.servers.chromium      makes sure that there is one, and says which
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
