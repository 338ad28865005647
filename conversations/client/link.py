"""One WebSocket that keeps coming back: fresh token, greeting deadline, watchdog, close codes. It knows no messages."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from conversations.client.backoff import delay_after_close, jittered
from conversations.client.rest import HTTPError, Refused

Frame = dict[str, Any]
GREETING = 10.0  # seconds until a socket that was not greeted is given up
PING = 25.0
HEARTBEAT = 20.0
PATIENCE = 2.25  # heartbeats: two, and a quarter of one for the network
FAILED = 0  # in place of a close code: no token, no connection, or the watchdog


class Link:
    """`run` ends only by `Refused` (the credential is no good) or when the server closes with 4003."""

    def __init__(
        self,
        url: str,
        token: Callable[[], Awaitable[str]],
        on_frame: Callable[[Frame], None],
        ping_seconds: float = PING,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._trust = trust
        self.online = False
        self.on_change: Callable[[bool], None] = lambda online: None
        self.offline_since = time.monotonic()
        self._url, self._token, self._on_frame, self._ping_seconds = url, token, on_frame, ping_seconds
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._hurry = asyncio.Event()
        self._patience = HEARTBEAT * PATIENCE
        self._asked_to_wait = 0.0

    def send(self, command: Frame) -> bool:
        """False when there is no greeted connection to hand it to."""
        if self.online:
            self._outgoing.put_nowait(json.dumps(command, ensure_ascii=False))
        return self.online

    def hurry(self) -> None:
        """The network is back: do not wait any longer."""
        self._hurry.set()

    async def run(self) -> None:
        attempt = 0
        while True:
            code, greeted = await self._once()
            attempt = 0 if greeted else attempt
            delay = delay_after_close(code, attempt)
            if delay is None:
                return
            attempt += 1
            await self._pause(max(delay, self._asked_to_wait and self._asked_to_wait + jittered(0)))

    async def _once(self) -> tuple[int, bool]:
        """One connection from its token to its end: the close code, and whether we were greeted."""
        self._hurry.clear()
        self._asked_to_wait = 0.0
        try:
            token = await self._token()
            async with connect(
                self._url,
                subprotocols=[Subprotocol("chat.v1"), Subprotocol(f"token.{token}")],
                max_size=None,
                ping_interval=None,
                open_timeout=GREETING,
                close_timeout=1,
                proxy=None,
                ssl=self._trust,
            ) as connection:
                return await self._live(connection)
        except Refused as refused:
            if not refused.is_temporary:
                raise
            self._asked_to_wait = refused.retry_after
        except (HTTPError, WebSocketException, OSError, TimeoutError):
            pass
        return FAILED, False

    async def _live(self, connection: ClientConnection) -> tuple[int, bool]:
        writer: asyncio.Task[None] | None = None
        try:
            while True:
                async with asyncio.timeout(self._patience if writer else GREETING):
                    frame: Frame = json.loads(await connection.recv())
                if frame["type"] == "connected" and writer is None:
                    self._greeted(frame)
                    writer = asyncio.create_task(self._write(connection))
                self._on_frame(frame)
        except ConnectionClosed as closed:
            return (closed.rcvd.code if closed.rcvd else FAILED), writer is not None
        except TimeoutError:  # a half-open link never reports its own end
            connection.transport.abort()
            return FAILED, writer is not None
        finally:
            self._lost()
            if writer is not None:
                writer.cancel()

    def _greeted(self, frame: Frame) -> None:
        self._patience = (frame.get("heartbeat_seconds") or HEARTBEAT) * PATIENCE
        self._outgoing = asyncio.Queue()
        self.online = True
        self.on_change(True)

    def _lost(self) -> None:
        if self.online:
            self.online, self.offline_since = False, time.monotonic()
            self.on_change(False)

    async def _write(self, connection: ClientConnection) -> None:
        """What is sent, and a `ping` every so often. Its end is noticed by the reader."""
        next_ping = time.monotonic() + self._ping_seconds
        with suppress(ConnectionClosed):
            while True:
                try:
                    async with asyncio.timeout(max(0.0, next_ping - time.monotonic())):
                        text = await self._outgoing.get()
                except TimeoutError:
                    next_ping = time.monotonic() + self._ping_seconds
                    text = '{"type": "ping"}'
                await connection.send(text)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
