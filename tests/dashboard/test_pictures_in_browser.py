"""Ben chooses his picture, Ada her website's; Vera and colleagues see both, and initials where there is none."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from accounts.models import Picture
from tests.cast import Cast
from tests.clients.people import Visitor
from tests.conversations.test_attachments import PDF, picture
from tests.conversations.test_file_kinds import SVG
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import PHONE, OpenInbox, address, asking, write
from tests.dashboard.reading import address as page_address
from tests.dashboard.reading import browser_of, text_of
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.accessibility import expect_no_findings
from tests.widget.chat import chat_on, store
from tests.widget.host_page import HostPage

ADDRESS = re.compile(r"^/pictures/[\w-]{24}\.webp$")


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    return asking(stack, people_only)


def choose(page: Page, content: bytes = b"", name: str = "me.png") -> Locator:
    page.evaluate("document.activeElement.blur()")  # a field would take the keys
    page.keyboard.press("g")
    page.keyboard.press("p")
    dialog = page.get_by_role("dialog", name="Your picture")
    field = dialog.get_by_label(re.compile("Choose"))
    field.set_input_files({"name": name, "mimeType": "image/png", "buffer": content or picture(300, 200)})
    return dialog


def last_words(page: Page) -> Locator:
    """Without what merely happened."""
    return page.locator("article.entry-message").last


def is_drawn(image: Locator) -> bool:
    found: bool = image.evaluate("image => image.decode().then(() => image.naturalWidth === 192, () => false)")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_ben_chooses_his_picture_and_takes_it_back(open_inbox: OpenInbox, vera: Visitor, scheme: str) -> None:
    page = open_inbox("Ben", path=address(vera), color_scheme=scheme)
    write(page, "Before")
    expect(last_words(page).locator(".avatar")).to_have_text("B")
    dialog = choose(page)
    expect(dialog.get_by_role("status")).to_have_text("This is your picture now.")
    assert is_drawn(dialog.locator(".avatar img"))
    assert violations(page) == []
    dialog.get_by_role("button", name="Close").click()
    page.reload()
    mine = last_words(page).locator(".avatar img")
    expect(mine).to_have_attribute("src", ADDRESS)
    assert is_drawn(mine)
    assert is_drawn(page.locator(".rail .user-button .avatar img"))
    page.get_by_role("button", name=re.compile("Your menu")).first.click()
    page.get_by_role("button", name="Your picture…").click()
    page.get_by_role("dialog", name="Your picture").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("Your initials stand there again.")
    page.keyboard.press("Escape")
    page.reload()
    expect(last_words(page).locator(".avatar")).to_have_text("B")


@pytest.mark.slow
def test_what_is_no_picture_is_refused_in_words(open_inbox: OpenInbox) -> None:
    page = open_inbox("Ben", viewport=PHONE)
    for name, content, why in (("me.svg", SVG, "This kind of file"), ("me.pdf", PDF, "A picture in JPEG")):
        dialog = choose(page, content, name)
        expect(dialog.get_by_role("status")).to_contain_text(why)
        expect(dialog.locator(".avatar")).to_have_text("B")
        assert dialog.evaluate("one => one.scrollWidth <= one.clientWidth")
        assert violations(page) == []
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_have_count(0)


@pytest.mark.slow
def test_who_closes_it_and_opens_it_in_one_go_has_it_open(open_inbox: OpenInbox) -> None:
    page = open_inbox("Ben")
    dialog = choose(page)
    expect(dialog.get_by_role("status")).to_have_text("This is your picture now.")
    page.evaluate("""() => {
        document.querySelector("dialog[open]").close();
        for (const key of "gp") dispatchEvent(new KeyboardEvent("keydown", { key, code: `Key${key.toUpperCase()}` }));
    }""")
    expect(dialog.get_by_role("status")).to_have_text("")
    page.evaluate("() => new Promise((done) => setTimeout(done, 50))")  # what was told late has been told
    expect(dialog).to_be_visible()


def test_vera_sees_who_writes_and_initials_where_the_picture_has_gone(
    open_inbox: OpenInbox, stack: Stack, people_only: Cast, pages: Pages
) -> None:
    ben = open_inbox("Ben")
    choose(ben).get_by_role("button", name="Close").click()
    with HostPage(f"{stack.url}/widget/{people_only.acme.website_key}.js") as shop:
        page = pages(viewport={"width": 800, "height": 740})
        page.goto(shop.url())
        chat = chat_on(page)
        store(chat, "Hello")
        ben.locator("#conversation-list a").first.click()
        write(ben, "Hello Vera")
        face = chat.locator(".message.theirs .avatar img")
        expect(face).to_have_attribute("src", ADDRESS)
        expect(chat.locator(".header .avatar img")).to_have_attribute("src", ADDRESS)
        assert is_drawn(face)
        expect_no_findings(page)
        dialog = choose(ben, picture(40, 40))
        expect(dialog.get_by_role("status")).to_have_text("This is your picture now.")
        page.reload()
        fresh = page.frame_locator("iframe").locator(".message.theirs .avatar img")
        expect(fresh).to_be_visible()
        assert is_drawn(fresh)


@pytest.mark.slow
def test_ada_gives_her_website_a_picture(cast: Cast, adas_browser: Client) -> None:
    path = page_address(cast.acme, "appearance/")
    refused = adas_browser.post(path + "picture/", {"file": SimpleUploadedFile("logo.svg", SVG)}, follow=True)
    assert "This kind of file" in text_of(refused)
    nothing = adas_browser.post(path + "picture/", follow=True)
    assert "A picture in JPEG" in text_of(nothing)
    done = adas_browser.post(path + "picture/", {"file": SimpleUploadedFile("logo.png", picture(80, 40))}, follow=True)
    assert "Visitors see this picture now." in text_of(done)
    cast.acme.refresh_from_db()
    assert ADDRESS.match(cast.acme.avatar_url)
    assert f'src="{cast.acme.avatar_url}"' in done.content.decode()
    frame = Client().get(f"/widget/frame/{cast.acme.website_key}/").content.decode()
    assert cast.acme.avatar_url in frame
    assert "picture" not in Client().get(f"/widget/{cast.acme.website_key}.js").content.decode().rpartition("}(")[2]
    adas_browser.post(path + "picture/", {"remove": "1"})
    cast.acme.refresh_from_db()
    assert (cast.acme.avatar_url, Picture.objects.filter(website=cast.acme).count()) == ("", 0)


def test_mallory_gives_acme_none_and_neither_does_ben(cast: Cast) -> None:
    path = page_address(cast.acme, "appearance/picture/")
    for somebody, status in ((cast.mallory, 404), (cast.ben, 403)):
        answer = browser_of(somebody).post(path, {"file": SimpleUploadedFile("logo.png", picture())})
        assert answer.status_code == status
    assert not Picture.objects.filter(website=cast.acme).exists()


@pytest.fixture
def worn(cast: Cast, adas_browser: Client) -> Cast:
    """Acme's picture is on its launcher."""
    adas_browser.post(
        page_address(cast.acme, "appearance/picture/"), {"file": SimpleUploadedFile("logo.png", picture(80, 80))}
    )
    cast.acme.refresh_from_db()
    cast.acme.widget = {"launcher": {"picture": True}}
    cast.acme.save()
    return cast


@pytest.mark.slow
def test_the_launcher_wears_it_where_the_owner_wants_so(worn: Cast, stack: Stack, pages: Pages) -> None:
    with HostPage(f"{stack.url}/widget/{worn.acme.website_key}.js") as shop:
        page = pages(viewport={"width": 800, "height": 740})
        page.goto(shop.url())
        image = page.locator(".launcher img")
        expect(image).to_be_visible()
        assert is_drawn(image)
        assert violations(page) == []
        chat = chat_on(page)
        assert is_drawn(chat.locator(".header .avatar-house img"))
        page.route("**/pictures/**", lambda route: route.abort())
        page.reload()
        expect(page.locator(".launcher svg.bubble")).to_be_visible()
