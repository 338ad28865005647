"""What a socket is told: straight to its connection where that can take it at once, else through a task that waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from conversations import protocol
from conversations.closings import TOO_SLOW, Closed, Disconnected
from conversations.late_writes import LateWrites
from foundation.direct_writes import DirectWriter
from foundation.inboxes import Inbox
from foundation.logs import log

logger = log(__name__)


class Hearer:
    """The half of a socket that hears the channel layer: the reader of its inbox."""

    base_send: Callable[[dict[str, Any]], Awaitable[None]]
    direct: DirectWriter | None
    inbox: Inbox
    late_writes: LateWrites
    task: asyncio.Task[Any] | None = None  # that may be ended from outside
    ending: Exception | None = None
    is_obeying = False  # a command, which somebody may be told of as soon as it is done
    parting: Closed | None = None  # what ends this socket after that command
    teller: asyncio.Task[None] | None = None

    def told(self, event: dict[str, Any]) -> protocol.Wire | None:
        """A frame was passed on to the client. What it is to be sent besides, if anything."""

    def end(self, error: Exception) -> None:
        """End this socket with an error, whatever it is waiting for."""
        if self.ending is None and self.task is not None:
            self.ending = error
            self.task.cancel()

    def part(self, closed: Closed) -> None:
        """End this socket as soon as it is at no command: one that is cut off may be stored and told to nobody."""
        self.parting = closed
        if not self.is_obeying:
            self.end(closed)

    def take(self, event: dict[str, Any]) -> bool:
        """An event of the channel layer, at once; False where it has to wait. It is shared: read it only."""
        if self.direct is None or not self.direct.can_write() or event["type"] != "conversation.frame":
            return False
        try:
            if self.late_writes.pass_on(event):
                self.direct.write_text(event["text"])
                more = self.told(event)
                if more is not None:
                    self.direct.write_text(protocol.encode(more))
        except Exception as error:  # ours alone: others are to get this event, too
            self.end(error)
        return True

    def look(self) -> None:
        if self.teller is None:
            self.teller = asyncio.create_task(self._tell())

    def give_up(self) -> None:
        self.end(Closed(*TOO_SLOW))

    async def _tell(self) -> None:
        """What has to wait: for a client that reads slowly, or a server without a direct way."""
        try:
            while (event := self.inbox.pop()) is not None:
                await self.dispatch(event)
        except Exception as error:
            self.end(error)
        finally:
            self.teller = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "conversation.frame":
                if self.late_writes.pass_on(message):
                    await self.send_text(message["text"])
                    more = self.told(message)
                    if more is not None:
                        await self.send_frame(more)
            case "layer.resync":
                await self.send_frame(protocol.Resync())
            case "layer.overflow":
                raise Closed(*TOO_SLOW)
            case _:
                logger.warning("[WS_SEND] unknown event", type=message["type"])

    async def send_frame(self, frame: protocol.Wire) -> None:
        await self.send_text(protocol.encode(frame))

    async def send_text(self, text: str) -> None:
        if self.direct is not None and self.direct.can_write():
            self.direct.write_text(text)
            return
        try:
            await self.base_send({"type": "websocket.send", "text": text})
        except OSError:  # uvicorn's word for a client that has gone
            raise Disconnected from None
