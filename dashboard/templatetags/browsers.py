"""A browser's own description of itself, in two words; as frontend/inbox/user_agent.ts says it of visitors."""

from __future__ import annotations

import re

from django import template

register = template.Library()
# It lies by tradition, so the order of the questions matters.
BROWSERS = (
    (r"Edg(?:A|iOS)?/(\d+)", "Edge"),
    (r"OPR/(\d+)", "Opera"),
    (r"SamsungBrowser/(\d+)", "Samsung Internet"),
    (r"(?:Firefox|FxiOS)/(\d+)", "Firefox"),
    (r"(?:Chrome|CriOS)/(\d+)", "Chrome"),
    (r"Version/(\d+)[.\d]* (?:Mobile/\w+ )?Safari", "Safari"),
)
SYSTEMS = (
    (r"iPhone|iPad", "iOS"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux", "Linux"),
)


@register.filter
def browser_name(user_agent: str) -> str:
    found = ((re.search(pattern, user_agent), name) for pattern, name in BROWSERS)
    browser = next((f"{name} {match[1]}" for match, name in found if match), "")
    system = next((name for pattern, name in SYSTEMS if re.search(pattern, user_agent)), "")
    return " · ".join(one for one in (browser, system) if one) or user_agent[:60] or "Unknown browser"
