"""What the server tells somebody who asks anew, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from conversations.client.rest import HTTPError, Refused, Rest
from tests.faults.crowd import Crowd, lines

Lists = dict[str, list[tuple[Any, ...]]]


async def fresh_lists(crowd: Crowd) -> Lists:
    """By conversation, and by conversation and token for visitors: what the server tells somebody who asks anew."""
    tokens = [crowd.staff[0].token, *(visitor.token for visitor in crowd.visitors)]
    readers = {token: Rest(crowd.ground.url, token, 30, crowd.ground.trust) for token in tokens}
    found: Lists = {}
    for conversation, visitor in crowd.conversations():
        for token in (crowd.staff[0].token, visitor.token):
            found[key(conversation, readers[token].is_visitor)] = await fresh_list(readers[token], conversation)
    for reader in readers.values():
        await reader.close()
    return found


async def fresh_list(rest: Rest, conversation: str) -> list[tuple[Any, ...]]:
    entries: list[dict[str, Any]] = []
    complete, after = False, 0
    while not complete:
        page = await again(lambda: rest.get(rest.conversation(conversation) + "entries/", after=after))  # noqa: B023
        entries += page["entries"]
        complete, after = page["complete"], max((one["rev"] for one in entries), default=0)
    return lines(sorted(entries, key=lambda one: int(one["seq"])))


async def again(ask: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """A fresh read may fail right after an outage; somebody who reloads the page tries again, too."""
    for _ in range(10):
        try:
            return await ask()
        except (HTTPError, Refused):
            await asyncio.sleep(0.5)
    return await ask()


def key(conversation: str, is_visitor: bool) -> str:
    return f"{conversation} {'visitor' if is_visitor else 'staff'}"
