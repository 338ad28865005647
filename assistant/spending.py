"""What is asked for the staff counts to the website's day as visitors' answers do: leave first, what was used after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from assistant.budgets import BUSY_PAUSES, Budget, Leave, ask_leave, budget_for, settle, used_up_to
from assistant.providers.base import ProviderFailed, Usage
from foundation.db import db

WHY = {
    "used_up": "the assistant's budget for today is used up; the next day begins at midnight UTC",
    "busy": "answers being written may use what is left of today's budget; try again in a moment",
}


class NotAsked(Exception):
    """The budget refuses. The message says why, for the staff."""


@dataclass(slots=True)
class Use:
    """To be kept up to date: by the length of what was `said` it is counted until somebody has `counted` it better."""

    said: str = ""
    counted: Usage = field(default_factory=Usage)


@asynccontextmanager
async def on_budget(website_id: int, may_use: Usage) -> AsyncGenerator[Use]:
    """Whatever ends the block, what was used until then is counted. Raises NotAsked."""
    budget = await db(budget_for, website_id)
    leave = await _leave(website_id, budget, may_use)
    use = Use()
    try:
        yield use
    except ProviderFailed as failed:
        if not failed.begun:
            use.counted = Usage(0, 0)
        raise
    finally:
        used = use.counted if use.counted.is_known else used_up_to(use.said, may_use)
        await db(settle, website_id, leave, used, budget.cost_of(used))


async def _leave(website_id: int, budget: Budget, may_use: Usage) -> Leave:
    for pause in (*BUSY_PAUSES, None):
        leave = await db(ask_leave, website_id, budget, may_use, for_visitor=False)
        if leave.refused != "busy" or pause is None:
            break
        await asyncio.sleep(pause)
    if leave.refused:
        raise NotAsked(WHY[leave.refused])
    return leave
