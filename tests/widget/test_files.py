"""Vera sends files by button, paste and drag, and gets some; nothing she typed or chose is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, Route, expect

from accounts.models import Membership, Website
from tests.cast import new_person, new_website
from tests.clients.people import StaffMember, log_in
from tests.conversations.test_attachments import PDF, picture
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.accessibility import expect_no_findings
from tests.widget.chat import chat_on, inner_frame
from tests.widget.dropping import DROP
from tests.widget.host_page import HostPage


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


@pytest.fixture
def page(shop: HostPage, pages: Pages) -> Page:
    opened = pages(viewport={"width": 360, "height": 740})
    opened.goto(shop.url())
    return opened


def choose(chat: FrameLocator, name: str, content: bytes, kind: str = "image/png") -> None:
    chat.get_by_label("Add a file").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def waiting(chat: FrameLocator) -> Locator:
    return chat.locator(".tray-item")


def conversation(ben: StaffMember) -> str:
    """The latest."""
    found: str = ben.rest.get("conversations/").json()["results"][0]["id"]
    return found


def test_a_picture_is_chosen_shown_sent_and_opened_large(page: Page, ben: StaffMember) -> None:
    chat = chat_on(page)
    choose(chat, "shot.png", picture(600, 400))
    expect(waiting(chat)).to_have_class(re.compile("ready"))
    expect(waiting(chat).locator("img")).to_be_visible()
    chat.get_by_role("button", name="Send message").click()
    expect(waiting(chat)).to_have_count(0)
    enlarge = chat.get_by_role("button", name="Show shot.png large")
    expect(enlarge.locator("img")).to_be_visible()
    box = enlarge.bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(600 / 400, abs=0.05)
    expect(chat.locator(".bubble")).not_to_contain_text("shot.png")
    expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))
    [entry] = ben.rest.get(f"conversations/{conversation(ben)}/entries/").json()["entries"]
    assert [one["name"] for one in entry["attachments"]] == ["shot.png"]

    enlarge.focus()
    page.keyboard.press("Enter")
    expect(chat.get_by_role("dialog", name="shot.png")).to_be_visible()
    page.keyboard.press("Escape")
    expect(chat.get_by_role("dialog")).to_have_count(0)
    expect(enlarge).to_be_focused()

    page.reload()
    chat = chat_on(page)
    expect(chat.get_by_role("button", name="Show shot.png large").locator("img")).to_be_visible()


@pytest.mark.slow
def test_files_come_by_paste_and_by_drag_and_go_with_what_is_written(page: Page, ben: StaffMember) -> None:
    chat = chat_on(page)
    field = chat.get_by_role("textbox")
    field.fill("Two pictures")
    inner_frame(page).evaluate(DROP, ["paste", "textarea", "pasted.png", list(picture())])
    expect(waiting(chat)).to_have_count(1)
    inner_frame(page).evaluate(DROP, ["drop", "textarea", "dropped.png", list(picture())])
    expect(chat.locator(".tray-item.ready")).to_have_count(2)
    expect(field).to_have_value("Two pictures")
    field.press("Enter")
    expect(chat.locator(".message.mine .picture img")).to_have_count(2)
    expect(chat.locator(".message.mine .bubble")).to_contain_text("Two pictures")
    expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))
    entry = ben.rest.get(f"conversations/{conversation(ben)}/entries/").json()["entries"][-1]
    assert [one["name"] for one in entry["attachments"]] == ["pasted.png", "dropped.png"]


@pytest.mark.slow
def test_what_cannot_be_sent_says_why_and_what_failed_is_tried_again(page: Page) -> None:
    chat = chat_on(page)
    chat.get_by_role("textbox").fill("Look at this")
    choose(chat, "logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
    expect(waiting(chat)).to_contain_text("This kind of file cannot be sent here.")
    expect(waiting(chat).get_by_role("button", name="Try again")).to_have_count(0)
    inner_frame(page).evaluate(
        """() => {
          const data = new DataTransfer();
          const large = new File(['x'], 'film.mp4');
          Object.defineProperty(large, 'size', { value: 2 ** 31 });
          data.items.add(large);
          const event = new Event('paste', { bubbles: true, cancelable: true });
          const clipboardData = { files: [large], types: ['Files'] };
          document.querySelector('textarea').dispatchEvent(Object.assign(event, { clipboardData }));
        }"""
    )
    expect(waiting(chat).last).to_contain_text("This file is too large: at most 20 MB.")
    for name in ("film.mp4", "logo.svg"):
        chat.get_by_role("button", name=f"Remove: {name}").click()
    expect(waiting(chat)).to_have_count(0)

    def fail(route: Route) -> None:
        route.abort()

    page.route("**/attachments/", fail)
    choose(chat, "shot.png", picture())
    expect(waiting(chat)).to_contain_text("The connection was lost.")
    expect_no_findings(page)
    page.unroute("**/attachments/", fail)
    chat.get_by_role("button", name="Try again: shot.png").click()
    expect(waiting(chat)).to_have_class(re.compile("ready"))
    expect(chat.get_by_role("textbox")).to_have_value("Look at this")


@pytest.mark.slow
def test_an_upload_can_be_taken_back_while_it_runs(page: Page) -> None:
    chat = chat_on(page)
    page.route("**/attachments/", lambda route: None)  # no answer at all
    choose(chat, "slow.png", picture())
    expect(waiting(chat).get_by_role("progressbar")).to_be_visible()
    expect(chat.get_by_role("button", name="Send message")).to_be_disabled()
    chat.get_by_role("textbox").fill("Never mind")
    chat.get_by_role("button", name="Remove: slow.png").click()
    expect(waiting(chat)).to_have_count(0)
    expect(chat.get_by_role("button", name="Send message")).to_be_enabled()


@pytest.mark.slow
def test_a_file_of_the_staff_can_be_saved(page: Page, ben: StaffMember) -> None:
    chat = chat_on(page)
    chat.get_by_role("textbox").fill("Please send me the offer")
    chat.get_by_role("textbox").press("Enter")
    expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))
    path = f"conversations/{conversation(ben)}/"
    taken = ben.rest.upload(path + "attachments/", "offer.pdf", PDF).json()
    body = {"client_id": uuid4(), "content": "Here **you** are", "attachments": [taken["id"]]}
    assert ben.rest.post(path + "messages/", body).status_code == 201
    with page.expect_download() as saved:
        chat.get_by_role("button", name="Save offer.pdf").click()
    assert saved.value.suggested_filename == "offer.pdf"
    assert Path(saved.value.path()).read_bytes() == PDF
