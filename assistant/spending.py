"""What is asked for the staff counts to the website's day as visitors' answers do: leave first, what was used after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from assistant.budgets import (
    BUSY_PAUSES,
    Budget,
    Leave,
    ask_for_more,
    ask_leave,
    budget_for,
    settle,
    used_up_to,
)
from assistant.models import Allowance
from assistant.providers.base import ProviderFailed, Usage
from foundation.db import db

WHY = {
    "used_up": "the assistant's budget for today is used up; the next day begins at midnight UTC",
    "busy": "answers being written may use what is left of today's budget; try again in a moment",
}
USED_UP_MIDWAY = "the assistant's budget for today was used up in the middle of it"


class NotAsked(Exception):
    """The budget refuses. The message says why, for the staff."""


@dataclass(slots=True)
class Use:
    """To be kept up to date: what was `counted`, and what was `said`, by the length of which it counts until then.

    `allowance_id`: 0 where nothing is counted.
    """

    website_id: int
    budget: Budget
    leave: Leave
    allowance_id: int
    said: str = ""
    counted: Usage = field(default_factory=Usage)

    async def afford(self, used: Usage) -> None:
        """Raises ProviderFailed when the day has no room for it."""
        self.counted = used
        if self.leave.covers(used, self.budget):
            return
        grown = await db(_grow, self.website_id, self.budget, self.leave, self.allowance_id, used)
        if grown is None:
            raise ProviderFailed(USED_UP_MIDWAY, begun=bool(used.output_tokens))
        self.leave = grown


@asynccontextmanager
async def on_budget(website_id: int, may_use: Usage) -> AsyncGenerator[Use]:
    """Whatever ends the block, what was used until then is counted. Raises NotAsked."""
    budget = await db(budget_for, website_id)
    leave, allowance_id = await _leave(website_id, budget, may_use)
    use = Use(website_id, budget, leave, allowance_id)
    try:
        yield use
    except ProviderFailed as failed:
        if not failed.begun:
            use.counted = Usage(0, 0)
        raise
    finally:
        used = use.counted if use.counted.is_known else used_up_to(use.said, may_use)
        await db(_count, allowance_id, website_id, use.leave, used, budget)


def count_abandoned(older_than: timedelta, most: int = 100) -> int:
    """Of processes that were killed: what was kept back is counted as far as it was asked for; how many."""
    old = Allowance.objects.for_system().filter(given_at__lt=timezone.now() - older_than)
    due = list(old.order_by("given_at")[:most])
    for one in due:
        leave, used = Leave(one.day, one.tokens, one.cost), Usage(one.input_tokens, 0, is_estimated=True)
        _count(one.pk, one.website_id, leave, used, budget_for(one.website_id))
    return len(due)


async def _leave(website_id: int, budget: Budget, may_use: Usage) -> tuple[Leave, int]:
    for pause in (*BUSY_PAUSES, None):
        leave, allowance_id = await db(_allow, website_id, budget, may_use)
        if leave.refused != "busy" or pause is None:
            break
        await asyncio.sleep(pause)
    if leave.refused:
        raise NotAsked(WHY[leave.refused])
    return leave, allowance_id


@transaction.atomic
def _allow(website_id: int, budget: Budget, may_use: Usage) -> tuple[Leave, int]:
    """The leave, and the row that outlives this process."""
    leave = ask_leave(website_id, budget, may_use, for_visitor=False)
    if leave.day is None:
        return leave, 0
    made = Allowance.objects.create(
        website_id=website_id,
        day=leave.day,
        input_tokens=may_use.input_tokens or 0,
        tokens=leave.tokens,
        cost=leave.cost,
    )
    return leave, made.pk


@transaction.atomic
def _grow(website_id: int, budget: Budget, leave: Leave, allowance_id: int, used: Usage) -> Leave | None:
    mine = Allowance.objects.for_website(website_id).filter(pk=allowance_id)
    grown = ask_for_more(website_id, budget, leave, used) if mine.select_for_update().exists() else None
    if grown:
        mine.update(tokens=grown.tokens, cost=grown.cost, input_tokens=used.input_tokens or 0)
    return grown


@transaction.atomic
def _count(allowance_id: int, website_id: int, leave: Leave, used: Usage, budget: Budget) -> None:
    """Once, whoever comes first."""
    removed, _ = Allowance.objects.for_website(website_id).filter(pk=allowance_id).delete()
    if removed:
        settle(website_id, leave, used, budget.cost_of(used))
