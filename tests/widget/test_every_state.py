"""Nobody is kept out while things happen: an answer being written, somebody typing, files, faces, and the end."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from accounts.models import Membership, Website
from tests.cast import new_person, new_website
from tests.clients.people import StaffMember, log_in
from tests.conversations.test_attachments import picture
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.accessibility import violations
from tests.widget.chat import chat_on, inner_frame, store
from tests.widget.host_page import HostPage
from tests.widget.wire import Wire

MESSAGE = "00000000-0000-4000-8000-000000000007"
WRITTEN = """Delivery takes **two days**:

* to Lisbon
* to Porto

| a | b |
|---|---|
| 1 | 2 |

`code` and [a link](https://acme.test/)"""
WIDTH = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="module")
def acme(open_database: None) -> Website:
    return new_website("Acme", ai_enabled=False)


@pytest.fixture(scope="module")
def ben(stack: Stack, acme: Website) -> StaffMember:
    return log_in(stack, new_person("Ben", acme, Membership.Role.AGENT))


@pytest.fixture(scope="module")
def shop(stack: Stack, acme: Website) -> Iterator[HostPage]:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as page:
        yield page


@pytest.fixture(scope="module")
def shop_with_ai(stack: Stack, open_database: None) -> Iterator[HostPage]:
    with HostPage(f"{stack.url}/widget/{new_website('Acme').website_key}.js") as page:
        yield page


class Looks:
    """What axe found in each state, and whether it fitted."""

    def __init__(self, page: Page) -> None:
        self.page, self.found = page, dict[str, list[str]]()

    def __call__(self, state: str) -> None:
        self.found[state] = violations(self.page)
        if not inner_frame(self.page).evaluate(WIDTH):
            self.found[state].append("has to be scrolled sideways")

    def problems(self) -> dict[str, list[str]]:
        return {state: problems for state, problems in self.found.items() if problems}


@pytest.fixture(
    params=[
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"viewport": {"width": 320, "height": 568}},
        {"forced_colors": "active"},
    ],
    ids=["light", "dark", "320 px", "forced colours"],
)
def page(request: pytest.FixtureRequest, pages: Pages) -> Page:
    return pages(**{"viewport": {"width": 480, "height": 800}, "reduced_motion": "reduce", **request.param})


def choose(chat: FrameLocator, name: str, content: bytes, kind: str = "image/png") -> None:
    chat.get_by_label("Add a file").set_input_files({"name": name, "mimeType": kind, "buffer": content})


@pytest.mark.slow
def test_axe_finds_nothing_while_somebody_writes(page: Page, shop_with_ai: HostPage) -> None:
    wire, look = Wire(page), Looks(page)
    page.goto(shop_with_ai.url())
    chat = chat_on(page)
    store(chat, "Hello")
    expect(chat.locator(".theirs:not(.draft)")).to_be_visible()
    wire.tell(type="typing", **{"from": "agent"}, is_typing=True, expires_in=60, author=None)
    expect(chat.locator(".typing")).to_be_visible()
    look("typing")
    wire.tell(type="chunk", message_id=MESSAGE, index=0, content=WRITTEN)
    expect(chat.locator(".draft strong")).to_be_visible()
    expect(chat.get_by_role("button", name="Stop answering")).to_be_visible()
    look("an answer being written")
    assert look.problems() == {}


@pytest.mark.slow
def test_axe_finds_nothing_with_files_and_faces(page: Page, shop: HostPage) -> None:
    look = Looks(page)
    page.goto(shop.url())
    chat = chat_on(page)
    chat.get_by_role("button", name="Emoji").click()
    expect(chat.get_by_role("button", name="🎉")).to_be_visible()
    look("faces to choose from")
    expect(chat.get_by_role("button", name="😀")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(chat.get_by_role("button", name="😃")).to_be_focused()
    page.keyboard.press("Escape")
    expect(chat.get_by_role("textbox")).to_be_focused()
    expect(chat.get_by_role("group", name="Emoji")).to_have_count(0)
    page.route("**/attachments/", lambda route: None)  # no answer at all
    choose(chat, "a-picture-with-a-very-long-name-that-does-not-fit-anywhere.png", picture())
    expect(chat.get_by_role("progressbar")).to_be_visible()
    look("uploading")
    chat.get_by_role("button", name=re.compile("^Remove")).click()
    page.unroute("**/attachments/")
    choose(chat, "logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
    expect(chat.locator(".tray-item.failed")).to_be_visible()
    look("refused")
    chat.get_by_role("button", name=re.compile("^Remove")).click()
    choose(chat, "shot.png", picture(600, 400))
    expect(chat.locator(".tray-item.ready")).to_be_visible()
    look("ready to be sent")
    chat.get_by_role("button", name="Send message").click()
    enlarge = chat.get_by_role("button", name="Show shot.png large")
    expect(enlarge.locator("img")).to_be_visible()
    look("sent")
    enlarge.click()
    expect(chat.get_by_role("dialog", name="shot.png")).to_be_visible()
    look("large")
    assert look.problems() == {}


@pytest.mark.slow
def test_axe_finds_nothing_at_the_end(page: Page, shop: HostPage, ben: StaffMember) -> None:
    look = Looks(page)
    page.goto(shop.url())
    chat = chat_on(page)
    store(chat, "That is all")
    conversation = ben.rest.get("conversations/").json()["results"][0]["id"]
    ben.rest.patch(f"conversations/{conversation}/", {"status": "resolved"})
    good = chat.get_by_role("radio", name="Good", exact=True)
    expect(good).to_be_visible()
    look("a rating is asked for")
    good.check()
    look("a rating with words")
    chat.get_by_role("button", name="Send rating").click()
    expect(chat.get_by_text("Thank you for your rating.")).to_be_visible()
    look("rated")
    assert look.problems() == {}
