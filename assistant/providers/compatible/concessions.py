"""What an endpoint will not have: some refuse a tool, or the wish for a count of tokens, in place of ignoring it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal

from assistant.providers.compatible.endpoint import Endpoint, Refused, ask
from assistant.providers.compatible.events import Event

Purpose = Literal["answer", "text"]
COUNTED = {"stream_options": {"include_usage": True}}

# Which of the requests was taken, so that an endpoint refuses the others only once in the life of a process.
_taken: dict[tuple[Purpose, str, str], int] = {}


async def ask_for_less(
    endpoint: Endpoint, purpose: Purpose, requests: Sequence[dict[str, Any]]
) -> AsyncGenerator[Event]:
    """The events of the first request that is not refused for what it asks for; each asks for less than the one before.

    Raises ProviderFailed.
    """
    place = (purpose, endpoint.base_url, endpoint.model)
    for number in range(_taken.get(place, 0), len(requests)):
        try:
            async with aclosing(ask(endpoint, requests[number])) as events:
                async for event in events:
                    _taken[place] = number
                    yield event
            return
        except Refused as refused:
            if not refused.plainer or number == len(requests) - 1:
                raise
