"""A website as its owner is about to have it: kept for an hour, shown to who knows its token, never stored with it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from accounts.models import Website
from foundation.redis import key, redis

SECONDS = 3600
COLUMNS = {"name", "language", "support_email", "brand_color", "greeting", "intro", "chips", "widget"}


async def keep_draft(website_id: int, values: Mapping[str, Any]) -> str:
    """The token of a draft with these settings changed. Raises RedisError."""
    unknown = values.keys() - COLUMNS
    assert not unknown, f"no draft shows {unknown}"
    token = secrets.token_urlsafe(18)
    name = key("draft", token)
    await redis(name).set(name, json.dumps({"website": website_id, "values": dict(values)}), ex=SECONDS)
    return token


async def kept_draft(token: str) -> dict[str, Any] | None:
    """`website` and `values`, as they were given; None when there is none any more. Raises RedisError."""
    name = key("draft", token)
    found = await redis(name).get(name)
    return json.loads(found) if found else None


def drafted(draft: Mapping[str, Any]) -> Website | None:
    """The website with what the draft changes; it must not be saved."""
    website = Website.objects.filter(pk=draft["website"]).first()
    if website is None:
        return None
    for name, value in draft["values"].items():
        setattr(website, name, {**website.widget, **value} if name == "widget" else value)
    return website
