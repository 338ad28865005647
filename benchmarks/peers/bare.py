"""The least one can do with the same techniques: lean consumer, group commit, one SQL function, pub/sub layer.

No authentication, validation, rights, limits, markers, audiences or jobs. What the product adds is the difference.
"""

from __future__ import annotations

import asyncio
import json
import os
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import django
from channels.layers import get_channel_layer
from django.conf import settings
from psycopg_pool import AsyncConnectionPool

settings.configure(
    INSTALLED_APPS=["channels"],
    REDIS_URL=os.environ["REDIS_URL"],
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "foundation.channel_layer.ChannelLayer",
            "CONFIG": {"hosts": [os.environ["REDIS_URL"]], "prefix": "bare"},
        }
    },
)
django.setup()

CALL = "SELECT n, seq, ts FROM bare_post(%s::int[], %s::uuid[], %s::uuid[], %s::text[])"
Waiting = tuple[int, UUID, UUID, str, "asyncio.Future[tuple[int, datetime]]"]


class GroupCommit:
    """While one statement runs, the posts that arrive wait and go together in the next."""

    def __init__(self) -> None:
        self.waiting: list[Waiting] = []
        self.running: asyncio.Task[None] | None = None
        self.pool: AsyncConnectionPool[Any] | None = None

    async def post(self, conversation: int, message_id: UUID, client_id: UUID, content: str) -> tuple[int, datetime]:
        done: asyncio.Future[tuple[int, datetime]] = asyncio.get_running_loop().create_future()
        self.waiting.append((conversation, message_id, client_id, content, done))
        if self.running is None:
            self.running = asyncio.create_task(self._flush())
        return await done

    async def _flush(self) -> None:
        if self.pool is None:
            self.pool = AsyncConnectionPool(
                os.environ["DATABASE_URL"], min_size=1, max_size=2, open=False, kwargs={"autocommit": True}
            )
            await self.pool.open()
        while self.waiting:
            batch, self.waiting = self.waiting, []
            columns = [[row[place] for row in batch] for place in range(4)]
            async with self.pool.connection() as connection:
                rows = await (await connection.execute(CALL, columns)).fetchall()
            for row, (_, seq, moment) in zip(batch, rows, strict=True):
                row[4].set_result((seq, moment))
        self.running = None


commits = GroupCommit()


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})
        return
    await talk(scope, receive, send)


async def talk(scope: Any, receive: Any, send: Any) -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    last = scope["path"].strip("/").rpartition("/")[2]
    await layer.group_add("dashboard" if last == "dashboard" else f"chat_{last}", channel)
    await receive()
    await send({"type": "websocket.accept", "subprotocol": "chat.v1"})
    await send({"type": "websocket.send", "text": '{"type": "connected"}'})
    telling = asyncio.create_task(tell(layer, channel, send))
    try:
        while (message := await receive())["type"] == "websocket.receive":
            await obey(layer, int(last), json.loads(message["text"]))
    finally:
        telling.cancel()
        await layer.discard_channel(channel, [])


async def tell(layer: Any, channel: str, send: Any) -> None:
    while True:
        event = await layer.receive(channel)
        await send({"type": "websocket.send", "text": event["text"]})


async def obey(layer: Any, conversation: int, command: dict[str, Any]) -> None:
    message_id = uuid4()
    seq, moment = await commits.post(conversation, message_id, UUID(command["client_id"]), command["content"])
    message = {
        "id": str(message_id),
        "seq": seq,
        "rev": seq,
        "client_id": command["client_id"],
        "role": "user",
        "content": command["content"],
        "timestamp": moment.isoformat(),
    }
    frame = {"type": "new_message", "conversation_id": conversation, "rev": seq, "prev": seq - 1, "message": message}
    event = {"type": "frame", "text": json.dumps(frame)}
    await layer.groups_send([(f"chat_{conversation}", event), ("dashboard", event)])
