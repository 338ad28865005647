"""Tells the sockets what happened, through the channel layer: the only place that sends to groups.

What is told here may be lost, since Postgres is the truth and clients resume; so an error is logged and never raised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from channels.layers import get_channel_layer

from conversations.events import Event
from conversations.subscribers.frames import Telling
from conversations.subscribers.table import LIVE
from foundation.logs import log

logger = log(__name__)
PATIENCE = 1.0  # seconds; what was not told by then is told when Redis is back, and everybody resumes anyway
LASTING = ("new_message", "message_updated", "conversation_updated", "reply_cancelled")  # worth a line in the log
MOST_NAMED = 5
_is_away = False  # as far as the last broadcast has found
_telling: set[asyncio.Task[None]] = set()


async def publish(*happened: Event) -> None:
    """Tell everybody who listens, in this order; ends when Redis has it, or after a second when it is away.

    Then those whose sockets are in this very process are told all the same, and at once when Redis was away before;
    if it comes twice, clients do not mind.
    """
    global _is_away
    tellings = [telling for event in happened for telling in LIVE[type(event)](event)]
    layer = get_channel_layer()
    told_here = _is_away
    if told_here:
        layer.send_here(tellings)
    try:
        async with asyncio.timeout(PATIENCE):
            await layer.groups_send(tellings)
    except Exception as error:  # redis-py and uvloop have many words for a link that is broken
        if not told_here:
            layer.send_here(tellings)
        _is_away = True
        logger.warning("[WS_SEND] told in this process only", **_broadcast(tellings), error=repr(error))
    else:
        _is_away = False
        if any(event["name"] in LASTING for _, event in tellings):
            logger.info("[WS_SEND] told", **_broadcast(tellings))


def publish_soon(happened: Sequence[Event]) -> None:
    """The same without waiting; calls keep their order."""
    tell_soon(publish(*happened))


def tell_soon(telling: Coroutine[None, None, None]) -> None:
    """Let something that ends in `publish` run by itself; an error in it is logged."""
    task = asyncio.create_task(telling)
    _telling.add(task)
    task.add_done_callback(_finish)


async def everything_told() -> None:
    """Wait for what `publish_soon` began; for programs that are about to end."""
    while _telling:
        await asyncio.gather(*_telling, return_exceptions=True)


def _broadcast(tellings: Sequence[Telling]) -> dict[str, Any]:
    """What the log says of one broadcast. Under load many events go in one, so that a line each is not the cost."""
    groups = {group for group, _ in tellings}
    conversations = {event["conversation_id"]: None for _, event in tellings if event["conversation_id"]}
    return {
        "conversation": " ".join(list(conversations)[:MOST_NAMED]),
        "audience": "everyone" if any(group.startswith("chat_") for group in groups) else "staff",
        "participants": get_channel_layer().members_here(groups),  # sockets of this process
        "events": len(tellings),
    }


def _finish(task: asyncio.Task[None]) -> None:
    _telling.discard(task)
    if not task.cancelled() and task.exception() is not None:
        logger.error("[WS_SEND] could not tell", error=repr(task.exception()))
