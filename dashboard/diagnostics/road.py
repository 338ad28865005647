"""The five tests: a staff socket and a visitor of the probe's, over the network, as browsers come."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from channels.layers import get_channel_layer
from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus, WebSocketException
from websockets.typing import Origin, Subprotocol

from conversations import presence
from conversations.client.rest import HTTPError, Refused, Rest
from conversations.subscribers.frames import dashboard_group
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Finding
from dashboard.diagnostics.forwarding import HEADER, Seen, finding_on, made_up_address
from dashboard.diagnostics.probe import Probe
from dashboard.diagnostics.symptoms import of_closing, of_handshake, of_refusal, of_silence
from foundation.redis import RedisError

PATIENCE = 5.0  # seconds for each frame that is awaited
PAUSE = 0.1
CUT_OFF = 1006  # what browsers see where nobody said anything
DEFAULT_PORTS = {"http": 80, "https": 443}
CHANNEL = "chat_updates"
TITLES = {
    "connect": "1  The socket connects and is greeted",
    "subscribe": "2  The subscription is confirmed",
    "seen": "3  The server sees the subscriber",
    "broadcast": "4  A visitor's message is stored and broadcast",
    "receive": "5  The dashboard receives it and updates",
}
Frame = dict[str, Any]
Step = Callable[[], Awaitable[str]]


class Straight(connect):
    """Where the address leads, as browsers go there: sockets are not led elsewhere."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


