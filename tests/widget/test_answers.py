"""An answer of the assistant in the window: where it is from, and how to stop it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from assistant.knowledge.articles import ArticleText, write_article
from tests.assistant.knowledge import website_with_passwords
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import chat_on, say
from tests.widget.host_page import HostPage
from tests.widget.wire import Wire

MESSAGE = "00000000-0000-4000-8000-000000000007"


@pytest.fixture
def shop(stack: Stack) -> Iterator[HostPage]:
    website = website_with_passwords()
    body = "The warranty lasts two years from the day you buy."
    write_article(website, ArticleText("warranty", "Warranty", body, "https://acme.test/warranty"))
    with HostPage(f"{stack.url}/widget/{website.website_key}.js") as page:
        yield page


@pytest.mark.slow
def test_an_answer_names_its_sources_and_can_be_stopped_while_it_is_written(shop: HostPage, pages: Pages) -> None:
    page = pages()
    wire = Wire(page)
    page.goto(shop.url())
    chat = chat_on(page)
    say(chat, "How long is the warranty?")
    answer = chat.locator(".theirs:not(.draft)")
    source = answer.locator(".sources a").first
    expect(source).to_have_attribute("href", "https://acme.test/warranty")
    expect(source).to_have_attribute("rel", "noopener noreferrer")
    expect(answer.locator(".tag-ai").first).to_be_visible()
    wire.tell(type="chunk", message_id=MESSAGE, index=0, content="And what is more")
    chat.get_by_role("button", name="Stop answering").click()
    wire.tell(type="reply_cancelled", message_id=MESSAGE, reason="stopped")
    expect(chat.locator(".draft")).to_have_count(0)
    wire.tell(type="chunk", message_id=MESSAGE, index=1, content="And what is more, too late")
    expect(chat.get_by_role("textbox")).to_be_visible()
    expect(chat.locator(".draft")).to_have_count(0)
    assert "stop_reply" in wire.said
