"""Nobody is kept out: no finding of axe in any state, room for large text, and read aloud once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, write_article
from tests.assistant.knowledge import website_with_passwords
from tests.servers.network import Network
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.accessibility import violations
from tests.widget.chat import bubbles, chat_on, inner_frame, launcher, say, store
from tests.widget.host_page import NEAR, HostPage

QUESTION = "How do I reset my password?"


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
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
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
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing_in_the_apology(shop: HostPage, pages: Pages, scheme: str) -> None:
    page = pages(color_scheme=scheme, reduced_motion="reduce")
    page.context.route("**/widget/frame/**", lambda route: route.abort())
    page.goto(shop.url(NEAR))
    launcher(page).click()
    expect(page.get_by_role("alert")).to_be_visible(timeout=10_000)
    assert violations(page) == []
    page.set_viewport_size({"width": 360, "height": 740})  # where it takes the page's place, there is a way back
    close = page.get_by_role("button", name="Close chat")
    expect(close).to_be_in_viewport(ratio=1)
    assert violations(page) == []
    close.click()
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.fixture
def marked_up(stack: Stack) -> Iterator[HostPage]:
    """A page whose assistant knows something with marks in it."""
    website = website_with_passwords()
    body = "The warranty lasts **two years** from the day you buy."
    write_article(website, ArticleText("warranty", "Warranty", body, "https://acme.test/warranty"))
    with HostPage(f"{stack.url}/widget/{website.website_key}.js") as page:
        yield page


# Every change that a screen reader would hear of, in whatever region, and every step of an answer in the making.
LISTEN = """() => {
  window.happened = [];
  new MutationObserver(changes => {
    const nodes = changes.map(({target}) => target.nodeType === 1 ? target : target.parentElement).filter(Boolean);
    const regions = new Set(nodes.map(one => one.closest('[aria-live], [role=status], [role=alert], [role=log]')));
    for (const one of regions) {
      if (!one || one.getAttribute('aria-live') === 'off') continue;
      if (one.textContent) happened.push(['aloud', one.textContent]);
    }
    if (nodes.some(one => one.closest('.draft'))) happened.push(['written', '']);
  }).observe(document, {childList: true, characterData: true, subtree: true});
}"""


def test_each_finished_message_is_read_aloud_once_and_without_its_marks(marked_up: HostPage, pages: Pages) -> None:
    page = pages()
    page.goto(marked_up.url(NEAR))
    chat = chat_on(page)
    expect(chat.get_by_role("textbox")).to_be_visible()
    inner_frame(page).evaluate(LISTEN)
    for count in (1, 2):  # the same words twice are read twice
        say(chat, "How long is the warranty?")
        expect(chat.get_by_role("group", name="Was this helpful?")).to_have_count(count, timeout=20_000)
    expect(chat.locator("strong").last).to_have_text("two years")
    happened = inner_frame(page).evaluate("happened")
    aloud = [text.strip() for what, text in happened if what == "aloud"]
    assert len(aloud) == 2, aloud
    for sentence in aloud:
        assert sentence.startswith("Acme Assistant (AI): ")
        assert "two years" in sentence
        assert "**" not in sentence
        assert not sentence.endswith("…")
    kinds = [what for what, _ in happened]
    first, last = kinds.index("aloud"), len(kinds) - 1 - kinds[::-1].index("aloud")
    assert kinds[:first].count("written") >= 2, "it was being written for a while"
    assert kinds[first + 1 : last].count("written") >= 2
    assert "written" not in kinds[last:]
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


# What can be pressed, apart from links in the middle of a sentence. Words of their own are as wide as they are.
SMALL = """() => [...document.querySelectorAll('button, .attach, .sources a')].filter(one => one.checkVisibility())
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.height < 44 || (box.width < 44 && !one.classList.contains('link-button')))
  .map(([one, box]) => `${one.className} ${one.ariaLabel ?? one.textContent} ${box.width} x ${box.height}`)"""


@pytest.mark.slow
def test_a_finger_finds_everything_that_can_be_pressed(shop: HostPage, pages: Pages) -> None:
    page = pages(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, reduced_motion="reduce")
    page.goto(shop.url(NEAR))
    launcher(page).tap()
    chat = page.frame_locator("iframe")
    expect(chat.get_by_role("button", name="Where is my order?")).to_be_visible()
    found = {"welcome": inner_frame(page).evaluate(SMALL)}
    say(chat, QUESTION)
    expect(chat.get_by_role("group", name="Was this helpful?")).to_be_visible()
    found["answered"] = inner_frame(page).evaluate(SMALL)
    chat.get_by_role("button", name="Emoji").tap()
    expect(chat.get_by_role("button", name="🎉")).to_be_visible()
    found["emoji"] = inner_frame(page).evaluate(SMALL)
    chat.get_by_role("button", name="Talk to a person").tap()
    expect(chat.get_by_label("Your e-mail address")).to_be_visible()
    found["nobody is there"] = inner_frame(page).evaluate(SMALL)
    assert {state: small for state, small in found.items() if small} == {}
