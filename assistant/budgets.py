"""What a website may spend on answers in a day (UTC): leave is asked for before, and what was used is counted after.

Leave is given under the lock of the day's row, and what an answer may still cost is kept back until it has ended. So
answers that begin together cannot pass the limit together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F

from assistant.models import AssistantSettings, Spending
from assistant.providers.base import Question, Usage

MILLION = 1_000_000
BYTES_PER_TOKEN = 4  # of UTF-8
MOST_HISTORY = 16_000  # characters of a conversation that a prompt has; the latest count
PROMPT_TOKENS, ANSWER_TOKENS = 3000, 1000  # a usual prompt without the conversation, and a long answer
TOKENS_AT_ONCE = 250  # no model writes so much between two looks, of which there are twenty a second
MORE_TOKENS = 750  # that are kept back ahead of an answer which has become longer than was thought
BUSY_PAUSES = (0.5, 1.0, 2.0, 4.0)  # seconds between tries while answers being written may use what is left
Provider = AssistantSettings.Provider


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of a day, None for none, and prices per million tokens. The built-in assistant is not counted."""

    is_counted: bool = False
    tokens: int | None = None
    cost: Decimal | None = None
    input_price: Decimal = Decimal(0)
    output_price: Decimal = Decimal(0)

    def cost_of(self, usage: Usage) -> Decimal:
        paid = (usage.input_tokens or 0) * self.input_price + (usage.output_tokens or 0) * self.output_price
        return paid / MILLION

    def allows(self, tokens: int, cost: Decimal) -> bool:
        return (self.tokens is None or tokens <= self.tokens) and (self.cost is None or cost <= self.cost)

    @property
    def limits(self) -> str:
        """By which it is seen that somebody has changed them."""
        return f"{self.tokens} tokens, {self.cost} of money"


@dataclass(frozen=True, slots=True)
class Leave:
    """`refused`: "busy" when only what is kept back for others stands in the way, "used_up" until the day ends.

    `is_news` for the first who is told that the day has ended.
    """

    day: date | None = None
    tokens: int = 0
    cost: Decimal = Decimal(0)
    refused: str = ""
    is_news: bool = False

    def covers(self, used: Usage, budget: Budget) -> bool:
        """With what may be written until somebody looks again."""
        soon = replace(used, output_tokens=(used.output_tokens or 0) + TOKENS_AT_ONCE)
        return self.day is None or (soon.tokens <= self.tokens and budget.cost_of(soon) <= self.cost)


@dataclass(frozen=True, slots=True)
class Today:
    """What a website has spent since midnight, and `reserved` what answers being written may still cost."""

    replies: int
    tokens: int
    cost: Decimal
    reserved_tokens: int
    budget: Budget
    is_used_up: bool
    ends_at: datetime


def budget_of(chosen: AssistantSettings) -> Budget:
    """The owner's limits; at the operator's endpoint the operator's as well, with the operator's prices."""
    if chosen.provider == Provider.OWN:
        return Budget(True, chosen.daily_tokens, chosen.daily_cost, chosen.input_price, chosen.output_price)
    if chosen.provider == Provider.INSTALLATION and settings.AI_BASE_URL:
        tokens = [limit for limit in (chosen.daily_tokens, settings.AI_DAILY_TOKENS) if limit is not None]
        return Budget(
            True, min(tokens, default=None), chosen.daily_cost, settings.AI_INPUT_PRICE, settings.AI_OUTPUT_PRICE
        )
    return Budget()


def budget_for(website_id: int) -> Budget:
    found = AssistantSettings.objects.for_website(website_id).first()
    return budget_of(found or AssistantSettings(website_id=website_id))


def today(website_id: int) -> Today:
    """For pages that show it. Unique constraint one_spending_per_day."""
    budget, day = budget_for(website_id), _day()
    row = Spending.objects.for_website(website_id).filter(day=day).first() or Spending(website_id=website_id, day=day)
    ends_at = datetime.combine(day + timedelta(days=1), time(), UTC)
    is_used_up = budget.is_counted and row.closed_at_limits == budget.limits
    return Today(row.replies, row.tokens, row.cost, row.reserved_tokens, budget, is_used_up, ends_at)


