"""A person at a chat: one socket, the timelines it serves, and HTTP in its place while it is down."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from conversations.client.link import PING, Link
from conversations.client.rest import HTTPError, Refused, Rest
from conversations.client.timeline import Frame, Message, Side, Timeline

POLL = 2.0  # seconds between two looks over HTTP
GRACE = 1.5  # seconds that the socket may be away before HTTP takes over


class Chat:
    """The base of `VisitorChat` and `StaffChat`. `run` keeps it going until the server refuses us for good.

    `trust`: whose certificates are good, where it is not the usual authorities'.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        on_message: Callable[[Message], None] = lambda message: None,
        ping_seconds: float = PING,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self.rest = Rest(url, token, trust=trust)
        self.timelines: dict[str, Timeline] = {}
        self.link = Link(
            url.replace("http", "ws", 1) + self.path(), self.rest.connection_token, self.take, ping_seconds, trust
        )
        self.rest.on_back = self.link.hurry  # the server answers again: the socket need not wait any longer
        self._on_message = on_message
        self._will_ask_again = False

    def path(self) -> str:
        raise NotImplementedError

    def take(self, frame: Frame) -> None:
        """A frame of the socket."""
        raise NotImplementedError

    def take_refusal(self, frame: Frame) -> None:
        """A message that was refused is the outbox's matter; a question is asked again after the pause asked for."""
        for timeline in self.timelines.values():
            timeline.apply(frame)
        if not frame.get("client_id") and not self._will_ask_again:
            self._will_ask_again = True
            asyncio.get_running_loop().call_later(frame.get("retry_after") or 1.0, self._ask_again)

    def _ask_again(self) -> None:
        self._will_ask_again = False
        for timeline in list(self.timelines.values()):
            if timeline.cursor.is_behind:
                timeline.ask()

    async def fetch(self) -> None:
        """Get over HTTP what the socket would have told."""
        raise NotImplementedError

    async def run(self) -> None:
        tasks = [asyncio.create_task(self.link.run()), *map(asyncio.create_task, self.chores())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for timeline in self.timelines.values():
                timeline.stop()
            await self.rest.close()

    def chores(self) -> list[Any]:
        """Coroutines that run beside the socket."""
        return [self._stand_in()]

    def timeline(self, conversation_id: str, start: int = 0) -> Timeline:
        """The timeline of a conversation, a new one if we did not know it."""
        known = self.timelines.get(conversation_id)
        if known is None:
            me: Side = "visitor" if self.rest.is_visitor else "staff"
            known = Timeline(conversation_id, me, self.link.send, start=start, on_arrival=self._on_message)
            self.timelines[conversation_id] = known
        return known

    async def _stand_in(self) -> None:
        """HTTP while the socket is down."""
        while True:
            await asyncio.sleep(POLL)
            if not self.link.online and time.monotonic() - self.link.offline_since >= GRACE:
                with suppress(HTTPError, Refused):
                    await self._exchange()

    async def _exchange(self) -> None:
        for timeline in list(self.timelines.values()):
            await self._send_waiting(timeline)
        await self.fetch()

    async def _send_waiting(self, timeline: Timeline) -> None:
        for item in timeline.outbox.waiting:
            body: dict[str, Any] = {"client_id": item.client_id, "content": item.content}
            try:
                path = self.rest.conversation(timeline.conversation_id) + "messages/"
                answer = await self.rest.post(path, body | ({"note": True} if item.note else {}))
            except Refused as refused:
                if refused.is_temporary:
                    raise
                timeline.outbox.refused(item.client_id, refused.code)
            else:
                timeline.acknowledge(answer["message"])

    async def catch_up(self, timeline: Timeline) -> None:
        """Every page after the timeline's cursor."""
        complete = False
        while not complete:
            path = self.rest.conversation(timeline.conversation_id) + "entries/"
            page = await self.rest.get(path, after=timeline.cursor.value)
            timeline.take_page(page)
            complete = page["complete"]


class VisitorChat(Chat):
    """A visitor in one conversation."""

    def __init__(self, url: str, token: str, conversation_id: str, **options: Any) -> None:
        self.conversation_id = conversation_id
        super().__init__(url, token, **options)
        self.conversation = self.timeline(conversation_id)

    def path(self) -> str:
        return f"/ws/chat/{self.conversation_id}/"

    def take(self, frame: Frame) -> None:
        if frame["type"] == "rejected":
            self.take_refusal(frame)
        else:
            self.conversation.apply(frame)

    async def fetch(self) -> None:
        await self.catch_up(self.conversation)
