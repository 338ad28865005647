"""Where a website asks first: nothing is stored and nothing told before the visitor agrees, from the first byte on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Website
from tests.cast import new_website
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.accessibility import expect_no_findings
from tests.widget.chat import chat_on, inner_frame, launcher
from tests.widget.host_page import NEAR, HostPage
from tests.widget.page_calls import call

# In every document before its own scripts: who writes anything anywhere.
LISTEN = """window.written = [];
const hear = (owner, name) => { const real = owner[name];
  owner[name] = function (...args) { written.push(`${name} ${args[0]}`); return real.apply(this, args); } };
for (const [owner, name] of [[Storage.prototype, 'setItem'], [IDBFactory.prototype, 'open'],
  [CacheStorage.prototype, 'open'], [ServiceWorkerContainer.prototype, 'register']]) hear(owner, name);
const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
const set = function (value) { written.push('cookie'); cookie.set.call(this, value); };
Object.defineProperty(document, 'cookie', {...cookie, set});
"""
KEPT = """async () => [...written, ...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie,
  ...(await indexedDB.databases()).map(one => one.name), ...(await caches.keys())].filter(Boolean)"""


@pytest.fixture(scope="module")
def careful(open_database: None) -> Website:
    return new_website("Acme", widget={"consent": {"enabled": True, "link": "https://acme.test/privacy"}})


def kept(page: Page) -> list[Any]:
    """By the page and by the chat's frame, where the browser would let both keep everything."""
    frames = [page.main_frame, inner_frame(page)]
    return [one for frame in frames for one in frame.evaluate(KEPT)] + list(page.context.cookies())


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_stored_and_nobody_is_asked_before_consent(
    stack: Stack, careful: Website, pages: Pages, scheme: str
) -> None:
    with HostPage(f"{stack.url}/widget/{careful.website_key}.js") as shop:
        page = pages(viewport={"width": 360, "height": 740}, color_scheme=scheme, reduced_motion="reduce")
        page.add_init_script(LISTEN)
        asked: list[str] = []
        sockets: list[str] = []
        page.context.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: sockets.append(socket.url))
        page.goto(shop.url(NEAR))
        chat = chat_on(page)
        agree = chat.get_by_role("button", name="I agree")
        expect(agree).to_be_visible()
        expect(chat.get_by_role("link", name="Privacy policy")).to_have_attribute("href", "https://acme.test/privacy")
        expect(chat.get_by_role("textbox")).to_have_count(0)
        expect_no_findings(page)
        assert call(page, "prefill('Half a sentence')") is None  # nor does the page get anything kept
        assert call(page, "sendMessage('Written by the page')") is None
        chat.get_by_role("button", name="Close chat").click()
        launcher(page).click()
        expect(agree).to_be_visible()
        assert kept(page) == []
        assert [url for url in asked if "/api/" in url] + sockets == []

        agree.click()
        expect(chat.locator(".message.mine")).to_contain_text("Written by the page")
        expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))
        expect(chat.get_by_role("textbox")).to_have_value("Half a sentence")
        page.wait_for_function("sessionStorage.length === 1 && localStorage.length === 1")
        assert any("/api/" in url for url in asked), "the same ears hear what comes with it"
        page.reload()
        expect(chat_on(page).locator(".message.mine")).to_contain_text("Written by the page")
        expect(agree).to_have_count(0)

        assert call(page, "consent(false)") is None  # and taken back
        expect(agree).to_be_visible()
        expect(chat.locator(".message.mine")).to_have_count(0)
        expect_no_findings(page)
        for frame in (page.main_frame, inner_frame(page)):
            assert frame.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]") == []


@pytest.mark.slow
def test_a_page_may_give_the_consent_it_has_asked_for_itself(stack: Stack, careful: Website, pages: Pages) -> None:
    with HostPage(f"{stack.url}/widget/{careful.website_key}.js") as shop:
        page = pages()
        page.add_init_script("window.ChatPlatform = [['consent', true], ['open']]")
        page.goto(shop.url(NEAR))
        chat = page.frame_locator("iframe")
        expect(chat.get_by_role("textbox")).to_be_visible()
        expect(chat.get_by_role("button", name="I agree")).to_have_count(0)
