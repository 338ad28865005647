"""The chat in the two other engines: it opens, takes what is said, shows what is answered, and remembers."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest

from accounts.models import Membership, Website
from tests.assistant.knowledge import website_with_passwords
from tests.cast import new_person
from tests.clients.people import StaffMember, log_in
from tests.servers.engines import Engine, firefox, has_firefox, has_webkit, until, webkit
from tests.servers.stack import Stack
from tests.widget.host_page import HostPage

OTHERS = [
    pytest.param(
        firefox,
        id="firefox",
        marks=pytest.mark.skipif(not has_firefox(), reason="no Firefox here (apt install firefox-esr)"),
    ),
    pytest.param(
        webkit,
        id="webkit",
        marks=pytest.mark.skipif(not has_webkit(), reason="no WebKit here (apt install webkit2gtk-driver xvfb)"),
    ),
]
MINE = "document.querySelectorAll('.message.mine:is(.sent, .delivered, .read)').length"


@pytest.fixture
def acme() -> Website:
    return website_with_passwords()


@pytest.fixture
def ben(stack: Stack, acme: Website) -> StaffMember:
    return log_in(stack, new_person("Ben", acme, Membership.Role.AGENT))


def shows(text: str) -> str:
    return f"document.querySelector('.messages')?.innerText.includes({json.dumps(text)})"


def open_chat(engine: Engine) -> None:
    until(engine, "!!document.querySelector('body > div')?.shadowRoot?.querySelector('.launcher')")
    engine.ask("document.querySelector('body > div').shadowRoot.querySelector('.launcher').click()")
    until(engine, "!!document.querySelector('textarea')", in_chat=True)


@pytest.mark.slow
@pytest.mark.parametrize("browser", OTHERS)
def test_it_opens_answers_and_remembers(
    stack: Stack, acme: Website, ben: StaffMember, browser: Callable[[], AbstractContextManager[Engine]]
) -> None:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as shop, browser() as engine:
        engine.go(shop.url())
        open_chat(engine)
        engine.say("How do I reset my password?")
        until(engine, f"{MINE} === 1", in_chat=True)
        until(engine, "!!document.querySelector('.theirs:not(.draft) .rich')", in_chat=True)
        conversation = ben.rest.get("conversations/").json()["results"][0]["id"]
        body = {"client_id": str(uuid4()), "content": "Ben here, **hello**"}
        assert ben.rest.post(f"conversations/{conversation}/messages/", body).status_code == 201
        until(engine, shows("Ben here, hello"), in_chat=True)
        assert engine.ask("document.querySelectorAll('strong').length", in_chat=True) >= 1
        engine.go(shop.url())
        until(engine, shows("Ben here, hello"), in_chat=True)
        assert engine.ask("document.querySelectorAll('.message.mine').length", in_chat=True) == 1
