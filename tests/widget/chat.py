"""The chat on somebody's page, as a visitor uses it."""

from __future__ import annotations

import re

from playwright.sync_api import Frame, FrameLocator, Locator, Page, expect


def launcher(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("Open chat"))


def chat_on(page: Page) -> FrameLocator:
    launcher(page).click()
    return page.frame_locator("iframe")


def say(chat: FrameLocator, text: str) -> None:
    chat.get_by_role("textbox").fill(text)
    chat.get_by_role("textbox").press("Enter")


def store(chat: FrameLocator, text: str) -> None:
    """Says it and waits until the server has it."""
    say(chat, text)
    mine = chat.locator(".message.mine").filter(has_text=text)
    expect(mine).to_have_class(re.compile("sent|delivered|read"), timeout=15_000)


def bubbles(chat: FrameLocator) -> Locator:
    return chat.locator(".message:not(.draft) .bubble")


def inner_frame(page: Page) -> Frame:
    return next(frame for frame in page.frames if "/widget/frame/" in frame.url)
