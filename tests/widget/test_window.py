"""The chat on a customer's page, in a real browser: what a visitor sees and does, and what the page can and cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Route, expect

from accounts.models import Website
from foundation.bundles import bundle_url
from tests.cast import Cast, new_website
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.accessibility import expect_no_findings
from tests.widget.chat import bubbles, chat_on, launcher, say, store
from tests.widget.host_page import HostPage

Shop = Callable[..., HostPage]


@pytest.fixture
def shop(stack: Stack) -> Iterator[Shop]:
    """`shop(website, headers={…})`: a page elsewhere that carries the website's chat."""
    opened: list[HostPage] = []

    def open_shop(website: Website, headers: dict[str, str] | None = None) -> HostPage:
        opened.append(HostPage(f"{stack.url}/widget/{website.website_key}.js", headers))
        return opened[-1]

    yield open_shop
    for page in opened:
        page.close()


KEPT = """async () => ({
  kept: [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length,
    (await caches.keys()).length],
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  frames: [document, ...[...document.querySelectorAll('*')].map(one => one.shadowRoot)]
    .filter(Boolean).flatMap(root => [...root.querySelectorAll('iframe')]).length,
})"""


def test_before_the_visitor_shows_interest_there_is_one_request_no_socket_and_nothing_stored(
    cast: Cast, shop: Shop, pages: Pages, stack: Stack
) -> None:
    page = pages()
    asked: list[str] = []
    sockets: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    host = shop(cast.acme).url("127.0.0.1")  # our own site, where the browser would let us store everything
    page.goto(host)
    expect(launcher(page)).to_be_visible()
    page.mouse.wheel(0, 400)  # to read the page is no interest in the chat
    page.keyboard.press("PageDown")
    page.wait_for_timeout(1500)  # the absence of a request needs a moment to be seen
    assert [url for url in asked if not url.startswith(host)] == [f"{stack.url}/widget/{cast.acme.website_key}.js"]
    assert sockets == []
    assert page.evaluate(KEPT) == {"kept": [0, 0, "", 0, 0], "workers": 0, "frames": 0}
    assert page.context.cookies() == []
    expect(chat_on(page).get_by_role("textbox")).to_be_visible()
    assert len(asked) > 2, "the same ears hear what comes with the click"


