"""Nobody is kept out: no finding of axe in any state, the whole way by keyboard, and read aloud once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, write_article
from tests.assistant.knowledge import website_with_passwords
from tests.servers.network import Network
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.accessibility import violations
from tests.widget.chat import bubbles, chat_on, inner_frame, launcher, say, store
from tests.widget.host_page import HostPage

QUESTION = "How do I reset my password?"
NEAR = "127.0.0.1"


@pytest.fixture
def shop(stack: Stack) -> Iterator[HostPage]:
    website: Website = website_with_passwords()
    website.chips = ["Where is my order?", QUESTION]
    website.support_email = "help@acme.test"
    website.save()
    with HostPage(f"{stack.url}/widget/{website.website_key}.js") as page:
        yield page


def refuse(route: Route) -> None:
    route.fulfill(status=403, json={"error": {"code": "forbidden", "detail": "not today"}})


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(shop: HostPage, pages: Pages, scheme: str) -> None:
    page = pages(color_scheme=scheme, reduced_motion="reduce")  # half-faded text has no contrast yet
    network = Network(page)
    page.goto(shop.url(NEAR))
    expect(launcher(page)).to_be_visible()
    found = {"closed": violations(page)}

    def look(state: str) -> None:
        found[state] = violations(page)

    chat = chat_on(page)
    expect(chat.get_by_text("Where is my order?")).to_be_visible()
    look("welcome")
    chat.get_by_role("textbox").fill("x" * 10_001)
    look("too long")
    chat.get_by_role("textbox").fill("")
    say(chat, QUESTION)
    expect(chat.get_by_role("group", name="Was this helpful?")).to_be_visible(timeout=20_000)
    look("answered")
    chat.get_by_role("button", name="Talk to a person").click()
    expect(chat.get_by_label("Your e-mail address")).to_be_visible()
    look("nobody is there")
    network.cut_sockets()
    page.context.route("**/messages/", refuse)
    field = chat.get_by_role("textbox", name="Write a message…")
    field.fill("Not so fast")
    field.press("Enter")
    expect(chat.locator(".message.mine.failed")).to_be_visible(timeout=15_000)
    look("refused")
    page.context.set_offline(True)
    expect(chat.get_by_text("You are offline.")).to_be_visible()
    look("offline")
    assert {state: problems for state, problems in found.items() if problems} == {}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_apology(shop: HostPage, pages: Pages, scheme: str) -> None:
    page = pages(color_scheme=scheme, reduced_motion="reduce")
    page.context.route("**/widget/frame/**", lambda route: route.abort())
    page.goto(shop.url(NEAR))
    launcher(page).click()
    expect(page.get_by_role("alert")).to_be_visible(timeout=10_000)
    assert violations(page) == []


def press_until(page: Page, key: str, reached: Callable[[], bool]) -> None:
    for _ in range(25):
        if reached():
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead there")


def focused(chat: FrameLocator) -> str:
    return str(chat.locator("body").evaluate("() => document.activeElement.innerText || document.activeElement.id"))


def test_the_keyboard_alone_goes_the_whole_way(shop: HostPage, pages: Pages) -> None:
    page = pages()
    page.goto(shop.url(NEAR))
    expect(launcher(page)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(launcher(page)).to_be_focused()
    page.keyboard.press("Enter")
    chat = page.frame_locator("iframe")
    field = chat.get_by_role("textbox", name="Write a message…")
    expect(field).to_be_focused()
    press_until(page, "Shift+Tab", lambda: QUESTION in focused(chat))
    page.keyboard.press("Enter")  # a chip
    expect(field).to_be_focused()
    expect(chat.get_by_role("group", name="Was this helpful?")).to_be_visible(timeout=20_000)
    press_until(
        page,
        "Shift+Tab",
        lambda: chat.get_by_role("button", name="Helpful", exact=True).evaluate("e => e === document.activeElement"),
    )
    page.keyboard.press("Space")
    expect(chat.get_by_role("button", name="Helpful", exact=True, pressed=True)).to_be_focused()
    press_until(page, "Shift+Tab", lambda: chat.get_by_role("log").evaluate("e => e === document.activeElement"))
    page.keyboard.press("PageUp")
    press_until(page, "Tab", lambda: field.evaluate("e => e === document.activeElement"))
    page.keyboard.type("Two")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("lines")
    page.keyboard.press("Enter")
    expect(bubbles(chat).filter(has_text="Two\nlines")).to_have_count(1)
    press_until(page, "Tab", lambda: "Talk to a person" in focused(chat))
    page.keyboard.press("Enter")
    expect(chat.get_by_label("Your e-mail address")).to_be_visible()
    press_until(page, "Shift+Tab", lambda: focused(chat) == "email")
    page.keyboard.type("vera@example.com")
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(launcher(page)).to_be_focused()
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.fixture
def marked_up(stack: Stack) -> Iterator[HostPage]:
    """A page whose assistant knows something with marks in it."""
    website = website_with_passwords()
    body = "The warranty lasts **two years** from the day you buy."
    write_article(website, ArticleText("warranty", "Warranty", body, "https://acme.test/warranty"))
    with HostPage(f"{stack.url}/widget/{website.website_key}.js") as page:
        yield page


def test_each_finished_message_is_read_aloud_once_and_without_its_marks(marked_up: HostPage, pages: Pages) -> None:
    page = pages()
    page.goto(marked_up.url(NEAR))
    chat = chat_on(page)
    expect(chat.get_by_role("textbox")).to_be_visible()
    inner_frame(page).evaluate(
        "() => { window.aloud = [];"
        " for (const region of document.querySelectorAll('[aria-live=polite], [role=status]'))"
        " new MutationObserver(() => region.textContent && aloud.push(region.textContent))"
        ".observe(region, {childList: true, characterData: true, subtree: true}) }"
    )
    say(chat, "How long is the warranty?")
    expect(chat.get_by_role("group", name="Was this helpful?")).to_be_visible(timeout=20_000)
    expect(chat.locator("strong")).to_have_text("two years")
    aloud = [text.strip() for text in inner_frame(page).evaluate("aloud")]
    assert len(aloud) == 1, aloud
    assert aloud[0].startswith("Acme Assistant (AI): ")
    assert "two years" in aloud[0]
    assert "**" not in aloud[0]
    assert chat.get_by_role("log").get_attribute("aria-live") == "off"


SIZES = [
    pytest.param({"viewport": {"width": 320, "height": 568}}, "", id="320 px"),
    pytest.param({"viewport": {"width": 640, "height": 512}}, "", id="zoomed to 200 %"),
    pytest.param({"viewport": {"width": 1280, "height": 800}}, "200%", id="text at 200 %"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("options", "text_size"), SIZES)
def test_it_fits_however_small_the_window_or_large_the_text(
    shop: HostPage, pages: Pages, options: dict[str, object], text_size: str
) -> None:
    page = pages(**options)
    page.goto(shop.url(NEAR))
    chat = chat_on(page)
    field, send = chat.get_by_role("textbox"), chat.get_by_role("button", name="Send message")
    expect(field).to_be_visible()
    frame = inner_frame(page)
    frame.evaluate("size => { document.documentElement.style.fontSize = size }", text_size)
    for state in ("welcome", "answered"):
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        for element in (field, send, chat.get_by_role("button", name="Close chat")):
            expect(element).to_be_in_viewport(ratio=0.99)
        if state == "welcome":
            say(chat, QUESTION + " " + "x" * 300)
            expect(bubbles(chat).nth(1)).to_be_visible(timeout=20_000)


@pytest.mark.slow
def test_who_wants_no_motion_sees_none_and_forced_colours_have_edges(shop: HostPage, pages: Pages) -> None:
    page = pages(reduced_motion="reduce", forced_colors="active")
    page.goto(shop.url(NEAR))
    chat = chat_on(page)
    store(chat, "Hello")
    moving = "() => document.getAnimations({subtree: true}).filter(one => one.playState === 'running').length"
    assert [inner_frame(page).evaluate(moving), page.evaluate(moving)] == [0, 0]
    bubble = chat.locator(".message.mine .bubble").first
    assert bubble.evaluate("e => getComputedStyle(e).borderTopWidth") == "1px"
    assert page.locator(".launcher").evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
