"""Pictures of the owners' pages on the demo, into docs/images/owner/: python -m tests.screenshots.owner [mode]"""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from foundation.supervisor.ports import free_port
from tests.dashboard.signing_up import sign_up
from tests.screenshots.__main__ import browser
from tests.screenshots.desk import OWNER
from tests.servers.demos import RunningDemo
from tests.servers.folders import new_folder
from tests.servers.mail import MailServer
from tests.servers.stack import PROJECT

FOLDER = PROJECT / "docs" / "images" / "owner"
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
MODES: dict[str, dict[str, Any]] = {"light": DESK, "dark": {**DESK, "color_scheme": "dark"}, "phone": PHONE}
EMAIL = "olga@bikes.test"
TALLEST = 1600  # pixels
OUTSIDE = {"log-in": "login/", "sign-up": "signup/", "password-reset": "password/reset/"}
ACCOUNT = {"second-factor": "/accounts/2fa/", "sessions": "/accounts/sessions/", "account": "/manage/account/"}
# Of the demo's shop, below /manage/<id>/.
OF_WEBSITE = (
    *("websites", "install", "appearance", "forms", "hours", "assignment", "canned", "labels", "knowledge"),
    *("assistant", "playground", "questions", "unanswered", "team", "privacy", "webhooks", "api-keys", "audit"),
    "reports",
)
# Of a website on which nothing has happened yet.
OF_NEW = ("first-steps", "knowledge", "webhooks", "reports")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with new_folder() as folder, MailServer() as mails, browser() as chromium:
        more = {"SIGN_UP": "1", "EMAIL_URL": mails.url}
        with RunningDemo(folder / "demo", free_port(), more) as demo:
            demo.wait_until_ready().wait_until_healthy()
            for mode in sys.argv[1:] or list(MODES):
                take(chromium, demo.url, mode)
                take_first_run(chromium, demo.url, mode, mails)


def take(chromium: Browser, site: str, mode: str) -> None:
    page = chromium.new_page(**MODES[mode], reduced_motion="reduce")
    for name, rest in OUTSIDE.items():
        save(page, f"{site}/accounts/{rest}", name, mode)
    enter(page, site)
    for name, path in ACCOUNT.items():
        save(page, site + path, name, mode)
    page.goto(f"{site}/manage/")
    shop = page.url.split("/manage/")[1].partition("/")[0]
    for name in OF_WEBSITE:
        save(page, f"{site}/manage/{shop}/{name}/", name, mode)
    save(page, f"{site}/live-chat/diagnostics/", "diagnostics", mode)
    page.get_by_role("button", name="Run the tests").click()
    expect(page.get_by_role("button", name="Run again")).to_be_visible(timeout=60_000)
    keep(page, "diagnostics-well", mode)
    fresh = new_website(page, f"{site}/manage/{shop}/websites/new/")
    for name in OF_NEW:
        save(page, f"{site}/manage/{fresh}/{name}/", f"new-{name}", mode)
    page.close()


def take_first_run(chromium: Browser, site: str, mode: str, mails: MailServer) -> None:
    """Each of its pages, from sign-up on."""
    page = chromium.new_page(**MODES[mode], reduced_motion="reduce")
    sign_up(page, site, mails, f"{mode}-{EMAIL}")
    page.get_by_label("Your name").fill("Olga")
    page.get_by_label("Name of your organisation").fill("Olga's bikes")
    keep(page, "first-organisation", mode)
    page.get_by_role("button", name="Go on", exact=True).click()
    page.get_by_label("Name of your website").fill("Bike shop")
    keep(page, "first-website", mode)
    page.get_by_role("button", name="Go on", exact=True).click()
    expect(page.get_by_text("Waiting for the first visit…")).to_be_visible()
    for name in ("first-snippet", "first-article", "first-team"):
        keep(page, name, mode)
        page.get_by_role("button", name="Skip this").click()
    keep(page, "first-done", mode)
    page.close()


def enter(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.locator("[name=login]").fill(OWNER)
    page.locator("[name=password]").fill("demo-pass-2026")
    page.locator("form button[type=submit]").first.click()
    expect(page.locator("#conversation-list")).to_be_attached(timeout=60_000)


def new_website(page: Page, address: str) -> str:
    page.goto(address)
    page.get_by_label("Name").fill("Summer shop")
    with page.expect_navigation():
        page.locator("main form button.button-primary").click()
    return page.url.split("/manage/")[1].partition("/")[0]


def save(page: Page, address: str, name: str, mode: str) -> None:
    page.goto(address)
    keep(page, name, mode)


def keep(page: Page, name: str, mode: str) -> None:
    """In a window as tall as the page, so that what stands beside it is whole, too."""
    size = MODES[mode]["viewport"]
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(tall, TALLEST))})
    page.wait_for_timeout(400)  # fonts and charts
    path = FOLDER / f"{name}-{mode}.webp"
    Image.open(BytesIO(page.screenshot())).convert("RGB").save(path, lossless=True, quality=80, method=4)
    page.set_viewport_size(size)
    print(path.relative_to(PROJECT), path.stat().st_size)


if __name__ == "__main__":
    main()
