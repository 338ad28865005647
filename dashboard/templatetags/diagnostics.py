"""How advice is written on the page of the diagnostics."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.diagnostics.findings import Result

register = template.Library()

MOST_NAMED = 5


@register.filter
def named_by(result: Result, names: Mapping[int, str]) -> str:
    """The websites whose own it is."""
    found = [names[one] for one in result.websites if one in names]
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return ", ".join(found[:MOST_NAMED]) + more


@register.filter
def with_code(text: str) -> SafeString:
    """What stands between backticks, as in Markdown, as code. Everything is escaped."""
    parts = text.split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if place % 2 else part,) for place, part in enumerate(parts))
    )
