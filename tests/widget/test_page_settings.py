"""What a page may set before loading, and pages with strict policies."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from accounts.models import Website
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import chat_on
from tests.widget.host_page import NEAR, PAGE, HostPage


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


# --- colours of the page and of the chat ---

SCHEMED = PAGE.replace("<title>", '<meta name="color-scheme" content="light dark"><title>')


@pytest.mark.slow
@pytest.mark.parametrize("of_page", ["light", "dark"])
@pytest.mark.parametrize("of_chat", ["light", "dark"])
def test_the_chat_keeps_its_own_colours_on_a_page_of_others(
    stack: Stack, acme: Website, pages: Pages, of_page: str, of_chat: str
) -> None:
    """Where a page and a frame in it differ, browsers would draw the frame's ground in the page's colours."""
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js", page=SCHEMED) as shop:
        page = pages(color_scheme=of_page, reduced_motion="reduce")
        page.add_init_script(f"window.chatPlatformSettings = {{colorScheme: '{of_chat}'}}")
        page.goto(shop.url())
        chat = chat_on(page)
        expect(chat.get_by_role("textbox")).to_be_visible()
        box = page.locator("iframe").bounding_box()
        assert box is not None
        shot = Image.open(BytesIO(page.screenshot(clip={**box}))).convert("L")
        ground = shot.tobytes()[shot.height // 2 * shot.width + 6]
        assert (ground > 200) == (of_chat == "light"), ground
