"""How the pages write an answer and what it was made of."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from foundation.markdown import as_prose as markdown_as_prose

register = template.Library()


@register.filter
def as_prose(text: str) -> SafeString:
    return markdown_as_prose(text)


@register.filter
def percent(share: float) -> str:
    """0.583 → 58 %."""
    return f"{round(share * 100)} %"


@register.filter
def money(amount: Decimal) -> str:
    """Small amounts to what can be told apart: 0.0008, 1.25."""
    return f"{amount:.2f}" if amount >= 1 or not amount else f"{amount:.4f}".rstrip("0").ljust(4, "0")


@register.filter
def in_order(words: Iterable[str]) -> list[str]:
    return sorted(words)
