"""What a customer's page may do with `window.ChatPlatform`, and that nothing of it can break the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Website
from tests.cast import Cast
from tests.clients.people import StaffMember, log_in
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import bubbles, chat_on, launcher, say, store
from tests.widget.host_page import PAGE, HostPage
from tests.widget.test_identity import by_hash

METHODS = (
    "open close toggle show hide on identify setCustomAttributes setConversationCustomAttributes setLocale "
    "setColorScheme prefill sendMessage requestHuman consent reset destroy push"
)
EVENTS = "ready opened closed message unread-count conversation-started handoff error"
HEAR = (
    f"window.heard = []; for (const name of '{EVENTS}'.split(' '))"
    " addEventListener('chatplatform:' + name, event => heard.push([name, event.detail]))"
)
NEAR = "127.0.0.1"  # our own site: tests' private windows forbid frames of other sites to store anything


@pytest.fixture
def acme(people_only: Cast) -> Website:
    return people_only.acme


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    """Made before the browser is in use, since it needs the database."""
    return log_in(stack, people_only.ben)


@pytest.fixture
def shop(stack: Stack, acme: Website) -> Iterator[HostPage]:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as page:
        yield page


@pytest.fixture
def page(shop: HostPage, pages: Pages) -> Page:
    page = pages()
    page.add_init_script(HEAR)
    page.goto(shop.url(NEAR))
    expect(launcher(page)).to_be_visible()
    return page


def call(page: Page, what: str) -> Any:
    """The outcome of `ChatPlatform.<what>`: what it resolves to, or the words of its refusal."""
    return page.evaluate(f"ChatPlatform.{what}.then(value => value ?? null, error => 'refused: ' + error.message)")


def heard(page: Page) -> list[str]:
    return [name for name, _ in page.evaluate("heard")]


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


# --- settings ---


@pytest.mark.slow
@pytest.mark.parametrize("junk", ["null", "'x'", "5", "[]", "{position: 5, zIndex: 'x', launcherText: {}, locale: 7}"])
def test_settings_that_make_no_sense_break_nothing(shop: HostPage, pages: Pages, junk: str) -> None:
    page = pages()
    page.add_init_script(f"window.chatPlatformSettings = {junk}")
    page.goto(shop.url(NEAR))
    page.locator(".launcher").click()
    expect(page.frame_locator("iframe").get_by_role("textbox")).to_be_visible()


@pytest.mark.slow
def test_settings_before_loading_are_kept(shop: HostPage, pages: Pages) -> None:
    page = pages()
    page.add_init_script(
        "window.chatPlatformSettings = {position: 'left', launcherText: 'Help', zIndex: 7};"
        "Object.assign(chatPlatformSettings, {colorScheme: 'dark', autoOpen: true})"
    )
    page.goto(shop.url(NEAR))
    frame = page.frame_locator("iframe")
    expect(frame.locator("html")).to_have_attribute("data-scheme", "dark")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")  # nobody has asked for the focus
    frame.get_by_role("button", name="Close chat").click()
    button = page.get_by_role("button", name="Help")
    expect(button).to_be_focused()
    box = button.bounding_box()
    assert box is not None
    assert box["x"] < 40
    assert page.evaluate("getComputedStyle(document.querySelector('body > div')).zIndex") == "7"


# --- pages that are careful ---

NONCE = PAGE.replace("<script async", '<script nonce="r4nd0m" async')
LET_IN = "default-src 'self'; frame-src CHAT; style-src 'self'; img-src 'self' data:; "


@pytest.mark.slow
@pytest.mark.parametrize(
    ("policy", "html", "settings"),
    [
        ("script-src 'nonce-r4nd0m'; require-trusted-types-for 'script'; trusted-types 'none'", NONCE, "{}"),
        ("script-src 'nonce-r4nd0m' 'strict-dynamic'", NONCE, "{}"),
        ("script-src CHAT/widget/ 'nonce-r4nd0m'; require-trusted-types-for 'script'", PAGE, "{nonce: 'r4nd0m'}"),
    ],
    ids=["nonce", "strict-dynamic", "nonce by settings"],
)
def test_a_policy_of_nonces_lets_it_in(
    stack: Stack, acme: Website, pages: Pages, policy: str, html: str, settings: str
) -> None:
    headers = {"Content-Security-Policy": (LET_IN + policy).replace("CHAT", stack.url)}
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js", headers, page=html) as shop:
        page = pages()
        page.add_init_script(f"window.chatPlatformSettings = {settings}")
        page.goto(shop.url())
        expect(chat_on(page).get_by_role("textbox")).to_be_visible()
        assert [line for line in pages.console if "error" in line or "warning" in line] == []


# --- leaving ---

COUNT = """
window.kept = new Set();
for (const target of [window, document, visualViewport, MediaQueryList.prototype]) {
  const add = target.addEventListener, remove = target.removeEventListener;
  target.addEventListener = function (type, listener, options) {
    const one = [this, type, listener]; kept.add(one);
    options?.signal?.addEventListener('abort', () => kept.delete(one));
    return add.call(this, type, listener, options);
  };
  target.removeEventListener = function (type, listener, options) {
    for (const one of kept) if (one[1] === type && one[2] === listener) kept.delete(one);
    return remove.call(this, type, listener, options);
  };
}
for (const [start, stop] of [['setInterval', 'clearInterval'], ['setTimeout', 'clearTimeout']]) {
  const begin = window[start], end = window[stop];
  window[start] = (act, ms, ...rest) => {
    const one = [start, ms];
    const id = begin(() => { if (start === 'setTimeout') kept.delete(one); act(); }, ms, ...rest);
    one.push(id); kept.add(one);
    return id;
  };
  window[stop] = id => { for (const one of kept) if (one[2] === id) kept.delete(one); end(id); };
}
"""


def test_destroying_it_leaves_no_node_listener_timer_or_name(shop: HostPage, pages: Pages) -> None:
    page = pages(viewport={"width": 400, "height": 740})
    page.add_init_script(COUNT)
    page.goto(shop.url(NEAR))
    before = set(page.evaluate("Object.keys(window)")) - {"ChatPlatform"}
    page.evaluate("() => { ChatPlatform.on('opened', () => 0) }")
    say(chat_on(page), "Hello")
    expect(bubbles(page.frame_locator("iframe"))).to_have_count(1)
    old = page.evaluate_handle("ChatPlatform")
    page.evaluate("ChatPlatform.destroy()")
    assert page.evaluate("[...kept].map(([on, what]) => `${on} ${what}`)") == []
    assert set(page.evaluate("Object.keys(window)")) == before
    assert page.evaluate("[typeof ChatPlatform, document.querySelectorAll('html *').length]") == ["undefined", 10]
    assert page.evaluate("[document.documentElement.getAttribute('style') || '', sessionStorage.length]") == ["", 0]
    words = old.evaluate("api => api.open().then(() => 'opened', error => error.message)")
    assert words == "the chat was taken off this page by destroy()"
    page.add_script_tag(url=page.evaluate("document.scripts[0].src") + "?again")
    expect(bubbles(chat_on(page)).first).to_contain_text("Hello")


@pytest.mark.slow
def test_without_its_second_script_the_launcher_says_where_to_write(shop: HostPage, pages: Pages) -> None:
    page = pages()
    page.context.route(re.compile("controls-"), lambda route: route.abort())
    page.goto(shop.url(NEAR))
    launcher(page).click()
    expect(page.get_by_role("alert")).to_contain_text("The chat cannot be reached right now.")
    page.context.unroute(re.compile("controls-"))
    page.get_by_role("button", name="Try again").click()
    expect(page.frame_locator("iframe").get_by_role("textbox")).to_be_visible()


# --- who the visitor is ---


def test_a_proof_is_taken_or_refused_in_words(acme: Website, ben: StaffMember, page: Page) -> None:
    store(chat_on(page), "Before the log-in")
    false = call(page, "identify('customer-7', {hash: 'wrong'})")
    assert false == "refused: identify was refused: The identity hash is wrong."
    proof = by_hash(acme, "customer-7", name="Vera")
    assert call(page, f"identify('customer-7', {proof})") is None
    expect(bubbles(page.frame_locator("iframe")).first).to_contain_text("Before the log-in")
    assert ben.rest.get("conversations/").json()["results"][0]["visitor"]["name"] == "Vera"
    handle = page.evaluate("localStorage.getItem(localStorage.key(0))")
    assert handle == "-"  # somebody was here, and no more than that


@pytest.mark.slow
def test_a_log_out_forgets_also_where_nobody_opened_the_chat(page: Page) -> None:
    store(chat_on(page), "My secret is 4711")
    call(page, "close()")
    page.reload()
    page.evaluate("ChatPlatform.reset()")
    assert page.evaluate("localStorage.length") == 0
    chat = chat_on(page)
    expect(chat.get_by_role("textbox")).to_be_visible()
    expect(chat.get_by_text("4711")).to_have_count(0)


@pytest.mark.slow
def test_two_tabs_are_one_visitor_also_when_one_of_them_logs_in_and_out(acme: Website, page: Page) -> None:
    store(chat_on(page), "From the first tab")
    other = page.context.new_page()
    other.goto(page.url)
    chats = [page.frame_locator("iframe"), chat_on(other)]
    expect(bubbles(chats[1]).first).to_contain_text("From the first tab")
    call(page, f"identify('customer-7', {by_hash(acme, 'customer-7')})")
    for chat in chats:
        expect(bubbles(chat).first).to_contain_text("From the first tab")
    store(chats[1], "From the second tab")
    expect(bubbles(chats[0])).to_have_count(2)
    call(page, "reset()")
    for chat in chats:
        expect(bubbles(chat)).to_have_count(0)


@pytest.mark.slow
def test_half_a_sentence_goes_with_the_visitor_to_the_next_page(page: Page) -> None:
    chat_on(page).get_by_role("textbox").fill("Half a sen")
    page.goto(page.url + "next")
    expect(page.frame_locator("iframe").get_by_role("textbox")).to_have_value("Half a sen")
