"""From the text of a frame to a command, or to the refusal that says what is wrong with it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from conversations import protocol
from conversations.closings import NOT_ALLOWED, TOO_LARGE, Closed
from conversations.errors import Refusal


def refuse_oversize(content: str | bytes) -> None:
    """Raise Closed when a frame is larger than 64 KiB in UTF-8."""
    if isinstance(content, str) and len(content) * 4 > protocol.MAX_FRAME:
        content = content.encode("utf-8", "surrogatepass")
    if isinstance(content, bytes) and len(content) > protocol.MAX_FRAME:
        raise Closed(*TOO_LARGE)


def refusal_of(error: ValidationError) -> Refusal:
    """The first thing that is wrong with a command, as a refusal."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"][1:])
    refusal = Refusal(f"{place}: {first['msg']}" if place else first["msg"])
    refusal.code = "too_long" if first["type"] == "too_long" and place == "content" else "invalid"
    return refusal


def client_id_of(text: str | None) -> str | None:
    """The `client_id` of a refused command, for its sender to find it again."""
    try:
        found = json.loads(text or "").get("client_id")
    except (ValueError, AttributeError, RecursionError):
        return None
    # Python's JSON takes lone surrogates, which no frame can carry.
    return found[:100].encode("utf-8", "replace").decode() if isinstance(found, str) else None


def conversation_id_of(scope: Any) -> UUID:
    """The id in the path of a visitor's socket; raises Closed when it is none."""
    try:
        return UUID(scope["url_route"]["kwargs"]["conversation_id"])
    except ValueError:
        raise Closed(*NOT_ALLOWED) from None
