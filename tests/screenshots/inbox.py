"""Pictures of the inbox in each of its states, into docs/images/inbox/: python -m tests.screenshots.inbox [mode]"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx2
from PIL import Image
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from foundation.supervisor.ports import free_port
from tests.screenshots.__main__ import browser
from tests.servers.demos import RunningDemo
from tests.servers.folders import new_folder
from tests.servers.stack import PROJECT

FOLDER = PROJECT / "docs" / "images" / "inbox"
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
MODES: dict[str, dict[str, Any]] = {
    "light": DESK,
    "dark": {**DESK, "color_scheme": "dark"},
    "phone": PHONE,
    "phone-dark": {**PHONE, "color_scheme": "dark"},
}
WORDS = {
    "photos": "Thank you, {{visitor.first_name|there}}. Could you send us a photo of the damage?",
    "replacement": "A replacement leaves our warehouse today, and you keep the damaged one.",
}
# So slow that what the AI writes can be looked at; the demo's own plays are not written by it.
SLOW = {"AI_CHUNKS_PER_SECOND": "0.5"}


@dataclass
class Studio:
    """Ben's inbox, and the others by REST."""

    page: Page
    api: str
    sockets: list[WebSocketRoute] = field(default_factory=list)
    is_cut: bool = False

    def staff(self, who: str, method: str, path: str, body: Any = None) -> Any:
        return staff(self.api, who, method, path, body)

    def visitor(self, content: str) -> str:
        """Somebody new, who writes this, with their conversation open; their id."""
        session = self.post("widget/sessions/", {"website_key": "demo-acme"}, "")
        body = {"client_id": str(uuid4()), "content": content}
        opened = self.post("widget/conversations/", body, session["visitor_token"])
        self.page.goto(self.api.replace("api/v1/", f"live-chat/{opened['conversation']['id']}/"))
        expect(self.page.get_by_role("log").get_by_role("article").first).to_be_visible()
        return str(session["visitor"]["id"])

    def post(self, path: str, body: Any, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx2.post(self.api + path, json=body, headers=headers, trust_env=False).raise_for_status().json()

    def open(self, who: str) -> None:
        self.page.goto(self.api.replace("api/v1/", "live-chat/"))
        self.page.locator("#conversation-list a", has_text=who).first.click()
        expect(self.page.get_by_role("log").get_by_role("article").first).to_be_visible()

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def connect(self, socket: WebSocketRoute) -> None:
        if self.is_cut:
            socket.close(code=1001)
        else:
            self.sockets.append(socket)
            socket.connect_to_server()


def staff(api: str, who: str, method: str, path: str, body: Any = None) -> Any:
    """Somebody of Acme, by REST."""
    headers = {"Authorization": f"Bearer {token_for(api, who)}"}
    answer = httpx2.request(method, api + path, json=body, headers=headers, trust_env=False).raise_for_status()
    return answer.json() if answer.content else None


@cache
def token_for(api: str, who: str) -> str:
    """Once: attempts to log in are counted."""
    proof = {"email": f"{who}@acme.test", "password": "demo-pass-2026"}
    return str(httpx2.post(api + "auth/token/", json=proof, trust_env=False).raise_for_status().json()["access"])


def list_(studio: Studio) -> None:
    expect(studio.page.locator("#conversation-list a").first).to_be_visible()


def conversation(studio: Studio) -> None:
    studio.open("Sofia")


def mention(studio: Studio) -> None:
    studio.keys("n")
    studio.page.locator("#composer").press_sequentially("Could you look at this, @")
    expect(studio.page.get_by_role("listbox").get_by_role("option").first).to_be_visible()


def note(studio: Studio) -> None:
    studio.page.locator("#composer").press_sequentially("Cleo")
    studio.keys("Enter", "Control+Enter")
    expect(studio.page.get_by_role("log")).to_contain_text("Could you look at this, @Cleo Campos")
    studio.keys("Escape", "r", "Escape")


def merge(studio: Studio) -> None:
    """With the notice of what was done before."""
    studio.page.locator("#assign-to").select_option(label="Cleo Campos")
    expect(studio.page.get_by_role("button", name="Undo").last).to_be_visible()
    studio.page.get_by_role("button", name="Merge…").click()
    studio.page.get_by_label("Name, e-mail or id of the other one").fill("a")
    studio.page.get_by_role("button", name="Search", exact=True).click()
    studio.page.get_by_role("radio").first.check()


def canned(studio: Studio) -> None:
    studio.keys("Escape", "g", "c")
    expect(studio.page.get_by_role("dialog", name="Canned replies")).to_contain_text("/photos")


def snooze(studio: Studio) -> None:
    studio.keys("Escape", "z")
    expect(studio.page.get_by_role("button", name="Until the visitor writes")).to_be_visible()


def palette(studio: Studio) -> None:
    studio.keys("Escape", "Control+k")
    studio.page.get_by_role("combobox", name="Command").fill("ass")


def help_(studio: Studio) -> None:
    studio.keys("Escape", "?")
    expect(studio.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def alerts(studio: Studio) -> None:
    studio.keys("Escape", "g", "a")
    dialog = studio.page.get_by_role("dialog", name="Alerts")
    expect(dialog.get_by_role("switch", name=re.compile("^To "))).to_be_enabled()


def away(studio: Studio) -> None:
    studio.keys("Escape")
    studio.page.get_by_role("button", name=re.compile("Your menu")).first.click()
    switch = studio.page.get_by_role("switch", name=re.compile("^Away: no"))
    with studio.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        switch.check()


def search(studio: Studio) -> None:
    with studio.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        studio.page.get_by_role("switch", name=re.compile("^Away: no")).uncheck()
    studio.keys("Escape")
    studio.page.get_by_label("Search conversations").fill("order")
    expect(studio.page.locator("mark").first).to_be_visible()


def empty(studio: Studio) -> None:
    studio.page.goto(studio.api.replace("api/v1/", "live-chat/?view=mentions"))
    expect(studio.page.get_by_text("No note calls you.")).to_be_visible()


def streaming(studio: Studio) -> None:
    studio.visitor("Which sleeping bag for autumn in the Alps?")
    expect(studio.page.locator(".bubble-draft")).to_be_visible(timeout=30_000)


def reconnecting(studio: Studio) -> None:
    studio.is_cut = True
    for socket in studio.sockets:
        socket.close(code=1001)
    studio.sockets.clear()
    expect(studio.page.get_by_text("Reconnecting").first).to_be_visible()


def erased(studio: Studio) -> None:
    studio.is_cut = False
    gone = studio.visitor("Please delete everything you know of me")
    studio.page.locator("#composer").fill("Of course. Before I do,")
    studio.staff("owner", "DELETE", f"visitors/{gone}/")
    expect(studio.page.get_by_text("What you had written for")).to_be_visible()


def access_ended(studio: Studio) -> None:
    studio.open("Sofia")
    studio.page.locator("#composer").fill("Dear Sofia, your parcel")
    members = studio.staff("owner", "GET", "members/memberships/")["results"]
    ben = next(one["user"] for one in members if one["name"] == "Ben Baker")
    studio.staff("owner", "PATCH", f"members/{ben}/membership/", {"is_suspended": True})
    expect(studio.page.get_by_role("heading", name=re.compile("You no longer have access"))).to_be_visible()
    studio.staff("owner", "PATCH", f"members/{ben}/membership/", {"is_suspended": False})


State = Callable[[Studio], None]
STATES: list[State] = [
    *(list_, conversation, mention, note, merge, canned, snooze, palette, help_, alerts, away, search),
    *(empty, streaming, reconnecting, erased, access_ended),
]
ON_A_PHONE: list[State] = [list_, conversation, erased, access_ended]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with new_folder() as folder, RunningDemo(folder / "demo", free_port(), SLOW) as demo, browser() as chromium:
        demo.wait_until_ready().wait_until_healthy()
        keep_words(demo.url)
        for mode in sys.argv[1:] or list(MODES):
            take(chromium, demo.url, mode)


def keep_words(url: str) -> None:
    """What Ben may put in with a slash."""
    api = url + "/api/v1/"
    website = staff(api, "admin", "GET", "websites/")["results"][0]["id"]
    for shortcut, content in WORDS.items():
        body = {"website": website, "shortcut": shortcut, "content": content}
        staff(api, "admin", "POST", "canned-replies/", body)


def take(chromium: Browser, url: str, mode: str) -> None:
    page = chromium.new_page(**MODES[mode], reduced_motion="reduce", locale="en-GB")
    studio = Studio(page, url + "/api/v1/")
    page.route_web_socket(re.compile("/ws/"), studio.connect)
    page.goto(url + "/live-chat/")
    page.get_by_label("Email").fill("agent@acme.test")
    page.get_by_label("Password").fill("demo-pass-2026")
    page.get_by_role("button", name="Log in").click()
    for state in ON_A_PHONE if mode.startswith("phone") else STATES:
        state(studio)
        page.wait_for_timeout(400)  # fonts and pictures
        save(page, f"{state.__name__.strip('_').replace('_', '-')}-{mode}")
    page.close()


def save(page: Page, name: str) -> None:
    path = FOLDER / f"{name}.png"
    Image.open(BytesIO(page.screenshot())).convert("RGB").save(path, optimize=True)
    print(path.relative_to(PROJECT))


if __name__ == "__main__":
    main()
