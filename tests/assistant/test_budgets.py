"""What a website may spend on answers in a day: never passed, counted once, and when it is used up people answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Website
from assistant import budgets
from assistant.budgets import Budget, Leave, Today, ask_leave, budget_of, settle, today
from assistant.models import AssistantSettings, Reply, Spending
from assistant.providers.base import Outcome, Partial, ProviderFailed, Question, Usage
from assistant.replying import answering
from assistant.replying.abandoned import end_abandoned
from assistant.replying.answering import USED_UP
from assistant.replying.plan import Plan, plan_for
from assistant.replying.reply import reply
from conversations.actions.takeovers import NOBODY_HERE
from conversations.models import Entry
from foundation.db import db
from tests.assistant.desk import ENDLESS, Desk, Typist
from tests.cast import Cast, new_website

State = Reply.State
LIMIT = 20_000


class Metered:
    """A provider whose endpoint counts tokens."""

    name, model = "metered", "m-1"

    def __init__(self, read: int = 300, written: int = 20, pause: float = 0.0) -> None:
        self.usage, self.pause, self.asked = Usage(read, written), pause, 0

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        self.asked += 1
        await asyncio.sleep(self.pause)
        yield Outcome("answer", "It is blue.", usage=self.usage)


class Fails:
    name, model = "fails", ""

    def __init__(self, *, begun: bool) -> None:
        self.begun = begun

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        yield Partial("")
        raise ProviderFailed("the AI endpoint refused its key (HTTP 401)", begun=self.begun)


def set_budget(website: Website, **values: Any) -> Plan:
    AssistantSettings.objects.for_website(website.pk).delete()
    values = {"provider": "own", "base_url": "https://ai.test/v1", "model": "m-1"} | values
    AssistantSettings.objects.create(website=website, **values)
    Spending.objects.for_website(website.pk).delete()
    return plan_for(website.pk)


@pytest.fixture
async def website(desk: Desk) -> AsyncGenerator[Website]:
    """That of the desk; its budget goes with the test."""
    yield desk.website
    await db(AssistantSettings.objects.for_website(desk.website.pk).delete)
    await db(Spending.objects.for_website(desk.website.pk).delete)


# --- counted ---


async def test_what_an_answer_used_is_counted_with_its_price(desk: Desk, website: Website) -> None:
    plan = await db(set_budget, website, input_price=2, output_price=10, daily_cost=5)
    await reply(await desk.ask("Which colour?"), Metered(300, 20), plan)
    (record,) = await desk.replies()
    assert (record.input_tokens, record.output_tokens, record.is_estimated) == (300, 20, False)
    assert record.cost == Decimal("0.0008")
    spent = await db(today, website.pk)
    assert (spent.replies, spent.tokens, spent.cost, spent.reserved_tokens) == (1, 320, Decimal("0.0008"), 0)
    assert not spent.is_used_up


async def test_without_a_count_of_the_endpoint_the_length_of_the_texts_is_counted(desk: Desk, website: Website) -> None:
    plan = await db(set_budget, website)
    await reply(await desk.ask("Which colour?"), Typist("one two three four"), plan)
    (record,) = await desk.replies()
    assert record.is_estimated
    assert record.output_tokens == 5
    assert (await db(today, website.pk)).tokens == (record.input_tokens or 0) + 5


@pytest.mark.parametrize(("begun", "is_paid"), [(False, False), (True, True)])
async def test_a_refused_request_costs_nothing_and_one_that_broke_off_what_it_asked(
    desk: Desk, website: Website, begun: bool, is_paid: bool
) -> None:
    plan = await db(set_budget, website)
    await reply(await desk.ask("Which colour?"), Fails(begun=begun), plan)
    spent = await db(today, website.pk)
    assert (spent.tokens > 0, spent.reserved_tokens) == (is_paid, 0)


async def test_an_answer_that_a_person_broke_off_is_counted_once_as_far_as_it_came(
    desk: Desk, website: Website
) -> None:
    plan = await db(set_budget, website)
    answering = asyncio.create_task(reply(await desk.ask("Tell me everything"), Typist(ENDLESS), plan))
    await desk.until("chunk")
    assert (await db(today, website.pk)).reserved_tokens > 0
    await desk.take_over()
    await answering
    (record,) = await desk.replies()
    spent = await db(today, website.pk)
    assert (spent.replies, spent.reserved_tokens) == (1, 0)
    assert spent.tokens == (record.input_tokens or 0) + (record.output_tokens or 0) > 0
    assert record.partial.startswith("word")


async def test_a_killed_workers_share_is_given_back_and_its_text_kept_when_the_job_is_done_again(
    desk: Desk, website: Website
) -> None:
    plan, job = await db(set_budget, website), await desk.ask("Tell me everything")
    killed = asyncio.create_task(reply(job, Typist(ENDLESS), plan))
    await desk.until("chunk")
    await until_kept(desk)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    await reply(job, Metered(300, 20), plan)
    first, second = await desk.replies()
    assert (first.state, second.state) == (State.SUPERSEDED, State.STORED)
    assert first.partial.startswith("word")
    assert (first.output_tokens or 0) >= len(first.partial) // 4
    spent = await db(today, website.pk)
    counted = sum((one.input_tokens or 0) + (one.output_tokens or 0) for one in (first, second))
    assert (spent.replies, spent.tokens, spent.reserved_tokens) == (2, counted, 0)


async def test_the_same_ending_recorded_twice_is_counted_once(desk: Desk, website: Website) -> None:
    plan, job = await db(set_budget, website), await desk.ask("Which colour?")
    await reply(job, Metered(300, 20), plan)
    await reply(job, Metered(300, 20), plan)
    assert (await db(today, website.pk)).tokens == 320


async def test_an_answer_that_nobody_writes_any_more_ends_in_a_hand_over(
    desk: Desk, website: Website, settings: Settings
) -> None:
    plan, job = await db(set_budget, website), await desk.ask("Tell me everything")
    killed = asyncio.create_task(reply(job, Typist(ENDLESS), plan))
    await desk.until("chunk")
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    assert await end_abandoned() == 0
    replies = Reply.objects.for_website(website.pk).filter(state=State.ACTIVE)
    long_ago = timezone.now() - timedelta(seconds=settings.AI_ANSWER_SECONDS + 300)
    await db(replies.update, began_at=long_ago)
    assert await end_abandoned() == 1
    assert (await desk.until("reply_cancelled"))["reason"] == "failed"
    assert await desk.said_by_system() == [NOBODY_HERE]
    assert [record.state for record in await desk.replies()] == [State.FAILED]
    spent = await db(today, website.pk)
    assert (spent.replies, spent.reserved_tokens) == (1, 0)
    assert await end_abandoned() == 0


# --- used up ---


async def test_when_the_budget_is_used_up_people_answer_and_only_they_are_told_once(
    shop: Website, desk: Desk, website: Website
) -> None:
    plan, provider = await db(set_budget, website, daily_tokens=100), Metered()
    async with Desk(shop) as second:
        for one in (desk, second):
            await reply(await one.ask("Which colour?"), provider, plan)
            await one.settle()
            assert await one.said_by_system() == [NOBODY_HERE]
            assert await one.told_to_staff() == [f"Handed over to people: {USED_UP}."]
            assert "budget" not in str(one.told)
            assert [frame for frame in one.told if frame["type"] in ("chunk", "error")] == []
            assert (await one.conversation()).handled_by == "human"
        notes = [await notes_of(desk), await notes_of(second)]
    assert provider.asked == 0
    assert [len(one) for one in notes] == [1, 0]
    assert "100 tokens" in notes[0][0]
    spent = await db(today, website.pk)
    assert (spent.is_used_up, spent.tokens, spent.reserved_tokens) == (True, 0, 0)
    assert spent.ends_at > timezone.now()


async def test_money_is_a_limit_as_well(desk: Desk, website: Website) -> None:
    plan = await db(set_budget, website, daily_cost="0.01", input_price=1000)
    await reply(await desk.ask("Which colour?"), Metered(), plan)
    assert await desk.told_to_staff() == [f"Handed over to people: {USED_UP}."]


async def test_a_raised_budget_opens_the_day_again_and_a_smaller_question_does_not(
    shop: Website, desk: Desk, website: Website
) -> None:
    plan = await db(set_budget, website, daily_tokens=100)
    await reply(await desk.ask("Which colour?"), Metered(), plan)
    assert (await db(ask_leave, website.pk, plan.budget, Usage(1, 1))).refused == "used_up"
    await db(AssistantSettings.objects.for_website(website.pk).update, daily_tokens=LIMIT)
    assert not (await db(today, website.pk)).is_used_up
    async with Desk(shop) as other:
        await reply(await other.ask("Which colour?"), Metered(), await db(plan_for, website.pk))
        assert [answer.content for answer in await other.answers()] == ["It is blue."]


async def test_the_next_day_begins_with_nothing_spent(
    desk: Desk, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = await db(set_budget, website, daily_tokens=100)
    assert (await db(ask_leave, website.pk, plan.budget, Usage(200, 0))).refused == "used_up"
    tomorrow = budgets._day() + timedelta(days=1)
    monkeypatch.setattr(budgets, "_day", lambda: tomorrow)
    assert (await db(ask_leave, website.pk, plan.budget, Usage(50, 0))).refused == ""
    assert not (await db(today, website.pk)).is_used_up


# --- at the same time ---


async def test_answers_that_begin_together_do_not_pass_the_limit_together(
    shop: Website, desk: Desk, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each may use a little over 4000 tokens and uses 4000: four fit into 20 000, however many ask at once."""
    monkeypatch.setattr(answering, "BUSY_PAUSES", (0.05, 0.1))
    plan, provider = await db(set_budget, website, daily_tokens=LIMIT), Metered(3900, 100, pause=0.5)

    async def one() -> int:
        async with Desk(shop) as other:
            await reply(await other.ask("Which colour?"), provider, plan)
            return len(await other.answers())

    answered = sum(await asyncio.gather(*[one() for _ in range(12)]))
    spent = await db(today, website.pk)
    assert answered == provider.asked == spent.tokens // 4000 == 4
    assert spent.tokens <= LIMIT
    assert spent.reserved_tokens == 0