class Road:
    """The steps in their order; each says what it saw, or raises Finding."""

    def __init__(self, url: str, probe: Probe) -> None:
        self.url, self.probe = url, probe
        self.socket: ClientConnection | None = None
        self.told: list[Frame] = []
        self.conversation_id = ""
        self.posted = 0.0
        self.headers = past_the_proxy(url)
        self.trust = ssl.create_default_context()  # for both ways in: this machine's, or that of SSL_CERT_FILE
        self.staff = self._rest(probe.token)

    @property
    def steps(self) -> dict[str, Step]:
        return {key: getattr(self, key) for key in TITLES}

    async def connect(self) -> str:
        token = await self._asked(self.staff.connection_token())
        there = urlsplit(self.url)
        name = self.headers.get("Host", there.netloc)
        headers = {key: value for key, value in self.headers.items() if key != "Host"}
        try:
            self.socket = await Straight(
                f"{there.scheme.replace('http', 'ws')}://{name}/ws/dashboard/",
                host=there.hostname,
                port=there.port or DEFAULT_PORTS[there.scheme],
                origin=Origin(settings.PUBLIC_URL),  # a browser's, whichever way we come
                additional_headers=headers,
                subprotocols=[Subprotocol("chat.v1"), Subprotocol(f"token.{token}")],
                open_timeout=PATIENCE,
                close_timeout=1,
                proxy=None,
                ssl=self.trust if there.scheme == "https" else None,
            )
        except InvalidStatus as refused:
            raise of_handshake(refused.response.status_code) from None
        except (InvalidMessage, ConnectionResetError):  # whoever is asked over HTTP has answered just now
            raise Finding("cut before it was open", Advice.CUT) from None
        except (OSError, WebSocketException) as error:
            raise of_silence(self.url, error) from None
        greeting = await self._frame("connected")
        if self.probe.website_id not in [one["id"] for one in greeting["websites"]]:
            raise Finding("greeted, but not subscribed to its website", Advice.OTHER_RIGHTS)
        return "greeted"

    async def subscribe(self) -> str:
        assert self.socket is not None
        await self.socket.send(json.dumps({"type": "subscribe", "channel": CHANNEL}))
        answer = await self._frame("subscribed")
        return f"{answer['channel']}: {answer['subscribers']} subscriber"

    async def seen(self) -> str:
        for _ in range(int(PATIENCE / PAUSE)):
            counts = await presence.counts([self.probe.website_id])
            if counts[self.probe.website_id]:
                return f"counted over all processes: {counts[self.probe.website_id]}"
            await asyncio.sleep(PAUSE)
        raise Finding("nobody is counted", Advice.NOBODY_COUNTED)

    async def broadcast(self) -> str:
        """Heard at the channel layer itself, before any dashboard."""
        async with self._listening() as heard:
            visitor = await self._visitor()
            body = {"client_id": str(uuid4()), "content": "Probe of the diagnostics"}
            try:
                self.posted = time.perf_counter()
                made = await self._asked(visitor.post("widget/conversations/", body))
                stored = (time.perf_counter() - self.posted) * 1000
            finally:
                await visitor.close()
            self.conversation_id = made["conversation"]["id"]
            async with _patiently():
                while self.conversation_id not in repr(await heard()):
                    pass
                return f"stored as number {made['message']['rev']} after {stored:.0f} ms, and broadcast"
        raise Finding(
            f"stored as number {made['message']['rev']}, but not heard on the channel layer", Advice.NOT_BROADCAST
        )

    async def receive(self) -> str:
        frame = await self._frame("new_message", self.conversation_id)
        after = (time.perf_counter() - self.posted) * 1000
        await self._frame("chat_updates", self.conversation_id)
        await self._updated(frame)
        return f"number {frame['rev']}, and the light notice, {after:.0f} ms after it was sent; it is in the list"

    async def addresses(self) -> str:
        """No step: whom the server believes that a visitor is who lies about it."""
        sent = made_up_address()
        liar = self._rest(self.probe.token, {HEADER: sent})
        try:
            told = await self._asked(liar.get("diagnostics/address/", sent=sent))
        finally:
            await liar.close()
        seen = Seen(told["proxies"], told["trusted_proxies"], told["verdict"] == "forged")
        if seen.verdict != "well":
            raise finding_on(seen)
        return seen.detail

    async def close(self) -> None:
        if self.socket is not None:
            with suppress(WebSocketException, OSError):
                await self.socket.close()
        await self.staff.close()

    # --- how ---

    async def _updated(self, frame: Frame) -> None:
        """The list that the dashboard fetches has it first, unread, with what was said."""
        for _ in range(int(PATIENCE / PAUSE)):
            page = await self._asked(self.staff.get("conversations/", limit=1))
            first: dict[str, Any] = next(iter(page.get("results", [])), {})
            is_it = first.get("id") == self.conversation_id and first.get("rev", 0) >= frame["rev"]
            if is_it and first.get("unread_count") and first.get("preview"):
                return
            await asyncio.sleep(PAUSE)
        raise Finding("the list of conversations does not have it", Advice.LIST_LACKS)

    async def _visitor(self) -> Rest:
        stranger = self._rest("v_")
        try:
            session = await self._asked(stranger.post("widget/sessions/", {"website_key": self.probe.website_key}))
        finally:
            await stranger.close()
        return self._rest(session["visitor_token"])

    def _rest(self, token: str, headers: Mapping[str, str] = MappingProxyType({})) -> Rest:
        return Rest(self.url, token, timeout=PATIENCE, trust=self.trust, headers={**self.headers, **headers})

    async def _asked(self, question: Awaitable[Any]) -> Any:
        try:
            return await question
        except Refused as refused:
            raise of_refusal(refused) from None
        except HTTPError as error:
            raise of_silence(self.url, error) from None
        except (KeyError, TypeError):
            raise Finding("what the server answers is not ours", Advice.NOT_OURS) from None

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[Callable[[], Awaitable[Any]]]:
        layer, group = get_channel_layer(), dashboard_group(self.probe.website_id)
        try:
            channel = await layer.new_channel()
            await layer.group_add(group, channel)
        except (RedisError, OSError) as error:
            raise Finding(f"the channel layer: {type(error).__name__}", Advice.LAYER_AWAY) from None
        try:
            yield lambda: layer.receive(channel)
        finally:
            await layer.discard_channel(channel, [group])

    async def _frame(self, kind: str, about: str = "") -> Frame:
        """The first of its kind that was told, now or before, and that names this."""
        assert self.socket is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while True:
                    for frame in self.told:
                        if frame["type"] == kind and about in json.dumps(frame):
                            return frame
                    try:
                        self.told.append(json.loads(await self.socket.recv()))
                    except ConnectionClosed as closed:
                        raise of_closing(closed.rcvd.code if closed.rcvd else CUT_OFF, self._last_word()) from None
        raise Finding(f"no {kind} within {PATIENCE:.0f} s", Advice.HELD_BACK)

    def _last_word(self) -> str:
        """Why the server says it closes."""
        return next((str(one["detail"]) for one in reversed(self.told) if one["type"] == "error"), "")


def past_the_proxy(url: str) -> dict[str, str]:
    """What the proxy adds for browsers, where it is left out: without it the server knows neither name nor scheme."""
    public = urlsplit(settings.PUBLIC_URL)
    if url == settings.PUBLIC_URL:
        return {}
    by_proxies = {
        "X-Forwarded-Proto": public.scheme,
        HEADER: ", ".join(["127.0.0.1"] * settings.TRUSTED_PROXIES),
    }
    return {"Host": public.netloc} | (by_proxies if settings.TRUSTED_PROXIES else {})


@asynccontextmanager
async def _patiently() -> AsyncIterator[None]:
    """Goes on below it when the time is over."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            yield
