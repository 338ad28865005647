"""What an endpoint is paid for vectors counts to the website's day, as answers do.

Room is looked for before a batch and not kept back: the day may end a batch late, and a killed worker holds nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import F

from assistant.budgets import MILLION, Budget, tokens_of
from assistant.models import AssistantSettings, Spending


def has_room(website_id: int, texts: list[str]) -> bool:
    """Whether the day's limits, the owner's and the operator's, allow these texts to be read."""
    budget, tokens = _budget(website_id), _length(texts)
    row = Spending.objects.for_website(website_id).filter(day=_today()).first() or Spending(website_id=website_id)
    if row.closed_at_limits == budget.limits:
        return False
    return budget.allows(row.tokens + row.reserved_tokens + tokens, row.cost + row.reserved_cost + _cost(tokens))


def count_read(website_id: int, tokens: int | None, texts: list[str]) -> None:
    """As the endpoint counted, else by their length."""
    read, day = tokens or _length(texts), _today()
    Spending.objects.bulk_create([Spending(website_id=website_id, day=day)], ignore_conflicts=True)
    Spending.objects.for_website(website_id).filter(day=day).update(
        tokens=F("tokens") + read, cost=F("cost") + _cost(read)
    )


def _budget(website_id: int) -> Budget:
    chosen = AssistantSettings.objects.for_website(website_id).first() or AssistantSettings(website_id=website_id)
    limits = [limit for limit in (chosen.daily_tokens, settings.AI_DAILY_TOKENS) if limit is not None]
    return Budget(True, min(limits, default=None), chosen.daily_cost)


def _length(texts: list[str]) -> int:
    return sum(tokens_of(text) for text in texts)


def _cost(tokens: int) -> Decimal:
    return tokens * Decimal(settings.AI_EMBEDDING_PRICE) / MILLION


def _today() -> date:
    return datetime.now(UTC).date()
