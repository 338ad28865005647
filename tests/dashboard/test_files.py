"""Ben sends files and notes with files, and opens what Vera sent, in the inbox."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.clients.people import Visitor, session_cookie, visit
from tests.conversations.test_attachments import PDF, picture
from tests.dashboard.accessibility import violations
from tests.servers.pages import Pages
from tests.servers.stack import Stack


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    """She has sent a picture and a document."""
    visitor = visit(stack, people_only.acme)
    visitor.open("This is what I see")
    for name, content in (("shot.png", picture(900, 600)), ("order.pdf", PDF)):
        taken = visitor.rest.upload(visitor.path("attachments/"), name, content).json()
        body = {"client_id": uuid4(), "content": name, "attachments": [taken["id"]]}
        assert visitor.rest.post(visitor.path("messages/"), body).status_code == 201
    return visitor


@pytest.fixture
def session(stack: Stack, people_only: Cast) -> str:
    return session_cookie(stack, people_only.ben)["Cookie"].partition("=")[2]


@pytest.fixture
def inbox(stack: Stack, vera: Visitor, session: str, pages: Pages) -> Page:
    page = pages(viewport={"width": 1440, "height": 900})
    page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": session, "url": stack.url}])
    page.goto(f"{stack.url}/live-chat/{vera.conversation_id}/")
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()
    return page


def test_a_visitors_files_are_shown_opened_and_saved(inbox: Page) -> None:
    enlarge = inbox.get_by_role("button", name="Show shot.png large")
    expect(enlarge.locator("img")).to_be_visible()
    assert enlarge.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    assert violations(inbox) == []
    enlarge.click()
    expect(inbox.get_by_role("dialog", name="shot.png")).to_be_visible()
    inbox.keyboard.press("Escape")
    expect(inbox.get_by_role("dialog")).to_have_count(0)
    with inbox.expect_download() as saved:
        inbox.get_by_role("link", name="Save order.pdf").click()
    assert saved.value.suggested_filename == "order.pdf"


def test_ben_sends_a_file_and_the_file_of_a_note_stays_among_staff(inbox: Page, vera: Visitor) -> None:
    field = inbox.get_by_label("Add files")
    field.set_input_files({"name": "offer.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(inbox.locator(".tray-ready")).to_have_count(1)
    inbox.get_by_role("button", name="Send", exact=True).click()
    expect(inbox.get_by_role("link", name="Save offer.pdf")).to_be_visible()
    inbox.get_by_role("button", name="Note").first.click()
    field.set_input_files({"name": "secret.png", "mimeType": "image/png", "buffer": picture()})
    expect(inbox.locator(".tray-ready")).to_have_count(1)
    inbox.get_by_label("Note for your team").fill("Seen before")
    inbox.get_by_role("button", name="Add note").click()
    expect(inbox.get_by_role("button", name="Show secret.png large")).to_be_visible()
    expect(inbox.locator(".tray-item")).to_have_count(0)
    said = vera.rest.get(vera.path("entries/")).json()["entries"]
    assert [one["name"] for entry in said for one in entry["attachments"]] == ["shot.png", "order.pdf", "offer.pdf"]


@pytest.mark.slow
def test_what_cannot_be_sent_says_why(inbox: Page) -> None:
    field = inbox.get_by_label("Add files")
    field.set_input_files({"name": "page.html", "mimeType": "text/html", "buffer": b"<script>1</script>"})
    expect(inbox.locator(".tray-item")).to_contain_text("This kind of file cannot be sent.")
    assert violations(inbox) == []
    inbox.get_by_role("button", name="Remove: page.html").click()
    expect(inbox.locator(".tray-item")).to_have_count(0)
