"""How far a day's limit can be passed, and that nothing which was kept back outlives what it was kept back for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Website
from assistant.budgets import MORE_TOKENS, TOKENS_AT_ONCE, left_behind, today, tokens_of
from assistant.models import Allowance, AssistantSettings, Spending
from assistant.providers.base import Outcome, Partial, Question, Turn, Usage
from assistant.providers.compatible import Compatible
from assistant.providers.compatible.endpoint import Endpoint
from assistant.rehearsal import rehearse
from assistant.replying import answering
from assistant.replying.abandoned import end_abandoned
from assistant.replying.answering import USED_UP_MIDWAY
from assistant.replying.plan import plan_for
from assistant.replying.reply import reply
from assistant.spending import count_abandoned, on_budget
from assistant.writing.plain_text import write_text
from foundation.db import db
from tests.assistant.desk import Desk
from tests.assistant.knowledge import website_with_passwords
from tests.assistant.misbehaving import MisbehavingServer
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("outgoing")
COUNTED = 321 + 12  # by the endpoint
PASSWORD = "I forgot my password"


@pytest.fixture
def acme() -> Website:
    return website_with_passwords()


def choose(website: Website, server: MisbehavingServer, model: str, **limits: Any) -> None:
    given = {"provider": "own", "base_url": server.url, "model": model} | limits
    AssistantSettings.objects.create(website=website, **given)


def to(server: MisbehavingServer, model: str) -> Compatible:
    return Compatible(Endpoint(server.url, model, public_only=False))


def question_for(website: Website) -> Question:
    return Question(website, [Turn("visitor", PASSWORD)])


# --- not passed ---


class Thinks:
    """It uses what no visitor sees, and knows whether it was asked at all, and when it was stopped."""

    name, model = "thinks", ""

    def __init__(self, read: int, steps: int = 100, at_once: int = 100) -> None:
        self.read, self.steps, self.at_once = read, steps, at_once
        self.written, self.was_asked = 0, False

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        yield Partial("", Usage(self.read, 0, is_estimated=True))
        self.was_asked = True
        for _ in range(self.steps):
            self.written += self.at_once
            yield Partial("", Usage(self.read, self.written, is_estimated=True))
            await asyncio.sleep(0)
        yield Outcome("answer", "At last.", usage=Usage(self.read, self.written))


@pytest.fixture
async def limited(desk: Desk) -> AsyncGenerator[Desk]:
    """Its website may use 10 000 tokens a day."""
    given = {"provider": "own", "base_url": "https://ai.test/v1", "model": "m", "daily_tokens": 10_000}
    await db(AssistantSettings.objects.create, website=desk.website, **given)
    yield desk
    await db(AssistantSettings.objects.for_website(desk.website.pk).delete)
    await db(Spending.objects.for_website(desk.website.pk).delete)


async def test_an_answer_that_takes_more_than_the_day_has_is_stopped_and_people_take_over(limited: Desk) -> None:
    provider = Thinks(read=2000)
    await reply(await limited.ask(PASSWORD), provider, await db(plan_for, limited.website.pk))
    spent = await db(today, limited.website.pk)
    assert 10_000 - MORE_TOKENS - TOKENS_AT_ONCE <= spent.tokens <= 10_000
    assert spent.reserved_tokens == 0
    (record,) = await limited.replies()
    assert (record.state, record.failure) == ("failed", USED_UP_MIDWAY)
    assert await limited.told_to_staff() == [f"Handed over to people: {USED_UP_MIDWAY}."]
    assert (await limited.conversation()).handled_by == "human"


async def test_a_prompt_that_is_too_long_for_the_day_is_not_sent(limited: Desk) -> None:
    provider = Thinks(read=12_000)
    await reply(await limited.ask(PASSWORD), provider, await db(plan_for, limited.website.pk))
    assert not provider.was_asked
    spent = await db(today, limited.website.pk)
    assert (spent.tokens, spent.reserved_tokens) == (0, 0)


async def test_answers_that_become_long_together_do_not_pass_the_limit_together(shop: Website, limited: Desk) -> None:
    plan = await db(plan_for, shop.pk)

    async def one() -> None:
        async with Desk(shop) as other:
            await reply(await other.ask(PASSWORD), Thinks(read=1000, steps=20), plan)

    await asyncio.gather(*[one() for _ in range(8)])
    spent = await db(today, shop.pk)
    assert 5000 < spent.tokens <= 10_000
    assert spent.reserved_tokens == 0


@pytest.mark.slow
async def test_thoughts_of_a_real_endpoint_are_seen_by_the_budget_and_the_request_is_closed(
    acme: Website, misbehaving: MisbehavingServer
) -> None:
    await db(choose, acme, misbehaving, "thinks_for_ever", daily_tokens=9000)
    tried = await rehearse(to(misbehaving, "thinks_for_ever"), await db(question_for, acme))
    assert "was used up in the middle" in tried.failure
    call = next(call for call in reversed(misbehaving.calls) if call.mode == "thinks_for_ever")
    assert await asyncio.to_thread(call.gone.wait, 2)
    spent = await db(today, acme.pk)
    assert 7000 < spent.tokens <= 9000
    assert spent.reserved_tokens == 0


@pytest.mark.parametrize(("text", "tokens"), [("four letters", 3), ("何色ですか", 4), ("ما اللون؟", 5), ("", 0)])
def test_signs_that_are_more_than_a_letter_count_as_more(text: str, tokens: int) -> None:
    assert tokens_of(text) == tokens


async def test_while_postgres_is_away_an_answer_goes_on_and_is_counted_when_it_is_stored(
    limited: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(answering, "grow", away)
    await reply(await limited.ask(PASSWORD), Thinks(read=2000, steps=30), await db(plan_for, limited.website.pk))
    assert [answer.content for answer in await limited.answers()] == ["At last."]
    spent = await db(today, limited.website.pk)
    assert (spent.tokens, spent.reserved_tokens) == (5000, 0)


@pytest.mark.parametrize(
    ("reserved", "said", "used"),
    [(4000, "", (3000, 0)), (4000, "word", (3000, 1)), (4000, "word" * 5000, (3000, 1000)), (0, "word", (0, 0))],
)
def test_a_killed_answer_has_used_no_more_than_was_kept_back(reserved: int, said: str, used: tuple[int, int]) -> None:
    left = left_behind(reserved, said)
    assert (left.input_tokens, left.output_tokens) == used


# --- the endpoint's own count ---


@pytest.mark.parametrize("model", ["ignores_tools", "no_tools"])
async def test_a_rewriting_is_counted_as_the_endpoint_counts_it(
    acme: Website, misbehaving: MisbehavingServer, model: str
) -> None:
    await db(choose, acme, misbehaving, model)
    await write_text(acme, Endpoint(misbehaving.url, model, public_only=False), "Make it short.", "yo " * 400)
    assert (await db(today, acme.pk)).tokens == COUNTED


async def test_an_endpoint_that_cannot_count_is_asked_without_and_counted_by_length(
    acme: Website, misbehaving: MisbehavingServer
) -> None:
    await db(choose, acme, misbehaving, "no_options")
    endpoint = Endpoint(misbehaving.url, "no_options", "sk-old", public_only=False)
    for _ in range(2):
        made = await write_text(acme, endpoint, "Make it short.", "yo " * 400)
        assert made.text
    asked = ["stream_options" in call.body for call in misbehaving.calls_of("sk-old")]
    assert asked == [True, False, False]
    assert (await db(today, acme.pk)).tokens > 2 * tokens_of("yo " * 400)
    tried = await rehearse(Compatible(endpoint), await db(question_for, acme))
    assert tried.outcome is not None
    assert tried.outcome.usage.is_estimated


@pytest.mark.parametrize("model", ["too_few_tokens", "blank", "leaks"])
async def test_what_is_counted_counts_also_where_nothing_comes_of_it(
    acme: Website, misbehaving: MisbehavingServer, model: str
) -> None:
    await db(choose, acme, misbehaving, model)
    await rehearse(to(misbehaving, model), await db(question_for, acme))
    assert (await db(today, acme.pk)).tokens == COUNTED


# --- nothing left behind ---


class Killed:
    """A process that begins something for the staff, and is gone before it has ended it."""

    async def begin(self, website: Website) -> None:
        self.never_ended = on_budget(website.pk, Usage(3000, 1000))
        await self.never_ended.__aenter__()


async def test_what_was_kept_back_for_a_process_that_was_killed_is_given_back(
    acme: Website, misbehaving: MisbehavingServer, cast: Cast, settings: Settings
) -> None:
    await db(choose, acme, misbehaving, "well", daily_tokens=5000)
    killed = Killed()
    await killed.begin(acme)
    assert (await db(today, acme.pk)).reserved_tokens == 4000
    await end_abandoned()
    assert (await db(today, acme.pk)).reserved_tokens == 4000, "it may be written still"
    long_ago = timezone.now() - timedelta(seconds=settings.AI_ANSWER_SECONDS + 300)
    await db(Allowance.objects.for_website(acme.pk).update, given_at=long_ago)
    await end_abandoned()
    spent = await db(today, acme.pk)
    assert (spent.reserved_tokens, spent.tokens) == (0, 3000), "what was asked is paid for"
    assert (await db(today, cast.globex.pk)).tokens == 0


async def test_who_was_only_slow_is_counted_once(acme: Website, misbehaving: MisbehavingServer) -> None:
    await db(choose, acme, misbehaving, "well")
    async with on_budget(acme.pk, Usage(3000, 1000)) as use:
        assert await db(count_abandoned, timedelta(0)) >= 1
        await use.afford(Usage(3000, 10))
    spent = await db(today, acme.pk)
    assert (spent.replies, spent.tokens, spent.reserved_tokens) == (1, 3000, 0)
