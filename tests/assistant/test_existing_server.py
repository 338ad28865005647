"""A server that somebody else wrote understands us, and we it: asked by a provider here, and by a real worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Website
from assistant.models import AssistantSettings
from assistant.providers.base import Outcome, Partial, Question, Turn
from assistant.providers.builtin.phrases import PHRASES
from assistant.providers.compatible import Compatible
from assistant.providers.compatible.endpoint import Endpoint
from foundation.db import db
from tests.assistant.existing_server import ANSWER, ExistingServer
from tests.assistant.knowledge import website_with_passwords
from tests.clients.people import Visitor, visit
from tests.servers.stack import Stack

ENGLISH = PHRASES["en"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExistingServer]:
    server = ExistingServer(tmp_path_factory.mktemp("ai-mock"))
    with server.process as process:
        process.wait_until_ready()
        yield server


async def ask(server: ExistingServer, website: Website, question: str) -> tuple[list[str], Outcome]:
    provider = Compatible(Endpoint(server.url, "any", "sk-any", public_only=False))
    steps: list[Any] = [step async for step in provider.answer(Question(website, [Turn("visitor", question)]))]
    return [step.text for step in steps if isinstance(step, Partial)], steps[-1]


@pytest.mark.usefixtures("outgoing", "every_piece")
@pytest.mark.parametrize(
    ("question", "kind", "text", "reason"),
    [
        ("I forgot my password", "answer", ANSWER, ""),
        ("How do I log in?", "answer", ANSWER, ""),
        ("It does not work", "ask", "What does not work?", ""),
        ("Refund me!", "hand_off", "", "the assistant says: wants a refund"),
        ("What is love?", "no_answer", f"{ENGLISH.nothing} {ENGLISH.offer}", ""),
    ],
)
async def test_each_outcome_by_tool_or_by_text(
    server: ExistingServer, shop: Website, question: str, kind: str, text: str, reason: str
) -> None:
    partials, outcome = await ask(server, shop, question)
    assert (outcome.kind, outcome.text, outcome.reason) == (kind, text, reason)
    assert all(text.startswith(partial) for partial in partials)
    if kind == "answer":
        assert len(partials) > 20
        assert outcome.sources


def vera_of_a_website_that_asks(server: ExistingServer, stack: Stack) -> Visitor:
    website = website_with_passwords()
    AssistantSettings.objects.create(website=website, provider="own", base_url=server.url, model="any")
    vera = visit(stack, website)
    vera.open()
    return vera


@pytest.mark.slow
async def test_its_answer_reaches_the_widget_with_sources(stack: Stack, server: ExistingServer) -> None:
    vera = await db(vera_of_a_website_that_asks, server, stack)
    async with vera.socket() as chat:
        await chat.say("I forgot my password")
        await chat.expect("chunk", index=0)
        message = (await chat.expect("new_message"))["message"]
    assert (message["content"], message["is_manual"]) == (ANSWER, False)
    assert message["sources"] == [{"title": "Your password", "url": "https://acme.test/password"}]
