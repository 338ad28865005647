"""Pictures of the chat on the demo's shop, into docs/images/widget/: python -m tests.screenshots [mode]"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from foundation.supervisor.ports import free_port
from foundation.translations import translator
from tests.servers.chromium import ARGUMENTS, NO_BROWSER, find_chromium
from tests.servers.demos import RunningDemo
from tests.servers.folders import new_folder
from tests.servers.stack import PROJECT

FOLDER = PROJECT / "docs" / "images" / "widget"
DESKTOP = {"viewport": {"width": 480, "height": 800}}
PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True}
# Name, what the browser is, and the language the page asks for.
MODES: dict[str, tuple[dict[str, Any], str]] = {
    "light": (DESKTOP, "en"),
    "dark": ({**DESKTOP, "color_scheme": "dark"}, "en"),
    "phone": (PHONE, "en"),
    "rtl": (DESKTOP, "ar"),
}
QUESTIONS = {"en": "How long does delivery take?", "ar": "مرحبا"}

State = Callable[[Page, FrameLocator, str], None]


def welcome(page: Page, chat: FrameLocator, language: str) -> None:
    expect(chat.locator(".card")).to_be_visible()


def answer(page: Page, chat: FrameLocator, language: str) -> None:
    write(chat, QUESTIONS[language])
    expect(chat.get_by_role("group", name=translator(language)("Was this helpful?"))).to_be_visible(timeout=30_000)


def person(page: Page, chat: FrameLocator, language: str) -> None:
    chat.get_by_role("button", name=translator(language)("Talk to a person")).click()
    expect(chat.locator(".contact")).to_be_visible(timeout=15_000)


def trouble(page: Page, chat: FrameLocator, language: str) -> None:
    page.context.set_offline(True)
    write(chat, {"en": "I am in a tunnel", "ar": "أنا في نفق"}[language])
    expect(chat.locator(".banner")).to_be_visible(timeout=15_000)


STATES: list[State] = [welcome, answer, person, trouble]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:] or list(MODES)
    with new_folder() as folder, RunningDemo(folder / "demo", free_port()) as demo, browser() as chromium:
        demo.wait_until_ready().wait_until_healthy()
        for mode in wanted:
            take(chromium, f"http://localhost:{demo.port}/demo/demo-acme/", mode)


def take(chromium: Browser, url: str, mode: str) -> None:
    options, language = MODES[mode]
    page = chromium.new_page(**options, reduced_motion="reduce")
    page.add_init_script(f"window.chatPlatformSettings = {{locale: '{language}'}}")
    page.goto(url)
    launcher = page.locator(".launcher")
    expect(launcher).to_be_visible()
    save(page, mode, "launcher")
    launcher.click()
    chat = page.frame_locator("iframe")
    for state in STATES:
        state(page, chat, language)
        page.wait_for_timeout(400)  # fonts and pictures
        save(page, mode, state.__name__)
    page.close()


def write(chat: FrameLocator, text: str) -> None:
    field = chat.locator("textarea")
    field.fill(text)
    field.press("Enter")


def save(page: Page, mode: str, state: str) -> None:
    path = FOLDER / f"{state}-{mode}.png"
    image = Image.open(BytesIO(page.screenshot()))
    image.quantize(128).save(path, optimize=True)  # small enough for a repository
    print(path.relative_to(PROJECT))


@contextmanager
def browser() -> Iterator[Browser]:
    program = find_chromium() or sys.exit(NO_BROWSER)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=ARGUMENTS)


if __name__ == "__main__":
    main()