def estimated(question: Question, longest_answer: int | None = None) -> Usage:
    """What answering may cost, before anything is known of it."""
    said = "".join(turn.content for turn in question.turns)[-MOST_HISTORY:]
    written = min(ANSWER_TOKENS, longest_answer // BYTES_PER_TOKEN) if longest_answer else ANSWER_TOKENS
    return Usage(PROMPT_TOKENS + tokens_of(said), written)


def used_up_to(said: str, may_use: Usage) -> Usage:
    """By its length, since nobody counted."""
    return Usage(may_use.input_tokens, tokens_of(said), is_estimated=True)


def left_behind(reserved_tokens: int, said: str) -> Usage:
    """By a process that was killed: what it asked and as much of the answer as is known, out of what was kept back."""
    read = max(0, reserved_tokens - ANSWER_TOKENS)
    return Usage(read, min(tokens_of(said), reserved_tokens - read), is_estimated=True)


def tokens_of(text: str) -> int:
    """By bytes, not by characters: a token is four letters of English, but only one or two signs of Chinese."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


@transaction.atomic
def ask_leave(website_id: int, budget: Budget, usage: Usage, *, for_visitor: bool = True) -> Leave:
    """Leave to use so much; what is granted must be settled. Only a visitor's question ends the day for others."""
    if not budget.is_counted:
        return Leave()
    day, tokens, cost = _day(), usage.tokens, budget.cost_of(usage)
    Spending.objects.bulk_create([Spending(website_id=website_id, day=day)], ignore_conflicts=True)
    row = Spending.objects.for_website(website_id).select_for_update().get(day=day)
    if row.closed_at_limits == budget.limits:
        return Leave(refused="used_up")
    if not budget.allows(row.tokens + tokens, row.cost + cost):
        if not for_visitor:
            return Leave(refused="used_up")
        row.closed_at_limits = budget.limits
        row.save(update_fields=["closed_at_limits"])
        return Leave(refused="used_up", is_news=True)
    if not budget.allows(row.tokens + row.reserved_tokens + tokens, row.cost + row.reserved_cost + cost):
        return Leave(refused="busy")
    row.reserved_tokens, row.reserved_cost = row.reserved_tokens + tokens, row.reserved_cost + cost
    row.save(update_fields=["reserved_tokens", "reserved_cost"])
    return Leave(day, tokens, cost)


@transaction.atomic
def ask_for_more(website_id: int, budget: Budget, leave: Leave, used: Usage) -> Leave | None:
    """The same leave, grown ahead of what was used so far; None when the day has no room for it."""
    ahead = replace(used, output_tokens=(used.output_tokens or 0) + MORE_TOKENS)
    grown = replace(leave, tokens=max(leave.tokens, ahead.tokens), cost=max(leave.cost, budget.cost_of(ahead)))
    tokens, cost = grown.tokens - leave.tokens, grown.cost - leave.cost
    assert leave.day is not None, "what is not counted needs no leave"
    row = Spending.objects.for_website(website_id).select_for_update().get(day=leave.day)
    if not budget.allows(row.tokens + row.reserved_tokens + tokens, row.cost + row.reserved_cost + cost):
        return None
    row.reserved_tokens, row.reserved_cost = row.reserved_tokens + tokens, row.reserved_cost + cost
    row.save(update_fields=["reserved_tokens", "reserved_cost"])
    return grown


def settle(website_id: int, leave: Leave, usage: Usage, cost: Decimal) -> None:
    """Count what was used in place of what was kept back. To be called once, in the transaction that says so."""
    if leave.day is None:
        return
    Spending.objects.for_website(website_id).filter(day=leave.day).update(
        replies=F("replies") + 1,
        tokens=F("tokens") + usage.tokens,
        cost=F("cost") + cost,
        reserved_tokens=F("reserved_tokens") - leave.tokens,
        reserved_cost=F("reserved_cost") - leave.cost,
    )


def _day() -> date:
    return datetime.now(UTC).date()
