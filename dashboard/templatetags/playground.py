"""How the pages write an answer and what it was made of."""

from __future__ import annotations

from collections.abc import Iterable

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
def in_order(words: Iterable[str]) -> list[str]:
    return sorted(words)
