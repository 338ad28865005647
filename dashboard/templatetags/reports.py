"""How figures are written on the page of reports."""

from __future__ import annotations

from datetime import timedelta

from django import template

register = template.Library()
LONG = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
NAMES = {
    "confirmed": "Confirmed",
    "assumed": "Assumed",
    "handed_over": "Handed over",
    "abandoned": "Abandoned",
    "open": "Still open",
}


@register.filter
def duration(value: timedelta | None) -> str:
    """`1 h 5 min`: the two largest units; a dash for none."""
    if value is None:
        return "–"
    left = max(0, round(value.total_seconds()))
    parts: list[str] = []
    for size, unit in LONG:
        count, left = divmod(left, size)
        if count or (parts and len(parts) < 2) or (unit == "s" and not parts):
            parts.append(f"{count} {unit}")
        if len(parts) == 2:
            break
    return " ".join(part for n, part in enumerate(parts) if n == 0 or not part.startswith("0 "))


@register.filter
def seconds(value: timedelta | None) -> str:
    """For the charts, which read the tables."""
    return "" if value is None else f"{value.total_seconds():.0f}"


@register.filter
def outcome(name: str) -> str:
    return NAMES[name]
