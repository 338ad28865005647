"""The walk over both sockets and every group: who is let in, whose commands are taken, and who hears what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, get_args
from uuid import uuid4

from channels.layers import get_channel_layer
from pydantic import BaseModel
from websockets.exceptions import ConnectionClosed

from conversations import protocol
from conversations.subscribers import frames
from tests.clients.sockets import DashboardSocket, Socket
from tests.isolation.planting import WORDS
from tests.isolation.table import ACTORS
from tests.isolation.world import MAY_READ, World

CLOSINGS = {4001: "l", 4003: "-"}
REFUSALS = {"not_found": "0", "forbidden": "-", "invalid": "!", "conflict": "!"}
KINDS = {"chat": protocol.VisitorCommand, "dashboard": protocol.DashboardCommand}
FIELDS: dict[str, Any] = {
    "content": "from the walk",
    "is_typing": True,
    "rev": 1,
    "after": 0,
    "channel": "chat_updates",
}
GROUPS = [name for name in vars(frames) if name.endswith("_group")]


@dataclass
class Went:
    """The letters of each row, by actor; and what somebody was told that is not theirs."""

    letters: dict[str, dict[str, str]] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)

    def note(self, row: str, actor: str, letter: str) -> None:
        self.letters.setdefault(row, {})[actor] = letter


def commands(kind: str) -> dict[str, type[BaseModel]]:
    """By name; read from the protocol, so that a new one is walked by itself."""
    union = get_args(KINDS[kind])[0]
    return {one.model_fields["type"].default: one for one in get_args(union)}


def rows_of_sockets() -> set[str]:
    return {f"{kind} {name}" for kind in KINDS for name in commands(kind)}


def rows_of_groups() -> set[str]:
    return {f"group {name}" for name in GROUPS}


async def told_by_sockets(world: World) -> Went:
    """Everybody tries both sockets with Vera's conversation; staff and visitors who are let in, every command."""
    went = Went()
    for kind in KINDS:
        for actor in ACTORS:
            await _try(world, went, kind, actor)
    return went


async def _try(world: World, went: Went, kind: str, actor: str) -> None:
    async with _opened(world, kind, actor) as socket:
        closing = await _closing(socket)
        for name, form in commands(kind).items():
            letter = CLOSINGS[closing] if closing else await _commanded(world, socket, name, form)
            went.note(f"{kind} {name}", actor, letter)
        went.leaks += leaks_in(socket, kind, actor)


async def _closing(socket: Socket) -> int | None:
    """None when the socket was let in, else the code with which it was closed."""
    try:
        await socket.expect("connected")
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006
    return None


async def _commanded(world: World, socket: Socket, name: str, form: type[BaseModel]) -> str:
    known = FIELDS | {"conversation_id": str(world.place["conversation_id"]), "client_id": str(uuid4())}
    wanted = {one for one, told in form.model_fields.items() if told.is_required()}
    before = len(socket.seen_of("rejected"))
    await socket.send(name, **{one: value for one, value in known.items() if one in wanted})
    await socket.send("ping")
    await socket.expect("pong")
    refused = socket.seen_of("rejected")[before:]
    return REFUSALS[refused[0]["code"]] if refused else "+"


@asynccontextmanager
async def _opened(world: World, kind: str, actor: str) -> AsyncIterator[Socket]:
    """With a token of the actor's own, if they can have one; not greeted yet."""
    token = None
    if actor != "nobody":
        person = world.visitors.get(actor) or world.staff[actor]
        token = await asyncio.to_thread(person.rest.connection_token)
    if kind == "dashboard":
        socket: Socket = DashboardSocket(world.stack.ws_url + "/ws/dashboard/", greeted=False, token=token)
    else:
        path = f"/ws/chat/{world.place['conversation_id']}/"
        socket = Socket(world.stack.ws_url + path, greeted=False, token=token)
    async with socket as opened:
        yield opened


def leaks_in(socket: Socket, kind: str, actor: str) -> list[str]:
    foreign = WORDS - MAY_READ.get(actor, set())
    return [f"{actor} on {kind}: {frame}" for frame in socket.seen if any(word in str(frame) for word in foreign)]


async def heard_in_groups(world: World) -> dict[str, set[str]]:
    """Who hears what is told in each group: that of Vera's conversation, of her website, of Ada."""
    ids: dict[str, Any] = {
        "chat_group": world.place["conversation_id"],
        "dashboard_group": world.cast.acme.pk,
        "user_group": world.cast.ada.pk,
        "widget_group": world.cast.acme.pk,
    }
    async with AsyncExitStack() as everybody:
        sockets: dict[str, Socket] = {}
        for name, visitor in world.visitors.items():
            sockets[name] = await everybody.enter_async_context(visitor.socket())
        for name, member in world.staff.items():
            sockets[name] = await everybody.enter_async_context(member.socket())
        return {f"group {name}": await _heard(getattr(frames, name)(ids[name]), sockets) for name in GROUPS}


async def _heard(group: str, sockets: dict[str, Socket]) -> set[str]:
    word = uuid4().hex
    text = protocol.encode(protocol.Rejected(code="invalid", detail=word))
    await get_channel_layer().groups_send([(group, frames.layer_event("rejected", text))])
    await asyncio.sleep(0.2)  # through Redis; then each says all that it was told before
    for socket in sockets.values():
        await socket.round_trip()
    return {name for name, socket in sockets.items() if word in str(socket.seen_of("rejected"))}
