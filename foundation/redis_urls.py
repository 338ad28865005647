"""How several Redis hosts stand in one setting, and what each is called where people read it."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

# A password may hold a comma; what follows one between two URLs is a scheme.
BETWEEN = re.compile(r"\s*,\s*(?=(?:rediss?|unix)://)")


@lru_cache(maxsize=8)
def urls_in(setting: str) -> tuple[str, ...]:
    """Each of the URLs in a setting, which commas separate."""
    return tuple(BETWEEN.split(setting.strip()))


@lru_cache(maxsize=64)
def host_name(url: str) -> str:
    """For logs, figures and reports: without its password."""
    parts = urlsplit(url)
    return parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}"