async def test_who_waits_only_for_others_to_end_is_answered_when_they_used_less(
    shop: Website, desk: Desk, website: Website
) -> None:
    plan, provider = await db(set_budget, website, daily_tokens=LIMIT), Metered(300, 20, pause=0.4)

    async def one() -> int:
        async with Desk(shop) as other:
            await reply(await other.ask("Which colour?"), provider, plan)
            return len(await other.answers())

    assert sum(await asyncio.gather(*[one() for _ in range(8)])) == 8
    assert not (await db(today, website.pk)).is_used_up


# --- whose ---


def test_the_built_in_assistant_costs_nothing(cast: Cast, settings: Settings) -> None:
    settings.AI_BASE_URL = ""
    assert budget_of(AssistantSettings(website=cast.acme)) == Budget()
    settings.AI_BASE_URL = "https://ai.test/v1"
    assert budget_of(AssistantSettings(website=cast.acme, provider="built_in", daily_tokens=1)) == Budget()
    assert ask_leave(cast.acme.pk, Budget(), Usage(10**9, 0)) == Leave()
    assert not Spending.objects.for_website(cast.acme.pk).exists()


@pytest.mark.parametrize(("owners", "operators", "is_limit"), [(None, 500, 500), (900, 500, 500), (100, 500, 100)])
def test_at_the_operators_endpoint_the_lower_limit_counts_with_the_operators_prices(
    cast: Cast, settings: Settings, owners: int | None, operators: int, is_limit: int
) -> None:
    settings.AI_BASE_URL, settings.AI_DAILY_TOKENS = "https://ai.test/v1", operators
    settings.AI_INPUT_PRICE = Decimal(3)
    budget = budget_of(AssistantSettings(website=cast.acme, daily_tokens=owners, input_price=99))
    assert (budget.is_counted, budget.tokens, budget.input_price) == (True, is_limit, Decimal(3))
    own = budget_of(AssistantSettings(website=cast.acme, provider="own", daily_tokens=owners, input_price=99))
    assert own.tokens == owners
    assert own.input_price == Decimal(99)


