"""A WebSocket client that holds every frame it gets against the schema."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from pydantic import TypeAdapter
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from conversations import protocol
from tests.clients.contract import Audience, check_frame

PATIENCE = 30.0  # seconds; only a failure, or a very busy machine, takes that long
Frame = dict[str, Any]


class Socket:
    """`async with Socket(url, token=…) as socket:` connects; `expect` waits for a frame and leaves the others.

    With `greeted` it has been let in and hears everything from then on. A token goes as sub-protocol or `in_query`.
    """

    frames: TypeAdapter[Any] = protocol.visitor_frames
    audience: Audience = "visitor"

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        in_query: bool = False,
        greeted: bool = False,
        **connection: Any,
    ) -> None:
        self.url, self.headers, self.greeted, self.options = url, headers or {}, greeted, connection
        self.subprotocols = None
        if token is not None and in_query:
            self.url += f"?connection_token={token}"
        elif token is not None:
            self.subprotocols = ["chat.v1", f"token.{token}"]
        self.seen: list[Frame] = []
        self._waiting: list[Frame] = []

    async def __aenter__(self) -> Self:
        self.connection: ClientConnection = await connect(
            self.url,
            subprotocols=self.subprotocols,  # type: ignore[arg-type]
            additional_headers=self.headers,
            **{"max_size": None, "max_queue": None, "ping_interval": None, "proxy": None, **self.options},
        )
        if self.greeted:
            await self._wait_for_greeting()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.connection.close()

    async def send(self, type: str, **fields: Any) -> None:
        await self.send_text(json.dumps({"type": type, **fields}, default=str, ensure_ascii=False))

    async def send_text(self, text: str) -> None:
        await self.connection.send(text)

    async def say(self, content: str, **fields: Any) -> Frame:
        """Send a message and return its acknowledgement."""
        client_id = await self.say_soon(content, **fields)
        while True:
            frame = await self.expect("new_message")
            if frame["message"]["client_id"] == client_id:
                return frame

    async def say_soon(self, content: str, **fields: Any) -> str:
        """Send a message and wait for nothing; its client_id."""
        client_id = str(uuid4())
        await self.send("chat_message", client_id=client_id, content=content, **fields)
        return client_id

    async def expect(self, type: str, **values: Any) -> Frame:
        """The next frame of this type with these values; frames of other kinds wait for their own `expect`."""
        for frame in self._waiting:
            if frame["type"] == type and values.items() <= frame.items():
                self._waiting.remove(frame)
                return frame
        async with asyncio.timeout(PATIENCE):
            while True:
                frame = await self._next()
                if frame["type"] == type and values.items() <= frame.items():
                    return frame
                self._waiting.append(frame)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Read on until it is so."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._waiting.append(await self._next())

    async def round_trip(self) -> None:
        """Everything that the server sent before has been seen after this."""
        await self.send("ping")
        await self.expect("pong")

    async def closed(self) -> tuple[Frame, int]:
        """The error frame and the code with which the server closes this socket."""
        error: Frame = {}
        async with asyncio.timeout(PATIENCE):
            try:
                while True:
                    frame = await self._next()
                    error = frame if frame["type"] == "error" else error
            except ConnectionClosed as closed:
                ending = closed.rcvd
        assert ending is not None, "the connection was cut without a closing frame"
        return error, ending.code

    async def closed_with(self) -> tuple[str, int]:
        """The `code` of the error frame, and the close code."""
        error, code = await self.closed()
        return error.get("code", ""), code

    def seen_of(self, type: str) -> list[Frame]:
        return [frame for frame in self.seen if frame["type"] == type]

    async def _wait_for_greeting(self) -> None:
        try:
            self._waiting.append(await self.expect("connected"))
        except BaseException:
            await self.connection.close()
            raise

    async def _next(self) -> Frame:
        text = await self.connection.recv()
        assert isinstance(text, str)
        self.frames.validate_json(text)
        frame: Frame = json.loads(text)
        check_frame(self.audience, frame)
        self.seen.append(frame)
        return frame


class DashboardSocket(Socket):
    frames = protocol.dashboard_frames
    audience: Audience = "dashboard"
