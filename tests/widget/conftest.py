"""What tests of the widget share: a page that carries Acme's chat, and what is set for e-mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import launcher
from tests.widget.host_page import NEAR, HostPage
from tests.widget.page_calls import HEAR

if TYPE_CHECKING:  # models must wait until Django is set up
    from accounts.models import Website
    from tests.cast import Cast


@pytest.fixture
def acme(people_only: Cast) -> Website:
    return people_only.acme


@pytest.fixture
def shop(stack: Stack, acme: Website) -> Iterator[HostPage]:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as page:
        yield page


@pytest.fixture
def page(shop: HostPage, pages: Pages) -> Page:
    """Hears every event of the chat on it."""
    page = pages()
    page.add_init_script(HEAR)
    page.goto(shop.url(NEAR))
    expect(launcher(page)).to_be_visible()
    return page


@pytest.fixture(scope="module")
def mailing_settings() -> Mapping[str, str]:
    return {"LIMIT_TRANSCRIPTS_PER_MINUTE": "2", "REPLY_MAIL_SECONDS": "2"}
