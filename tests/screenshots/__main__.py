"""Pictures of the chat on the demo's shop, into docs/images/widget/: python -m tests.screenshots [mode]"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from foundation.supervisor.ports import free_port
from foundation.translations import translator
from tests.screenshots.desk import Desk
from tests.screenshots.states import ANSWERS, ASKED, PICTURE, PROACTIVE, QUESTIONS, STATES, WAITED_FOR, View
from tests.screenshots.wire import Wire
from tests.servers.chromium import ARGUMENTS, NO_BROWSER, find_chromium
from tests.servers.demos import RunningDemo
from tests.servers.folders import new_folder
from tests.servers.stack import PROJECT
from tests.widget.chat import inner_frame
from tests.widget.dropping import DROP

expect.set_options(timeout=20_000)  # ms; only a very busy machine takes that long
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
OFFERS_MAIL = {"EMAIL_URL": "smtp://127.0.0.1:9"}  # where nobody listens: it is offered, and nothing is sent


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:] or list(MODES)
    with new_folder() as folder, RunningDemo(folder / "demo", free_port(), OFFERS_MAIL) as demo, browser() as chromium:
        demo.wait_until_ready().wait_until_healthy()
        for mode in wanted:
            Camera(chromium, f"http://localhost:{demo.port}/demo/demo-acme/", mode).take_all()


class Camera:
    """Of one mode."""

    def __init__(self, chromium: Browser, url: str, mode: str) -> None:
        self.chromium, self.url, self.mode = chromium, url, mode
        self.options, self.language = MODES[mode]

    def take_all(self) -> None:
        self.take_conversation()
        self.take_unread()
        self.take_proactive()
        self.take_unreachable()
        for name, asked in ASKED.items():
            self.take_asked(name, asked)
        self.take_part()

    def take_conversation(self) -> None:
        view = self.view()
        Desk(view.page).wear_a_face()
        self.save(view.page, "launcher")
        view.page.locator(".launcher").click()
        for state in STATES:
            state(view)
            self.save(view.page, state.__name__)
        view.page.close()

    def take_unread(self) -> None:
        view = self.view()
        view.page.locator(".launcher").click()
        view.write(QUESTIONS)
        expect(view.chat.locator(".thumbs")).to_be_visible(timeout=30_000)
        view.chat.locator(".header button").click()
        Desk(view.page).answer(ANSWERS[self.language])
        expect(view.page.locator(".launcher .badge")).to_have_text("1")
        self.save(view.page, "unread")
        view.page.close()

    def take_proactive(self) -> None:
        rule = {"message": PROACTIVE[self.language], "seconds": 0}
        with self.changed({"widget": {"proactive": [rule]}}):
            view = self.view()
            expect(view.page.locator(".teaser")).to_be_visible()
            self.save(view.page, "proactive")
            view.page.close()

    def take_unreachable(self) -> None:
        view = self.view()
        view.page.context.route("**/widget/frame/**", lambda route: route.abort())
        view.page.locator(".launcher").click()
        expect(view.page.get_by_role("alert")).to_be_visible(timeout=15_000)
        self.save(view.page, "unreachable")
        view.page.close()

    def take_asked(self, name: str, asked: dict[str, Any]) -> None:
        with self.changed(asked):
            view = self.view()
            view.page.locator(".launcher").click()
            expect(view.chat.locator(".form-card, .consent").first).to_be_visible()
            self.save(view.page, name)
            if name in WAITED_FOR:
                inner_frame(view.page).evaluate(DROP, ["drop", ".form-card", "shot.png", list(PICTURE)])
                expect(view.chat.locator(".tray-item")).to_be_visible()
                self.save(view.page, f"waiting-{name}")
            view.page.close()

    def take_part(self) -> None:
        view = self.view()
        writing = json.loads((PROJECT / "static" / "dist" / "manifest.json").read_text())["writing.js"]
        view.page.context.route(f"**/{writing}*", lambda route: route.abort())
        view.page.locator(".launcher").click()
        expect(view.button("Try again")).to_be_visible(timeout=30_000)
        self.save(view.page, "part")
        view.page.close()

    @contextmanager
    def changed(self, fields: dict[str, Any]) -> Iterator[None]:
        view = self.view()
        desk = Desk(view.page)
        view.page.close()
        website = desk.website()
        desk.change(website, fields)
        yield
        desk.change(website, {field: website[field] for field in fields})

    def view(self) -> View:
        page = self.chromium.new_page(**self.options, reduced_motion="reduce")
        network = Wire(page)
        page.add_init_script(f"window.chatPlatformSettings = {{locale: '{self.language}'}}")
        page.goto(self.url)
        expect(page.locator(".launcher")).to_be_visible()
        return View(page, page.frame_locator("iframe"), network, self.language, translator(self.language))

    def save(self, page: Page, state: str) -> None:
        page.wait_for_timeout(400)  # fonts and pictures
        path = FOLDER / f"{state}-{self.mode}.webp"  # every colour as it is, and half as large as a PNG
        Image.open(BytesIO(page.screenshot())).convert("RGB").save(path, lossless=True, quality=80, method=4)
        print(path.relative_to(PROJECT), path.stat().st_size)


@contextmanager
def browser() -> Iterator[Browser]:
    program = find_chromium() or sys.exit(NO_BROWSER)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=ARGUMENTS)


if __name__ == "__main__":
    main()