def test_the_keyboard_alone_opens_writes_and_closes(cast: Cast, shop: Shop, pages: Pages) -> None:
    page = pages()
    page.goto(shop(cast.acme).url())
    launcher(page).focus()
    page.keyboard.press("Enter")
    chat = page.frame_locator("iframe")
    expect(chat.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    expect(bubbles(chat).first).to_contain_text("Hello")
    page.keyboard.press("Escape")
    expect(launcher(page)).to_be_focused()
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.slow
def test_a_conversation_is_there_after_a_reload_and_in_a_second_tab(cast: Cast, shop: Shop, pages: Pages) -> None:
    page, host = pages(), shop(cast.acme)
    page.goto(host.url())
    store(chat_on(page), "Remember me")
    page.reload()
    expect(bubbles(page.frame_locator("iframe")).first).to_contain_text("Remember me")
    other = page.context.new_page()
    other.goto(host.url())
    chat = chat_on(other)
    store(chat, "From the second tab")
    expect(bubbles(page.frame_locator("iframe")).filter(has_text="From the second tab")).to_have_count(1)


def test_a_visitor_is_known_again_where_the_frame_may_keep_nothing(cast: Cast, shop: Shop, pages: Pages) -> None:
    page = pages()
    page.add_init_script(
        "if (location.pathname.startsWith('/widget/frame/')) Object.defineProperty(window, 'localStorage',"
        " {get() { throw new DOMException('not here', 'SecurityError') }})"
    )
    page.goto(shop(cast.acme).url())
    store(chat_on(page), "Remember me, Safari")
    handle = page.evaluate("localStorage.getItem(localStorage.key(0))")
    assert not handle.startswith("v_")
    page.reload()
    expect(bubbles(page.frame_locator("iframe")).first).to_contain_text("Remember me, Safari")
    page.wait_for_function("handle => localStorage.getItem(localStorage.key(0)) !== handle", arg=handle)


def test_markup_stays_the_text_it_is(cast: Cast, shop: Shop, pages: Pages) -> None:
    page = pages()
    page.goto(shop(cast.acme).url())
    chat = chat_on(page)
    say(chat, "<img src=x onerror=alert(1)> **stars**")
    expect(bubbles(chat).first).to_contain_text("<img src=x onerror=alert(1)> **stars**")
    expect(chat.locator("img")).to_have_count(0)


def test_too_long_a_message_is_not_sent_and_not_cut(cast: Cast, shop: Shop, pages: Pages) -> None:
    page = pages()
    page.goto(shop(cast.acme).url())
    chat = chat_on(page)
    say(chat, "x" * 10_001)
    expect(chat.get_by_role("alert")).to_contain_text("Characters over the limit: 1.")
    expect(chat.get_by_role("textbox")).to_have_value("x" * 10_001)
    expect(bubbles(chat)).to_have_count(0)
    say(chat, "x" * 10_000)
    expect(bubbles(chat).first).to_be_visible()


def test_a_person_can_be_asked_for_at_any_time(cast: Cast, shop: Shop, pages: Pages) -> None:
    page = pages()
    page.goto(shop(cast.acme).url())
    chat = chat_on(page)
    chat.get_by_role("button", name="Talk to a person").click()
    expect(chat.get_by_text("You are writing with people at Acme.")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize(
    "headers",
    [
        {
            "Content-Security-Policy": "default-src 'self'; script-src CHAT; frame-src CHAT; style-src 'self'; "
            "img-src 'self' data:; require-trusted-types-for 'script'; trusted-types 'none'"
        },
        {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"},
        {"Referrer-Policy": "no-referrer"},
    ],
    ids=["content policy", "isolation", "no referrer"],
)
def test_a_careful_page_hears_no_complaint(
    cast: Cast, shop: Shop, pages: Pages, stack: Stack, headers: dict[str, str]
) -> None:
    page = pages()
    page.goto(shop(cast.acme, {name: value.replace("CHAT", stack.url) for name, value in headers.items()}).url())
    expect(chat_on(page).get_by_role("textbox")).to_be_visible()
    assert [line for line in pages.console if "error" in line or "warning" in line] == []


@pytest.fixture
def picky() -> Website:
    """A website whose chat may be on one site only. Made before the browser is in use, which keeps the ORM out."""
    return new_website("Acme", allowed_domains=["shop.example"], support_email="help@acme.test")


@pytest.fixture
def switched_off() -> Website:
    return new_website("Off", is_active=False)


@pytest.mark.slow
def test_a_site_that_is_not_listed_gets_no_chat_but_an_address(picky: Website, shop: Shop, pages: Pages) -> None:
    page = pages()
    page.goto(shop(picky).url("elsewhere.localhost"))
    launcher(page).click()
    expect(page.get_by_role("link", name="help@acme.test")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_a_website_that_is_switched_off_has_no_launcher(switched_off: Website, shop: Shop, pages: Pages) -> None:
    page = pages()
    with page.expect_console_message(lambda message: "no chat" in message.text):
        page.goto(shop(switched_off).url())
    expect(launcher(page)).to_have_count(0)


def test_calls_made_before_loading_are_caught_up(cast: Cast, shop: Shop, pages: Pages) -> None:
    page = pages()
    page.add_init_script("window.ChatPlatform = [['prefill', 'Do you ship to Lisbon?'], ['open']]")
    page.goto(shop(cast.acme).url())
    expect(page.frame_locator("iframe").get_by_role("textbox")).to_have_value("Do you ship to Lisbon?")


@pytest.mark.slow
def test_the_page_learns_that_something_was_said_but_never_what(cast: Cast, shop: Shop, pages: Pages) -> None:
    page = pages()
    page.add_init_script(
        "window.heard = []; for (const name of ['ready', 'opened', 'conversation-started', 'message', 'closed'])"
        " addEventListener('chatplatform:' + name, event => heard.push([name, event.detail]))"
    )
    page.goto(shop(cast.acme).url())
    chat = chat_on(page)
    say(chat, "My secret is 4711")
    expect(chat.locator(".theirs:not(.draft)")).to_be_visible(timeout=20_000)
    page.evaluate("ChatPlatform.close()")
    heard = page.evaluate("heard")
    assert [name for name, _ in heard] == ["ready", "opened", "conversation-started", "message", "closed"]
    assert "4711" not in str(heard)
    assert set(heard[3][1]) == {"id", "is_manual"}


def test_destroying_it_leaves_the_page_as_it_was(cast: Cast, shop: Shop, pages: Pages) -> None:
    page = pages()
    page.goto(shop(cast.acme).url())
    expect(chat_on(page).get_by_role("textbox")).to_be_visible()
    page.evaluate("ChatPlatform.destroy()")
    assert page.evaluate("[typeof ChatPlatform, document.querySelectorAll('body > *').length]") == ["undefined", 2]


def test_on_a_phone_the_chat_is_the_whole_screen(cast: Cast, shop: Shop, pages: Pages) -> None:
    page = pages(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    page.goto(shop(cast.acme).url())
    launcher(page).tap()
    frame = page.locator("iframe")
    expect(frame).to_have_js_property("offsetWidth", 360)  # it is there, hidden and small, before its style sheet
    expect(frame).to_have_js_property("offsetHeight", 740)
    expect(frame).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.style.overflow") == "hidden"
    page.frame_locator("iframe").get_by_role("button", name="Close chat").tap()
    expect(launcher(page)).to_be_visible()
    assert page.evaluate("document.documentElement.style.overflow") == ""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_nothing_stands_in_the_way_of_assistive_technology(cast: Cast, shop: Shop, pages: Pages, scheme: str) -> None:
    page = pages(color_scheme=scheme, reduced_motion="reduce")  # half-faded text has no contrast yet
    page.goto(shop(cast.acme).url())
    chat = chat_on(page)
    expect(chat.get_by_role("textbox")).to_be_focused()
    expect_no_findings(page)
    say(chat, "Hello")
    expect(chat.locator(".theirs:not(.draft)")).to_be_visible(timeout=20_000)
    expect_no_findings(page)


def test_what_is_said_shows_while_what_shows_it_well_is_still_on_its_way(cast: Cast, shop: Shop, pages: Pages) -> None:
    page = pages()
    held: list[Route] = []
    page.context.route(f"**{bundle_url('conversation.js')}", lambda route: held.append(route))
    page.goto(shop(cast.acme).url())
    chat = chat_on(page)
    say(chat, "Are you there?")
    expect(chat.locator(".early")).to_have_text("Are you there?")
    held.pop().continue_()
    expect(bubbles(chat).filter(has_text="Are you there?")).to_be_visible()
    expect(chat.locator(".early")).to_have_count(0)
    expect(chat.get_by_text("Are you there?")).to_have_count(1)
