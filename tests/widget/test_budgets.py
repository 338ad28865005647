"""What a browser fetches when the chat is opened for the first time, held against what `make check` has weighed."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from accounts.models import Website
from foundation.bundles import bundle_url
from tests.cast import new_website
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import chat_on, launcher
from tests.widget.host_page import NEAR, HostPage

FIRST_OPEN = 25_000  # bytes of scripts and styles, gzipped: the second script and what the window loads
CONSENT: dict[str, Any] = {"consent": {"enabled": True}}
FORM: dict[str, Any] = {"form": {"enabled": True, "fields": [{"key": "name", "required": True}]}}
# What an owner has switched on, and what the window loads then beside itself.
KINDS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "plain": ({}, ["writing.js"]),
    "consent": (CONSENT, ["consent.js"]),
    "form": (FORM, ["consent.js", "forms.js"]),
    "consent and form": (CONSENT | FORM, ["consent.js", "forms.js"]),
}


@pytest.fixture(scope="module")
def websites(open_database: None) -> dict[str, Website]:
    return {kind: new_website("Acme", widget=widget) for kind, (widget, _) in KINDS.items()}


class Weighed:
    """Every script and style a page and its frames have fetched from us, by name, in gzipped bytes."""

    def __init__(self, page: Page, ours: str) -> None:
        self.ours, self.answers = ours, list[Response]()
        page.context.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if answer.url.startswith(self.ours) and answer.request.resource_type in ("script", "stylesheet"):
            self.answers.append(answer)

    def found(self) -> dict[str, int]:
        return {one.url.rpartition("/")[2]: len(gzip.compress(one.body(), 9)) for one in self.answers}


def built(*entries: str) -> set[str]:
    """What `make check` weighs, by the names the build has given it."""
    return {bundle_url(entry).rpartition("/")[2] for entry in entries}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_all_that_a_first_open_loads_is_within_the_budget(
    stack: Stack, websites: dict[str, Website], pages: Pages, kind: str
) -> None:
    with HostPage(f"{stack.url}/widget/{websites[kind].website_key}.js") as shop:
        page = pages()
        weighed = Weighed(page, stack.url)
        page.goto(shop.url(NEAR))
        expect(launcher(page)).to_be_visible()
        [loader] = weighed.found()
        if kind in ("plain", "form"):
            with page.expect_response("**/widget/sessions/"):  # what begins with the session has been asked for by then
                chat = chat_on(page)
        else:
            chat = chat_on(page)
        expect(chat.locator(".composer, .form-card").first).to_be_visible()
        if kind == "consent and form":
            with page.expect_response("**/widget/sessions/"):
                chat.locator(".form-button").click()
            expect(chat.get_by_label("Name")).to_be_visible()
        found = weighed.found()
        [controls] = [name for name in found if name.startswith("controls-")]
        window = built("frame.js", "frame.css", *KINDS[kind][1])
        assert set(found) == {loader, controls} | window
        assert sum(found.values()) - found[loader] <= FIRST_OPEN, found


@pytest.mark.slow
def test_what_a_conversation_needs_is_fetched_with_its_first_letter(
    stack: Stack, websites: dict[str, Website], pages: Pages
) -> None:
    with HostPage(f"{stack.url}/widget/{websites['plain'].website_key}.js") as shop:
        page = pages()
        weighed = Weighed(page, stack.url)
        page.goto(shop.url(NEAR))
        field = chat_on(page).get_by_role("textbox")
        expect(field).to_be_visible()
        [conversation] = built("conversation.js")
        assert conversation not in weighed.found()
        with page.expect_response(f"**/{conversation}"):
            field.press("H")
