"""The base of both sockets: greet, authenticate, decode, dispatch, tell, heartbeat, leave.

One task runs for a socket's whole life, for what its client sends. What it is told goes straight to its connection
where that can take it at once, and through a second task where it must wait. Channels' own dispatch would start tasks
per frame and hop through the one database thread; see docs/decisions/consumer.md.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any, ClassVar
from urllib.parse import parse_qs

import psycopg
from channels.consumer import AsyncConsumer
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import DatabaseError
from pydantic import TypeAdapter, ValidationError

from accounts.connection_tokens import ConnectsTooOften, Grant, consume
from conversations import protocol
from conversations.closings import (
    NO_SIGN_OF_LIFE,
    NOT_ALLOWED,
    NOT_AUTHENTICATED,
    RESTARTING,
    TOO_MANY,
    TOO_OFTEN,
    Closed,
    Disconnected,
)
from conversations.decoding import client_id_of, refusal_of, refuse_oversize
from conversations.errors import Refusal, Unavailable
from conversations.hearing import Hearer
from conversations.late_writes import LateWrites
from conversations.limits import command_bucket, refused
from conversations.open_sockets import is_open
from foundation.addresses import client_address, header, is_own_origin
from foundation.direct_writes import direct_writer
from foundation.ids import new_id
from foundation.logs import log, logged_with
from foundation.metrics import CLOSED, REFUSED, SOCKETS, limit_outcome
from foundation.redis import RedisError

logger = log(__name__)
SUBPROTOCOL = "chat.v1"
CLOSE_PATIENCE = 5.0  # seconds that a stuck client gets to take the closing frames
OUTAGES = (RedisError, psycopg.Error, DatabaseError, OSError)
_sockets: Counter[str] = Counter()


class SocketConsumer(Hearer, AsyncConsumer):
    """One WebSocket. Subclasses say who may come in (`enter`) and how each command is done (`do_…`)."""

    kind: ClassVar[str] = "nobody"  # whose sockets these are, in figures
    commands: ClassVar[TypeAdapter[Any]]
    is_counted = False  # among the open ones
    pulser: asyncio.Task[None] | None = None
    clock: asyncio.TimerHandle

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.receive, self.base_send = scope, receive, send
        self.connection_id = new_id().hex
        self.channel_layer = get_channel_layer()
        self.channel_name = ""
        self.joined: set[str] = set()
        self.late_writes = LateWrites()
        self.bucket = command_bucket(time.monotonic())
        self.heard_at = time.monotonic()
        self.direct = direct_writer(scope)
        self.address = client_address((scope.get("client") or ["?"])[0], header(scope["headers"], b"x-forwarded-for"))
        _sockets[self.address] += 1
        with logged_with(connection=self.connection_id):
            await self._live_and_leave()

    async def _live_and_leave(self) -> None:
        path = self.scope["path"]
        try:
            await self._live()
        except Disconnected:
            pass
        except Closed as closed:
            await self._close(closed)
        except OUTAGES as error:
            logger.error("[WS_AUTH] could not serve a socket", path=path, error=repr(error))
            await self._close(Closed(*RESTARTING))
        except Exception:  # ours, whatever it is: its client comes back instead of finding a link that was cut
            logger.exception("[WS_AUTH] a socket failed", path=path)
            await self._close(Closed(*RESTARTING))
        finally:
            await self._leave()

    # --- what subclasses fill in ---

    async def enter(self, grant: Grant | None) -> None:
        """Check rights (raise Closed), join groups and send `connected`."""
        raise NotImplementedError

    async def left(self) -> None:
        """The socket is gone: take back presence and the like."""

    async def heartbeat(self) -> protocol.Wire:
        """The frame that says that the server lives."""
        raise NotImplementedError

    # --- a socket's life ---

    async def _live(self) -> None:
        if (await self.receive())["type"] != "websocket.connect":
            raise Disconnected
        await self.base_send({"type": "websocket.accept", "subprotocol": self._offered_subprotocol()})
        grant = await self._authenticate()
        if _sockets[self.address] > settings.ENVIRONMENT.limit_sockets_per_address:
            limit_outcome("socket", "refused").inc()
            raise Closed(*TOO_MANY)
        self.channel_name = await self.channel_layer.new_listener()
        await self.enter(grant)
        SOCKETS.labels(kind=self.kind).inc()
        self.is_counted = True
        logger.info("[WS_AUTH] connected", path=self.scope["path"])
        await self._serve()

    async def _serve(self) -> None:
        """Until the client leaves, or something ends this from outside (`end`)."""
        self.task = asyncio.current_task()
        self.inbox = self.channel_layer.inbox(self.channel_name)
        self.inbox.read_by(self)
        self.pulse_due = time.monotonic() + settings.HEARTBEAT_SECONDS
        self._watch_time()
        try:
            with is_open(self):
                await self._listen()
        except asyncio.CancelledError:
            if self.ending is None or self.task is None:
                raise
            self.task.uncancel()
            raise self.ending from None
        finally:
            self.task = None
            self.clock.cancel()
            for helper in (self.teller, self.pulser):
                if helper is not None:
                    helper.cancel()

    async def _listen(self) -> None:
        while True:
            message = await self.receive()
            if message["type"] == "websocket.disconnect":
                raise Disconnected
            self.heard_at = time.monotonic()
            self.is_obeying = True
            await self._obey(message)
            self.is_obeying = False
            if self.parting is not None:
                raise self.parting

    def _watch_time(self) -> None:
        """Look again when the client's silence is over its limit or a heartbeat is due, whichever comes first."""
        now, limit = time.monotonic(), self.heard_at + settings.SILENCE_SECONDS
        if now >= limit:
            self.end(Closed(*NO_SIGN_OF_LIFE))
        if now >= self.pulse_due:
            self.pulse_due = now + settings.HEARTBEAT_SECONDS
            if self.pulser is None:
                self.pulser = asyncio.create_task(self._beat())
        delay = max(0.0, min(limit, self.pulse_due) - now)
        self.clock = asyncio.get_running_loop().call_later(delay, self._watch_time)

    async def _beat(self) -> None:
        try:
            await self.send_frame(await self.heartbeat())
        except Exception as error:
            self.end(error)
        finally:
            self.pulser = None

    async def _close(self, closed: Closed) -> None:
        logger.info("[WS_AUTH] closed", path=self.scope["path"], code=closed.code, reason=closed.reason)
        CLOSED.labels(kind=self.kind, code=closed.code).inc()
        if not self.is_counted:
            REFUSED.labels(reason=closed.reason).inc()
        error = protocol.Error(code=closed.reason, detail=closed.detail)
        try:
            async with asyncio.timeout(CLOSE_PATIENCE):
                await self.send_frame(error)
                await self.base_send({"type": "websocket.close", "code": closed.code, "reason": closed.reason})
        except Exception as failure:
            logger.info("[WS_AUTH] client was gone already", error=repr(failure))

    async def _leave(self) -> None:
        _sockets[self.address] -= 1
        if _sockets[self.address] <= 0:
            del _sockets[self.address]
        if self.is_counted:
            SOCKETS.labels(kind=self.kind).dec()
            logger.info("[WS_AUTH] left", path=self.scope["path"])
        if self.channel_name:
            await self.channel_layer.discard_channel(self.channel_name, list(self.joined))
        await self.left()

    # --- coming in ---

    async def _authenticate(self) -> Grant | None:
        """Who presents the token. It is used up by this, whatever comes after. The subclass judges a missing grant."""
        token = self._presented_token()
        try:
            grant = await consume(token, self.address) if token else await self.grant_without_token()
        except ConnectsTooOften:
            raise Closed(*TOO_OFTEN) from None
        if grant is None:
            logger.info("[WS_AUTH] refused", path=self.scope["path"], presented=bool(token))
            raise Closed(*NOT_AUTHENTICATED)
        origin = header(self.scope["headers"], b"origin")
        if origin is not None and not is_own_origin(origin):
            logger.warning("[WS_AUTH] refused a foreign origin", origin=origin[:200])
            raise Closed(*NOT_ALLOWED)
        return grant

    async def grant_without_token(self) -> Grant | None:
        return None

    def _presented_token(self) -> str:
        query = parse_qs(self.scope.get("query_string", b"").decode("latin-1"))
        if "connection_token" in query:
            return str(query["connection_token"][-1])
        offered = self.scope.get("subprotocols") or []
        tokens = [str(name).removeprefix("token.") for name in offered if name.startswith("token.")]
        return tokens[0] if tokens else ""

    def _offered_subprotocol(self) -> str | None:
        return SUBPROTOCOL if SUBPROTOCOL in (self.scope.get("subprotocols") or []) else None

    async def join(self, group: str) -> None:
        self.joined.add(group)
        await self.channel_layer.group_add(group, self.channel_name)

    async def quit(self, group: str) -> None:
        self.joined.discard(group)
        await self.channel_layer.group_discard(group, self.channel_name)

    # --- commands ---

    async def _obey(self, message: dict[str, Any]) -> None:
        text: str | None = message.get("text")
        refuse_oversize(message.get("bytes") or b"" if text is None else text)
        command = None
        try:
            command = self.decode(text)
            await getattr(self, f"do_{command.type}")(command)
        except Refusal as refusal:
            await self.reject(refusal, client_id_of(text))
            # What came in one piece is here already: others get their turn, and nonsense is read ever more slowly.
            await asyncio.sleep(0 if command else self.bucket.take(time.monotonic()))
        except (Closed, Disconnected):
            raise
        except Exception as error:  # whatever it is, it is ours: the socket stays and its client may try again
            name = command.type if command else "?"
            logger.error("command failed", command=name, error=repr(error), exc_info=not isinstance(error, OUTAGES))
            await self.reject(Unavailable(), client_id_of(text))

    def decode(self, text: str | None) -> Any:
        """The command in a frame; raises Refusal."""
        try:
            command = self.commands.validate_json(text or "")
        except ValidationError as error:
            raise refusal_of(error) from None
        if command.type != "chat_message":
            wait = self.bucket.take(time.monotonic())
            if wait:
                raise refused("command", wait)
        return command

    async def reject(self, refusal: Refusal, client_id: str | None) -> None:
        code = "conflict" if refusal.code == "stale" else refusal.code
        await self.send_frame(
            protocol.Rejected(
                code=code,
                detail=refusal.detail,
                client_id=client_id,
                retry_after=refusal.retry_after,
                conversation_id=refusal.conversation_id,
            )
        )

    async def do_ping(self, command: protocol.Ping) -> None:
        await self.send_frame(protocol.Pong())


class NowhereConsumer(SocketConsumer):
    """An unknown path. The token is used up first, as everywhere; then there is nothing that one might do here."""

    async def grant_without_token(self) -> Grant | None:
        return None

    async def enter(self, grant: Grant | None) -> None:
        raise Closed(*NOT_ALLOWED)
