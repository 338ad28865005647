"""Tells the sockets what happened, through the channel layer: the only place that sends to groups.

What is told here may be lost, since Postgres is the truth and clients resume; so an error is logged and never raised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer

from conversations.events import Event, MessagePosted
from conversations.queries.participants import participants
from conversations.subscribers.frames import DASHBOARD_GROUPS, Telling, user_group
from conversations.subscribers.table import LIVE
from foundation.logs import Ids, log, logged_with
from foundation.metrics import BROADCASTS

logger = log(__name__)
PATIENCE = 1.0  # seconds; what was not told by then is told when Redis is back, and everybody resumes anyway
LASTING = ("new_message", "message_updated", "conversation_updated", "reply_cancelled")  # worth a line in the log
MOST_NAMED = 5
_telling: set[asyncio.Task[None]] = set()


async def publish(*happened: Event) -> None:
    """Tell everybody who listens, in this order; ends when Redis has it, or after a second when it is away.

    Who cannot be told then is told in another way, and at once where Redis was away before; see `_tell_otherwise`.
    """
    with logged_with(**_who_asked(happened)):
        await _publish([telling for event in happened for telling in LIVE[type(event)](event)])


async def _publish(tellings: list[Telling]) -> None:
    layer = get_channel_layer()
    try:
        away: set[str] = layer.away(group for group, _ in tellings)
        if away:
            unreached, result = await asyncio.gather(
                layer.groups_send(tellings, PATIENCE), _tell_otherwise(tellings, away)
            )
        else:
            unreached, result = await layer.groups_send(tellings, PATIENCE), "told"
        if unreached.keys() - away:
            result = await _tell_otherwise(tellings, unreached.keys() - away)
    except Exception:
        BROADCASTS.labels(result="failed").inc(len(tellings))
        logger.exception("[WS_SEND] could not tell", **_broadcast(tellings))
    else:
        BROADCASTS.labels(result=(result if unreached else "told").replace(" ", "_")).inc(len(tellings))
        _log(tellings, result if unreached else "told", unreached)


def _who_asked(happened: Sequence[Event]) -> Ids:
    """By kind, the ids of requests, sockets or jobs that messages came from; they are stored, and told, together."""
    asked: dict[str, dict[str, None]] = {}
    for event in happened:
        if isinstance(event, MessagePosted):
            for kind, one in event.asked_by.items():
                asked.setdefault(kind, {})[one] = None
    return {kind: " ".join(list(ones)[:MOST_NAMED]) for kind, ones in asked.items()}


async def _tell_otherwise(tellings: Sequence[Telling], groups: set[str]) -> str:
    """Sockets of this process get it directly. Staff elsewhere who take part in it get it by their own groups.

    Which of both it came to. What lasts has a key by which the layer hands it to each socket once, whatever arrives.
    """
    layer = get_channel_layer()
    missed = [(group, event) for group, event in tellings if group in groups]
    layer.send_here(missed)
    # Not while no Redis host is there: then nobody could be told, and Postgres would be asked for each message.
    lasting = [event for group, event in missed if group.startswith(DASHBOARD_GROUPS) and event["name"] in LASTING]
    if not lasting or layer.is_gone:
        return "this process only"
    concerned = await participants(UUID(event["conversation_id"]) for event in lasting)
    copies = [
        (user_group(user_id), event)
        for event in lasting
        for user_id in concerned.get(UUID(event["conversation_id"]), ())
    ]
    unreached = await layer.groups_send(copies, PATIENCE)
    return "participants only" if {group for group, _ in copies} - unreached.keys() else "this process only"


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


def _log(tellings: Sequence[Telling], result: str, unreached: dict[str, str]) -> None:
    if unreached:
        why = "; ".join(sorted(set(unreached.values())))
        logger.warning("[WS_SEND] told", **_broadcast(tellings), result=result, missed=len(unreached), error=why)
    elif any(event["name"] in LASTING for _, event in tellings):
        logger.info("[WS_SEND] told", **_broadcast(tellings), result=result)


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
