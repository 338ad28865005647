"""What the browser tests of the inbox have in common: how it is opened, and where things stand in it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.servers.stack import Stack

OpenInbox = Callable[..., Page]
PHONE = {"width": 360, "height": 740}
RECOVERY = 30_000  # milliseconds; a busy machine takes its time


def asking(stack: Stack, cast: Cast, content: str = "Where is my order?") -> Visitor:
    """A visitor of Acme's with a question, which no AI answers."""
    visitor = visit(stack, cast.acme)
    visitor.open(content)
    return visitor


def go_live(page: Page, stack: Stack, session: str, path: str) -> None:
    page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": session, "url": stack.url}])
    page.goto(stack.url + path)
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()


def rows(page: Page) -> Locator:
    return page.locator("#conversation-list a")


def entries(page: Page) -> Locator:
    return page.get_by_role("log").get_by_role("article")


def address(visitor: Visitor) -> str:
    return f"/live-chat/{visitor.conversation_id}/"


def say(visitor: Visitor, content: str) -> None:
    answer = visitor.rest.post(visitor.path("messages/"), {"client_id": str(uuid4()), "content": content})
    assert answer.status_code == 201


def heard(visitor: Visitor) -> list[tuple[str, bool]]:
    """What the visitor can read of others: text, and whether a person wrote it."""
    found = visitor.rest.get(visitor.path("entries/"), after=0).json()["entries"]
    return [(one["content"], one["is_manual"]) for one in found if one["role"] == "assistant"]


def said(visitor: Visitor) -> list[str]:
    """What the visitor can read of everybody."""
    found = visitor.rest.get(visitor.path("entries/"), after=0).json()["entries"]
    return [one["content"] for one in sorted(found, key=lambda one: one["seq"]) if one["kind"] == "message"]


def write(page: Page, text: str) -> None:
    page.locator("#composer").fill(text)
    page.locator("#composer").press("Control+Enter")


def meanwhile(change: Callable[[], object]) -> None:
    """Changes the database while a browser is in use, whose event loop keeps Django out of this thread."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(change).result()
