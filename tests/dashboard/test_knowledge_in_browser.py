"""Ada adds to the knowledge in her browser, and Vera is answered from it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assistant.knowledge.articles import ArticleText, write_article
from assistant.models import Source
from tests.assistant.test_extraction import pdf
from tests.assistant.websites import Answer, Handler, OutsideWebsite, endless, page, sitemap, source_of
from tests.cast import Cast
from tests.clients.people import session_cookie
from tests.dashboard.accessibility import violations
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import bubbles, chat_on, say
from tests.widget.host_page import HostPage

PHONE = {"width": 360, "height": 740}
OpenKnowledge = Callable[..., Page]


@pytest.fixture
def session(stack: Stack, cast: Cast) -> str:
    """Ada's log-in; made before the browser is in use, since it needs the database."""
    return session_cookie(stack, cast.ada)["Cookie"].partition("=")[2]


@pytest.fixture
def open_knowledge(stack: Stack, cast: Cast, session: str, pages: Pages) -> OpenKnowledge:
    """`open_knowledge("files/new/")`: a page of Acme's knowledge, for Ada; keywords go to the browser's context."""

    def open_page(path: str = "", **options: Any) -> Page:
        opened = pages(**options)
        opened.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": session, "url": stack.url}])
        opened.goto(f"{stack.url}/manage/{cast.acme.pk}/knowledge/{path}")
        return opened

    return open_page


def test_ada_uploads_a_file_and_writes_an_answer_and_vera_is_answered_from_them(
    stack: Stack, cast: Cast, open_knowledge: OpenKnowledge, pages: Pages, tmp_path: Path
) -> None:
    handbook = tmp_path / "tent_handbook.pdf"
    handbook.write_bytes(pdf("The Summit tent weighs 2140 grams with all its pegs."))
    knowledge = open_knowledge()
    expect(knowledge.get_by_role("heading", name="The assistant knows nothing yet")).to_be_visible()
    knowledge.get_by_role("link", name="File").click()
    knowledge.get_by_label("File", exact=True).set_input_files(handbook)
    knowledge.get_by_role("button", name="Upload").click()
    row = knowledge.get_by_role("row", name="tent handbook")
    expect(row.locator("[data-label]")).to_have_text("Ready")  # nobody reloads the page
    expect(knowledge.locator("[data-said]")).to_contain_text("tent handbook: Ready.")  # also to who cannot see

    knowledge.get_by_role("link", name="Q&A").first.click()
    knowledge.get_by_label("Question", exact=True).fill("Do you rent out kayaks?")
    knowledge.get_by_label("Answer", exact=True).fill("Yes, **from May to September**, at the lake.")
    knowledge.get_by_role("button", name="Preview").click()
    expect(knowledge.get_by_label("Preview").locator("strong")).to_have_text("from May to September")
    knowledge.get_by_role("button", name="Save").click()
    expect(knowledge.get_by_role("row", name="Do you rent out kayaks?")).to_contain_text("Ready")

    with HostPage(f"{stack.url}/widget/{cast.acme.website_key}.js") as host:
        shop = pages()
        shop.goto(host.url())
        chat = chat_on(shop)
        say(chat, "What does the Summit tent weigh?")
        expect(bubbles(chat).last).to_contain_text("2140 grams")
        expect(chat.locator(".sources").last).to_contain_text("tent handbook")
        say(chat, "Do you rent out kayaks?")
        expect(bubbles(chat).last).to_contain_text("from May to September")
        expect(chat.locator(".sources").last).to_contain_text("Do you rent out kayaks?")


@pytest.mark.slow
def test_the_progress_of_a_sitemap_moves_and_ends_without_a_reload(cast: Cast, open_knowledge: OpenKnowledge) -> None:
    def slowly(number: int) -> Answer:
        def answer(request: Handler) -> None:
            time.sleep(0.3)
            request.reply(page(f"Animal {number}", f"Animal {number} eats apples."))

        return answer

    with OutsideWebsite() as zoo:
        zoo.pages |= {f"/{number}": slowly(number) for number in range(12)}
        zoo.pages["/sitemap.xml"] = sitemap(*[zoo.url(f"/{number}") for number in range(12)])
        knowledge = open_knowledge("web/new/")
        knowledge.get_by_label("Address", exact=True).fill(zoo.url("/sitemap.xml"))
        knowledge.get_by_label("The pages of a sitemap").check()
        knowledge.get_by_role("button", name="Read it").click()
        row = knowledge.locator("[data-source]")
        expect(row.locator("[data-detail]")).to_contain_text("of 12 pages")
        expect(row.get_by_role("progressbar")).to_be_visible()
        expect(row.locator("[data-label]")).to_have_text("Ready")
        expect(row.locator("[data-detail]")).to_have_text("12 pages")
        expect(row.get_by_role("progressbar")).to_be_hidden()


@pytest.mark.slow
def test_a_failure_says_its_reason_without_a_reload(cast: Cast, open_knowledge: OpenKnowledge) -> None:
    with OutsideWebsite({"/": endless}) as zoo:
        knowledge = open_knowledge("web/new/")
        knowledge.get_by_label("Address", exact=True).fill(zoo.url("/"))
        knowledge.get_by_role("button", name="Read it").click()
        row = knowledge.locator("[data-source]")
        expect(row.locator("[data-label]")).to_have_text("Failed")
        expect(row.locator("[data-problem]")).to_have_text("It is larger than 5 MB.")


@pytest.fixture
def a_bit_of_everything(cast: Cast) -> Source:
    write_article(cast.acme, ArticleText("zebras", "Zebras", "Zebras have stripes."))
    write_article(cast.acme, ArticleText("draft", "A draft", "Not yet.", published=False))
    source_of(cast.acme, "file", state="failed", error="This PDF is broken: it cannot be opened.")
    source_of(cast.acme, "page", f"https://a.test/{'long-' * 60}", state="ready", found=1, done=1)
    return source_of(cast.acme, "crawl", "https://b.test/", state="running", found=40, done=12)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "viewport", [{"width": 1280, "height": 800}, pytest.param(PHONE, marks=pytest.mark.slow)], ids=["desktop", "phone"]
)
def test_the_pages_are_for_everybody(
    a_bit_of_everything: Source, open_knowledge: OpenKnowledge, scheme: str, viewport: dict[str, int]
) -> None:
    for path in ("", "articles/new/", "web/new/", "files/new/", f"sources/{a_bit_of_everything.pk}/"):
        opened = open_knowledge(path, color_scheme=scheme, viewport=viewport)
        assert violations(opened) == [], path
        assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.slow
def test_the_whole_of_it_can_be_done_by_keyboard(cast: Cast, open_knowledge: OpenKnowledge) -> None:
    knowledge = open_knowledge("questions/new/")
    knowledge.get_by_label("Question", exact=True).focus()
    for text in ("Are dogs allowed?", "Yes, on a lead."):
        knowledge.keyboard.type(text)
        knowledge.keyboard.press("Tab")
    for _ in range(2):
        knowledge.keyboard.press("Tab")
    knowledge.keyboard.press("Enter")  # Save
    knowledge.get_by_role("link", name="Are dogs allowed?").press("Enter")
    knowledge.get_by_text("Delete…").press("Enter")
    knowledge.get_by_role("button", name="Delete for good").press("Enter")
    expect(knowledge.get_by_role("status").first).to_contain_text("was deleted")
