"""How a worker learns at once that its answer is no longer wanted: it listens as a visitor's socket does.

This saves work and spares readers; it is not what keeps the AI silent. That is the database, which refuses the write.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from channels.layers import get_channel_layer

from assistant.replying.records import is_current
from conversations.subscribers.frames import chat_group
from foundation.db import db
from foundation.logs import log
from foundation.redis import RedisError

logger = log(__name__)
MISSED = ("layer.resync", "layer.overflow")


class Interrupted(Exception):
    """This answer is no longer wanted: `reason` as in the frame `reply_cancelled`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Listener:
    conversation_id: UUID
    layer: Any
    channel: str | None

    async def interruption(self, message_id: UUID, epoch: int, rev: int) -> NoReturn:
        """Raises Interrupted when this answer was cancelled, the visitor went on, or somebody with a newer epoch spoke.

        `rev` is that of the message that is being answered.
        """
        while self.channel is not None:
            event = await self.layer.receive(self.channel)
            if event["type"] in MISSED:
                if not await db(is_current, self.conversation_id, message_id):
                    raise Interrupted("stopped")
            elif event.get("name") == "reply_cancelled" and event.get("message_id") == str(message_id):
                raise Interrupted(json.loads(event["text"])["reason"])
            elif event.get("epoch", 0) > epoch:
                raise Interrupted("takeover")
            elif event.get("name") == "new_message" and event["role"] == "user" and event["rev"] > rev:
                raise Interrupted("superseded")
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")


@asynccontextmanager
async def listening(conversation_id: UUID) -> AsyncIterator[Listener]:
    """Listen from here on; without Redis deafly, since an answer can be stored without it."""
    layer = get_channel_layer()
    group, channel = chat_group(conversation_id), None
    try:
        try:
            channel = await layer.new_channel("assistant")
            await layer.group_add(group, channel)
        except (RedisError, OSError) as error:
            logger.warning("[AI] cannot listen for interruptions", conversation=str(conversation_id), error=repr(error))
        yield Listener(conversation_id, layer, channel)
    finally:
        if channel is not None:
            await layer.discard_channel(channel, [group])
