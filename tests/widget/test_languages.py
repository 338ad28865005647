"""The chat speaks the visitor's language, all of it: window, launcher, system and assistant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from accounts.models import Website
from assistant.providers.builtin.phrases import PHRASES
from foundation.translations import translator
from tests.cast import Cast
from tests.foundation.test_translations import COGNATES, COMPLETE, written_in_the_code
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import say
from tests.widget.host_page import HostPage

SHOWN = """root => [...root.querySelectorAll('*')].flatMap(element => [
  ...[...element.childNodes].filter(node => node.nodeType === 3).map(node => node.data.trim()),
  ...['aria-label', 'title', 'placeholder'].map(name => element.getAttribute(name) ?? ''),
]).filter(Boolean)"""


@pytest.fixture
def shop(stack: Stack, cast: Cast) -> Iterator[HostPage]:
    with HostPage(f"{stack.url}/widget/{cast.acme.website_key}.js") as page:
        yield page


@pytest.fixture
def acme(cast: Cast) -> Website:
    return cast.acme


def opened(page: Page, shop: HostPage, language: str) -> FrameLocator:
    page.add_init_script(f"window.chatPlatformSettings = {{locale: '{language}-x'}}")
    page.goto(shop.url())
    page.get_by_role("button", name=translator(language)("Open chat")).click()
    return page.frame_locator("iframe")


def english_in(page: Page, language: str) -> set[Any]:
    """What of the texts that have a translation is shown in English."""
    gettext = translator(language)
    english = {text for text in written_in_the_code() if isinstance(text, str) and gettext(text) != text}
    patterns = [re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text))) for text in english - COGNATES]
    frame = next(one for one in page.frames if "/widget/frame/" in one.url)
    shown = frame.evaluate(f"({SHOWN})(document.body)")
    shown += page.evaluate(f"({SHOWN})(document.querySelector('body > div').shadowRoot)")
    return {text for text in shown for pattern in patterns if pattern.fullmatch(text)}


@pytest.mark.parametrize("language", ["ar", *(pytest.param(one, marks=pytest.mark.slow) for one in COMPLETE[1:])])
def test_nothing_of_the_chat_is_said_in_another_language(
    shop: HostPage, acme: Website, pages: Pages, language: str
) -> None:
    gettext, page = translator(language), pages()
    chat = opened(page, shop, language)
    expect(chat.locator("html")).to_have_attribute("lang", language)
    expect(chat.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(chat.get_by_text(gettext("Hi there 👋"))).to_be_visible()
    assert english_in(page, language) == set()
    say(chat, "qwertz asdf?")
    expect(chat.get_by_role("log")).to_contain_text(PHRASES[language].offer, timeout=20_000)
    chat.get_by_role("button", name=gettext("Talk to a person")).click()
    expect(chat.get_by_role("log")).to_contain_text(nobody_here(language))
    expect(chat.get_by_label(gettext("Your e-mail address"))).to_be_visible()
    assert english_in(page, language) == set()
    box = page.locator(".launcher").bounding_box()
    assert box is not None
    assert (box["x"] < 100) == (language == "ar")


def nobody_here(language: str) -> str:
    text = next(one for one in written_in_the_code() if str(one).endswith("somebody will get back to you."))
    return translator(language)(str(text))


@pytest.mark.slow
def test_the_language_can_be_changed_while_the_chat_is_open(shop: HostPage, acme: Website, pages: Pages) -> None:
    page = pages()
    chat = opened(page, shop, "en")
    chat.get_by_role("textbox").fill("half a sentence")
    for language in ("ar", "de"):
        gettext = translator(language)
        page.evaluate(f"ChatPlatform.setLocale('{language}')")
        expect(chat.locator("html")).to_have_attribute("lang", language)
        expect(chat.get_by_placeholder(gettext("Write a message…"))).to_be_visible()
        expect(page.get_by_role("dialog", name=gettext("Chat with {name}").format(name="Acme"))).to_be_visible()
        expect(page.locator(".launcher")).to_have_attribute("aria-label", gettext("Close chat"))
        assert english_in(page, language) == set()


@pytest.mark.slow
def test_what_runs_the_other_way_stands_as_it_was_written(shop: HostPage, pages: Pages) -> None:
    page = pages()
    chat = opened(page, shop, "ar")
    for text in ("How do I return something?", "مرحبا"):
        say(chat, text)
    written = chat.locator(".message.mine .bubble > div")
    expect(written).to_have_count(2)
    assert written.evaluate_all("all => all.map(one => getComputedStyle(one).direction)") == ["ltr", "rtl"]