def test_what_acme_spends_is_not_globexs(cast: Cast) -> None:
    for website in (cast.acme, cast.globex):
        AssistantSettings.objects.create(website=website, provider="own", daily_tokens=100)
    budget = plan_for(cast.acme.pk).budget
    leave = ask_leave(cast.acme.pk, budget, Usage(100, 0))
    settle(cast.acme.pk, leave, Usage(100, 0), Decimal(0))
    assert ask_leave(cast.acme.pk, budget, Usage(1, 0)).refused == "used_up"
    globex = today(cast.globex.pk)
    assert (globex.tokens, globex.is_used_up) == (0, False)
    assert ask_leave(cast.globex.pk, budget, Usage(100, 0)).refused == ""


def test_a_day_without_answers_is_shown_as_well() -> None:
    spent: Today = today(new_website("Acme").pk)
    assert (spent.replies, spent.tokens, spent.cost, spent.is_used_up) == (0, 0, Decimal(0), False)


async def until_kept(desk: Desk) -> None:
    for _ in range(100):
        if (await desk.replies())[0].partial:
            return
        await asyncio.sleep(0.05)
    pytest.fail("nothing of the draft was kept")


async def notes_of(desk: Desk) -> list[str]:
    notes = Entry.objects.for_system().filter(conversation=desk.conversation_id, kind="note", audience="staff")
    return await db(list, notes.values_list("content", flat=True))
