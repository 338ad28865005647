"""What a customer's page may do with `window.ChatPlatform`, and that nothing of it can break the page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.clients.people import StaffMember, log_in
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import bubbles, chat_on, launcher, store
from tests.widget.host_page import NEAR, HostPage
from tests.widget.page_calls import HEAR, METHODS, call, heard


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    """Made before the browser is in use, since it needs the database."""
    return log_in(stack, people_only.ben)


def test_there_is_every_method_and_each_answers_with_a_promise(page: Page) -> None:
    assert sorted(page.evaluate("Object.keys(ChatPlatform)")) == sorted(METHODS.split())
    assert page.evaluate("ChatPlatform.close() instanceof Promise")
    assert page.evaluate("typeof ChatPlatform.on('opened', () => 0)") == "function"


@pytest.mark.slow
def test_the_window_is_opened_and_closed_shown_and_hidden(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    for what, is_open in [("open()", 1), ("open()", 1), ("close()", 0), ("toggle()", 1), ("toggle()", 0)]:
        assert call(page, what) is None
        expect(dialog).to_be_visible(visible=bool(is_open))
    assert [name for name in heard(page) if name != "ready"] == ["opened", "closed"] * 2
    call(page, "hide()")
    expect(launcher(page)).to_be_hidden()
    call(page, "show()")
    expect(launcher(page)).to_be_visible()


@pytest.mark.slow
def test_the_page_may_write_send_and_ask_for_a_person(ben: StaffMember, page: Page) -> None:
    call(page, "open()")
    chat = page.frame_locator("iframe")
    assert call(page, "prefill('Do you ship to Lisbon?')") is None
    expect(chat.get_by_role("textbox")).to_have_value("Do you ship to Lisbon?")
    assert call(page, "sendMessage('  And to Porto?  ')") is None
    expect(bubbles(chat).first).to_contain_text("And to Porto?")
    expect(chat.get_by_role("textbox")).to_have_value("Do you ship to Lisbon?")
    expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))
    assert call(page, "requestHuman()") is None
    assert call(page, "setCustomAttributes({plan: 'pro'})") is None
    assert call(page, "setConversationCustomAttributes({order: 4711})") is None
    card = ben.rest.get("conversations/").json()["results"][0]
    assert (card["visitor"]["attributes"], card["attributes"]) == ({"plan": "pro"}, {"order": 4711})
    assert heard(page)[:3] == ["ready", "opened", "conversation-started"]


@pytest.mark.slow
def test_light_and_dark_are_the_pages_to_choose(page: Page) -> None:
    call(page, "setColorScheme('dark')")
    call(page, "open()")
    root = page.frame_locator("iframe").locator("html")
    expect(root).to_have_attribute("data-scheme", "dark")
    call(page, "setColorScheme('light')")
    expect(root).to_have_attribute("data-scheme", "light")


WRONG = {
    "identify()": "identify expects a user id",
    "identify('', {})": "identify expects a user id, not nothing",
    "identify('7')": "identify expects an object with hash or jwt",
    "identify({}, {hash: 'x'})": "identify expects a user id, not this object",
    "setCustomAttributes('pro')": "setCustomAttributes expects an object",
    "setCustomAttributes([1])": "setCustomAttributes expects an object",
    "setConversationCustomAttributes(null)": "setConversationCustomAttributes expects an object",
    "setLocale(42)": 'setLocale expects a language tag such as "de", not 42',
    "setLocale('../../x')": "setLocale expects a language tag",
    "setColorScheme('pink')": "setColorScheme expects",
    "prefill()": "prefill expects a text",
    "sendMessage('  ')": "sendMessage expects a text that is not empty",
    "consent('yes')": "consent expects true or false",
}


def test_what_makes_no_sense_is_refused_in_words_and_breaks_nothing(page: Page) -> None:
    for what, refusal in WRONG.items():
        assert refusal in call(page, what), what
    # And a page that does not look at the promises hears of it by the event alone.
    page.evaluate(f"() => {{ {';'.join('ChatPlatform.' + what for what in WRONG)}; }}")
    page.evaluate("() => { ChatPlatform.push(null, 5, [], ['nonsense'], 'open', ['prefill', 5]); }")
    page.evaluate("() => { ChatPlatform.on('opened'); ChatPlatform.on(); }")
    page.wait_for_function("heard.length > 27")
    assert set(heard(page)) == {"ready", "error"}
    assert "setLocale: setLocale expects" in str(page.evaluate("heard"))
    expect(chat_on(page).get_by_role("textbox")).to_be_visible()


@pytest.mark.slow
def test_what_was_asked_for_before_loading_is_done_in_its_order(shop: HostPage, pages: Pages) -> None:
    page = pages()
    page.add_init_script(HEAR)
    page.add_init_script(
        "window.ChatPlatform = window.ChatPlatform || [];"
        "ChatPlatform.push(['on', 'opened', () => window.wasOpened = true]);"
        "ChatPlatform.push(['setCustomAttributes', {plan: 'pro'}], ['sendMessage', 'One']);"
        "ChatPlatform.push(['sendMessage', 'Two'], ['open'])"
    )
    page.goto(shop.url(NEAR))
    chat = page.frame_locator("iframe")
    expect(bubbles(chat)).to_have_count(2, timeout=15_000)
    assert [text[-3:] for text in bubbles(chat).all_inner_texts()] == ["One", "Two"]
    assert page.evaluate("wasOpened")


@pytest.mark.slow
def test_who_no_longer_listens_hears_no_more(page: Page) -> None:
    page.evaluate("() => { window.seen = 0; window.off = ChatPlatform.on('opened', () => seen++) }")
    call(page, "open()")
    page.evaluate("off()")
    call(page, "close()")
    call(page, "open()")
    assert page.evaluate("seen") == 1


@pytest.mark.slow
def test_a_script_that_is_loaded_twice_is_one_chat(page: Page) -> None:
    src = page.evaluate("document.scripts[0].src")
    page.add_script_tag(url=src)
    page.add_script_tag(url=src + "?again")
    expect(page.locator("div:has(>.launcher)")).to_have_count(1)
    call(page, "open()")
    expect(page.locator("iframe")).to_have_count(1)
    assert heard(page) == ["ready", "opened"]


@pytest.mark.slow
def test_a_page_that_changes_without_loading_is_seen_where_it_is(ben: StaffMember, page: Page) -> None:
    store(chat_on(page), "Hello")
    page.evaluate("() => { history.pushState({}, '', '/tents?size=2'); document.title = 'Tents' }")
    expect(page.get_by_role("dialog")).to_be_visible()

    def seen() -> tuple[str, str]:
        card = ben.rest.get("conversations/").json()["results"][0]["visitor"]
        return urlsplit(card["page_url"]).query, card["page_title"]

    for _ in range(40):
        if seen() == ("size=2", "Tents"):
            break
        page.wait_for_timeout(250)
    assert seen() == ("size=2", "Tents")
    expect(bubbles(page.frame_locator("iframe"))).to_have_count(1)
