"""What the staff have the assistant do counts to the website's day, and stops where the day's budget does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Website
from assistant import spending
from assistant.budgets import ask_leave, budget_for, today
from assistant.models import AssistantSettings, Expectation, QuestionResult, QuestionRun
from assistant.providers.base import Outcome, Partial, ProviderFailed, Question, Turn, Usage
from assistant.providers.compatible import Compatible
from assistant.providers.compatible.endpoint import Endpoint
from assistant.questions import runs
from assistant.questions.runs import begin_run, changed_websites, work_on
from assistant.rehearsal import rehearse
from assistant.writing.plain_text import write_text
from foundation.db import close_pools, db
from tests.assistant.desk import ENDLESS, Typist
from tests.assistant.knowledge import website_with_passwords
from tests.assistant.misbehaving import MisbehavingServer
from tests.cast import Cast

USED_UP = "the assistant's budget for today is used up; the next day begins at midnight UTC"
COUNTED = 321 + 12  # by the endpoint
Spends = Callable[..., AssistantSettings]


@pytest.fixture(scope="module")
def misbehaving() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as server:
        yield server


@pytest.fixture
def acme() -> Website:
    return website_with_passwords()


@pytest.fixture
def spends(acme: Website, misbehaving: MisbehavingServer) -> Spends:
    """`spends("well", daily_tokens=100)`: that model writes for Acme, within that limit."""

    def choose(model: str = "well", **limits: Any) -> AssistantSettings:
        given = {"provider": "own", "base_url": misbehaving.url, "model": model} | limits
        return AssistantSettings.objects.create(website=acme, **given)

    return choose


def to(endpoint: MisbehavingServer, model: str) -> Compatible:
    return Compatible(Endpoint(endpoint.url, model, public_only=False))


def question_for(website: Website) -> Question:
    return Question(website, [Turn("visitor", "I forgot my password")])


class Fails:
    name, model = "fails", ""

    def __init__(self, *, begun: bool) -> None:
        self.begun = begun

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        yield Partial("one two three four")
        raise ProviderFailed("it failed", begun=self.begun)


# --- a trial, a draft ---


async def test_a_trial_counts_what_the_endpoint_counted(
    acme: Website, spends: Spends, misbehaving: MisbehavingServer, cast: Cast
) -> None:
    await db(spends)
    tried = await rehearse(to(misbehaving, "well"), await db(question_for, acme))
    assert tried.outcome is not None
    spent = await db(today, acme.pk)
    assert (spent.tokens, spent.reserved_tokens) == (COUNTED, 0)
    assert (await db(today, cast.globex.pk)).tokens == 0


@pytest.mark.parametrize(("begun", "is_paid"), [(False, False), (True, True)])
async def test_a_refused_trial_costs_nothing_and_one_that_broke_off_its_length(
    acme: Website, spends: Spends, begun: bool, is_paid: bool
) -> None:
    await db(spends)
    await rehearse(Fails(begun=begun), await db(question_for, acme))
    spent = await db(today, acme.pk)
    assert (spent.tokens > 3000, spent.reserved_tokens) == (is_paid, 0)


async def test_a_trial_that_is_given_up_keeps_nothing_back(acme: Website, spends: Spends) -> None:
    await db(spends)
    trial = asyncio.create_task(rehearse(Typist(ENDLESS), await db(question_for, acme)))
    await asyncio.sleep(0.5)
    assert (await db(today, acme.pk)).reserved_tokens > 0
    trial.cancel()
    await asyncio.gather(trial, return_exceptions=True)
    spent = await db(today, acme.pk)
    assert spent.reserved_tokens == 0
    assert spent.tokens > 3000


async def test_when_the_day_is_used_up_the_endpoint_is_not_asked_and_it_is_said_why(
    acme: Website, spends: Spends, misbehaving: MisbehavingServer
) -> None:
    await db(spends, daily_tokens=100)
    before = len(misbehaving.calls)
    tried = await rehearse(to(misbehaving, "well"), await db(question_for, acme))
    assert (tried.outcome, tried.failure, tried.was_asked) == (None, USED_UP, False)
    assert len(misbehaving.calls) == before


async def test_a_trial_that_is_too_large_does_not_end_the_day_for_visitors(acme: Website, spends: Spends) -> None:
    await db(spends, daily_tokens=2000)
    assert not (await rehearse(Typist(), await db(question_for, acme))).was_asked
    assert not (await db(today, acme.pk)).is_used_up
    budget = await db(budget_for, acme.pk)
    refused = await db(ask_leave, acme.pk, budget, Usage(3000, 0))
    assert (refused.refused, refused.is_news) == ("used_up", True)


async def test_a_trial_waits_for_what_is_kept_back_and_then_says_so(
    acme: Website, spends: Spends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spending, "BUSY_PAUSES", (0.01, 0.01))
    await db(spends, daily_tokens=6000)
    await db(ask_leave, acme.pk, await db(budget_for, acme.pk), Usage(5000, 0))
    tried = await rehearse(Typist(), await db(question_for, acme))
    assert "try again in a moment" in tried.failure


# --- other wordings, summaries ---


async def test_a_text_counts_by_its_length_where_nobody_counted_it(
    acme: Website, spends: Spends, misbehaving: MisbehavingServer
) -> None:
    await db(spends)
    for model, tokens in [("ignores_tools", True), ("401", False)]:
        before = (await db(today, acme.pk)).tokens
        await write_text(acme, Endpoint(misbehaving.url, model, public_only=False), "Make it short.", "yo " * 40)
        spent = await db(today, acme.pk)
        assert (spent.tokens > before, spent.reserved_tokens) == (tokens, 0), model


async def test_a_text_is_refused_when_the_day_is_used_up(
    acme: Website, spends: Spends, misbehaving: MisbehavingServer
) -> None:
    await db(spends, daily_tokens=100)
    made = await write_text(acme, Endpoint(misbehaving.url, "well", public_only=False), "Make it short.", "yo")
    assert (made.text, made.detail) == ("", f"No text: {USED_UP}.")


# --- question sets ---


def ask_all(website: Website) -> QuestionRun:
    run = begin_run(website.pk, QuestionRun.Cause.BY_HAND)
    assert run is not None

    async def work() -> None:
        try:
            await work_on(run.pk)
        finally:
            await close_pools()

    asyncio.run(work())
    return QuestionRun.objects.for_website(website.pk).get(pk=run.pk)


def test_a_run_ends_unasked_when_the_day_is_used_up_and_goes_on_the_next(
    acme: Website, spends: Spends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_give_to_a_worker", lambda run: None)
    monkeypatch.setattr(runs, "QUIET", timedelta(0))
    for question in ("I forgot my password", "Where is my order?", "Do you sell kayaks?"):
        Expectation.objects.create(website=acme, question=question)
    spends(daily_tokens=4400)  # each may use a little over 4000, and uses 333
    run = ask_all(acme)
    assert run.state == QuestionRun.State.UNASKED
    results = QuestionResult.objects.for_website(acme.pk).filter(run=run)
    assert [one.failures for one in results if "budget" in str(one.failures)] == []
    assert results.count() == 2
    assert today(acme.pk).tokens == 2 * COUNTED
    assert acme.pk not in changed_websites()
    QuestionRun.objects.for_website(acme.pk).update(made_at=timezone.now() - timedelta(days=1))
    assert acme.pk in changed_websites()
