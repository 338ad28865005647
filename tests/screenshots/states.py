"""The states of one conversation, in the order in which they come about, and those of pages of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from playwright.sync_api import FilePayload, FrameLocator, Page, Route, expect

from foundation.translations import Translator
from tests.screenshots.desk import Desk
from tests.screenshots.wire import Wire
from tests.servers.stack import PROJECT
from tests.widget.chat import inner_frame

PICTURE = (PROJECT / "docs" / "images" / "widget.png").read_bytes()
# What is sent to our own machine is there at once, so the browser's own word of how far it is comes from us.
KEEP_UPLOAD = """() => {
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (body) { window.onItsWay = this.upload; send.call(this, body); };
}"""
ADA: dict[str, Any] = {"from": "agent", "author": {"id": "ada", "name": "Ada Ahlgren", "avatar_url": None}}
QUESTIONS = {"en": "How long does delivery take?", "ar": "مرحبا"}
ANSWERS = {
    "en": "Hi, Ada here. I have looked it up: your parcel leaves **today** and is with you on Thursday.",
    "ar": "مرحبا، معك أدا. تحققت من طلبك: سيغادر الطرد **اليوم** ويصلك يوم الخميس.",
}


@dataclass(frozen=True)
class View:
    """A page with the chat on it."""

    page: Page
    chat: FrameLocator
    network: Wire
    language: str
    gettext: Translator

    def write(self, text: dict[str, str]) -> None:
        field = self.chat.locator(".grows textarea")
        field.fill(text[self.language])
        field.press("Enter")

    def button(self, name: str) -> Any:
        return self.chat.get_by_role("button", name=self.gettext(name))


State = Callable[[View], None]


def welcome(view: View) -> None:
    expect(view.chat.locator(".card")).to_be_visible()


def answer(view: View) -> None:
    view.write(QUESTIONS)
    expect(view.chat.get_by_role("group", name=view.gettext("Was this helpful?"))).to_be_visible(timeout=30_000)


def sources(view: View) -> None:
    view.write(dict.fromkeys(QUESTIONS, "How do I return something?"))
    expect(view.chat.locator(".thumbs")).to_have_count(2, timeout=30_000)


def streaming(view: View) -> None:
    view.network.is_holding = True
    view.write(dict.fromkeys(QUESTIONS, "Which backpack do I need?"))
    expect(view.button("Stop answering")).to_be_visible(timeout=30_000)
    for _ in range(100):
        if view.network.held:
            break
        view.page.wait_for_timeout(50)


def person(view: View) -> None:
    view.network.let_go()
    expect(view.chat.locator(".thumbs")).to_have_count(3)
    view.button("Talk to a person").click()
    expect(view.chat.locator(".contact")).to_be_visible(timeout=15_000)


def typing(view: View) -> None:
    view.network.tell(type="typing", **ADA, is_typing=True, expires_in=60)
    expect(view.chat.locator(".typing")).to_be_visible()


def colleague(view: View) -> None:
    view.network.tell(type="typing", **ADA, is_typing=False, expires_in=0)
    Desk(view.page).answer(ANSWERS[view.language])
    expect(view.chat.locator(".message .avatar img")).to_be_visible()


def upload(view: View) -> None:
    frame = inner_frame(view.page)
    frame.evaluate(KEEP_UPLOAD)
    view.page.route("**/attachments/", lambda route: None)  # which takes its time
    tent: FilePayload = {"name": "tent.png", "mimeType": "image/png", "buffer": PICTURE}
    view.chat.locator(".attach input").set_input_files([tent])
    expect(view.chat.locator("progress")).to_be_visible()
    frame.evaluate("onItsWay.dispatchEvent(new ProgressEvent('progress', {loaded: 45, total: 100}))")
    expect(view.chat.locator("progress")).to_have_attribute("value", "0.45")


def files(view: View) -> None:
    view.chat.locator(".tray-item .tray-button").last.click()
    view.page.unroute("**/attachments/")
    tent: FilePayload = {"name": "tent.png", "mimeType": "image/png", "buffer": PICTURE}
    order: FilePayload = {"name": "order-2291.csv", "mimeType": "text/csv", "buffer": b"a,b"}
    choose = view.chat.locator(".attach input")
    choose.set_input_files([tent, order])
    expect(view.chat.locator(".tray-item.ready")).to_have_count(2)
    view.write({"en": "This is how it arrived", "ar": "هكذا وصلت"})
    expect(view.chat.locator(".message.mine .picture img")).to_be_visible()
    choose.set_input_files({"name": "film.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"})
    expect(view.chat.locator(".tray-item.failed")).to_be_visible()


def emoji(view: View) -> None:
    view.chat.locator(".tray-item .tray-button").last.click()
    view.button("Emoji").click()
    expect(view.chat.locator(".emoji button").first).to_be_focused()


def failed(view: View) -> None:
    view.page.keyboard.press("Escape")
    refuse = partial(Route.fulfill, status=403, json={"error": {"code": "forbidden", "detail": "not today"}})
    view.page.context.route("**/messages/", lambda route: refuse(route))
    view.network.cut_sockets()
    view.write({"en": "One more thing", "ar": "سؤال آخر"})
    expect(view.chat.locator(".failure")).to_be_visible(timeout=20_000)


def rating(view: View) -> None:
    view.button("Discard").click()
    view.page.context.unroute("**/messages/")
    view.network.come_back()
    expect(view.chat.locator(".banner")).to_have_count(0, timeout=20_000)
    desk = Desk(view.page)
    desk.ask("PATCH", f"conversations/{desk.newest()}/", json={"status": "resolved"})
    view.chat.locator(".scores input").nth(3).check()
    expect(view.chat.locator(".ending textarea")).to_be_visible()
    view.chat.locator(".ending").scroll_into_view_if_needed()


def transcript(view: View) -> None:
    view.button("Send rating").click()
    expect(view.chat.get_by_role("status").filter(has_text=view.gettext("Thank you for your rating."))).to_be_focused()
    view.button("Send me this chat by e-mail").click()
    expect(view.chat.locator("#transcript-email")).to_be_focused()
    view.chat.locator(".ending").scroll_into_view_if_needed()


def trouble(view: View) -> None:
    view.page.context.set_offline(True)
    view.write({"en": "I am in a tunnel", "ar": "أنا في نفق"})
    expect(view.chat.locator(".banner")).to_be_visible(timeout=15_000)


# In one conversation, one after the other.
STATES: list[State] = [
    *(welcome, answer, sources, streaming, person, typing, colleague),
    *(upload, files, emoji, failed, rating, transcript, trouble),
]
# What a website may ask first, each on a page of its own.
ASKED: dict[str, dict[str, Any]] = {
    "form": {"widget": {"form": {"enabled": True, "fields": [
        {"key": "name", "required": True}, {"key": "email", "kind": "email"},
        {"key": "topic", "label": "Order", "kind": "select", "options": ["#2291", "#2292"]}]}}},
    "consent": {"widget": {"consent": {"enabled": True, "link": "https://acme.test/privacy"}}},
    "away": {"ai_enabled": False, "hours": {"enabled": True, "time_zone": "Europe/Berlin",
        "week": {"mon": [{"start": "09:00", "end": "09:01"}]}}},
}  # fmt: skip
# Those with a card on which files can be dropped already.
WAITED_FOR = {"form", "consent"}
PROACTIVE = {
    "en": "Looking for a tent? I can help you choose.",
    "ar": "هل تبحث عن خيمة؟ يمكنني مساعدتك في الاختيار.",
}
