"""The base of both sockets: greet, authenticate, decode, dispatch, tell, heartbeat, leave.

Two loops run for a socket's whole life, one for what its client sends and one for what it is told. Channels' own
dispatch would start tasks per frame and hop through the one database thread; see docs/decisions/consumer.md.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any, ClassVar
from urllib.parse import parse_qs
from uuid import uuid4

import psycopg
from channels.consumer import AsyncConsumer
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import DatabaseError
from pydantic import TypeAdapter, ValidationError

from accounts.connection_tokens import Grant, consume
from conversations import protocol
from conversations.closings import (
    NO_SIGN_OF_LIFE,
    NOT_ALLOWED,
    NOT_AUTHENTICATED,
    RESTARTING,
    TOO_MANY,
    TOO_SLOW,
    Closed,
    Disconnected,
)
from conversations.decoding import client_id_of, refusal_of, refuse_oversize
from conversations.errors import RateLimited, Refusal, Unavailable
from conversations.late_writes import LateWrites
from conversations.limits import COMMANDS_BURST, COMMANDS_PER_SECOND
from foundation.addresses import client_address, header, is_own_origin
from foundation.inboxes import Inbox
from foundation.logs import log
from foundation.rate_limits import Bucket
from foundation.redis import RedisError

logger = log(__name__)
SUBPROTOCOL = "chat.v1"
CLOSE_PATIENCE = 5.0  # seconds that a stuck client gets to take the closing frames
OUTAGES = (RedisError, psycopg.Error, DatabaseError, OSError)
_sockets: Counter[str] = Counter()


class SocketConsumer(AsyncConsumer):
    """One WebSocket. Subclasses say who may come in (`enter`) and how each command is done (`do_…`)."""

    commands: ClassVar[TypeAdapter[Any]]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.receive, self.base_send = scope, receive, send
        self.connection_id = uuid4().hex
        self.channel_layer = get_channel_layer()
        self.channel_name = ""
        self.joined: set[str] = set()
        self.late_writes = LateWrites()
        self.bucket = Bucket(COMMANDS_PER_SECOND, COMMANDS_BURST, COMMANDS_BURST, time.monotonic())
        self.heard_at = time.monotonic()
        self.address = client_address((scope.get("client") or ["?"])[0], header(scope["headers"], b"x-forwarded-for"))
        _sockets[self.address] += 1
        try:
            await self._live()
        except Disconnected:
            pass
        except Closed as closed:
            await self._close(closed)
        except OUTAGES as error:
            logger.error("[WS_AUTH] could not serve a socket", path=scope["path"], error=repr(error))
            await self._close(Closed(*RESTARTING))
        except Exception:  # ours, whatever it is: its client comes back instead of finding a link that was cut
            logger.exception("[WS_AUTH] a socket failed", path=scope["path"])
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

    async def told(self, event: dict[str, Any]) -> None:
        """A frame was passed on to the client."""

    # --- a socket's life ---

    async def _live(self) -> None:
        if (await self.receive())["type"] != "websocket.connect":
            raise Disconnected
        await self.base_send({"type": "websocket.accept", "subprotocol": self._offered_subprotocol()})
        grant = await self._authenticate()
        if _sockets[self.address] > settings.ENVIRONMENT.limit_sockets_per_address:
            raise Closed(*TOO_MANY)
        self.channel_name = await self.channel_layer.new_listener()
        await self.enter(grant)
        logger.info("[WS_AUTH] connected", path=self.scope["path"], connection=self.connection_id)
        await self._serve()

    async def _serve(self) -> None:
        """Run both loops and the clock until one of them ends; that end is the socket's."""
        inbox = self.channel_layer.inbox(self.channel_name)
        loops = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._tell(inbox)),
            asyncio.create_task(self._keep_time()),
            asyncio.create_task(self._cut_off(inbox.overflowed)),
        ]
        try:
            done, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
            for loop in done:
                loop.result()
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            message = await self.receive()
            if message["type"] == "websocket.disconnect":
                raise Disconnected
            self.heard_at = time.monotonic()
            await self._obey(message)

    async def _tell(self, inbox: Inbox) -> None:
        while True:
            await self.dispatch(await inbox.get())

    async def _keep_time(self) -> None:
        silence, pulse = settings.SILENCE_SECONDS, settings.HEARTBEAT_SECONDS
        next_pulse = time.monotonic() + pulse
        while True:
            deadline = self.heard_at + silence
            await asyncio.sleep(max(0.0, min(deadline, next_pulse) - time.monotonic()))
            now = time.monotonic()
            if now >= self.heard_at + silence:
                raise Closed(*NO_SIGN_OF_LIFE)
            if now >= next_pulse:
                next_pulse = now + pulse
                await self.send_frame(await self.heartbeat())

    async def _cut_off(self, overflowed: asyncio.Event) -> None:
        await overflowed.wait()
        raise Closed(*TOO_SLOW)

    async def _close(self, closed: Closed) -> None:
        logger.info("[WS_AUTH] closed", path=self.scope["path"], code=closed.code, reason=closed.reason)
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
        if self.channel_name:
            await self.channel_layer.discard_channel(self.channel_name, list(self.joined))
        await self.left()

    # --- coming in ---

    async def _authenticate(self) -> Grant | None:
        """Who presents the token. It is used up by this, whatever comes after. The subclass judges a missing grant."""
        token = self._presented_token()
        grant = await consume(token) if token else await self.grant_without_token()
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
                raise RateLimited(wait)
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

    # --- what the socket is told ---

    async def dispatch(self, message: dict[str, Any]) -> None:
        """An event of the channel layer. It is shared with other sockets of this process: read it only."""
        match message["type"]:
            case "conversation.frame":
                if self.late_writes.pass_on(message):
                    await self.send_text(message["text"])
                    await self.told(message)
            case "layer.resync":
                await self.send_frame(protocol.Resync())
            case "layer.overflow":
                raise Closed(*TOO_SLOW)
            case _:
                logger.warning("[WS_SEND] unknown event", type=message["type"])

    async def send_frame(self, frame: protocol.Wire) -> None:
        await self.send_text(protocol.encode(frame))

    async def send_text(self, text: str) -> None:
        try:
            await self.base_send({"type": "websocket.send", "text": text})
        except OSError:  # uvicorn's word for a client that has gone
            raise Disconnected from None


class NowhereConsumer(SocketConsumer):
    """An unknown path. The token is used up first, as everywhere; then there is nothing that one might do here."""

    async def grant_without_token(self) -> Grant | None:
        return None

    async def enter(self, grant: Grant | None) -> None:
        raise Closed(*NOT_ALLOWED)
