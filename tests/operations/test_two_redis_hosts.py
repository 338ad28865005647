"""The whole product on two Redis hosts (REDIS_URL with two URLs), two web processes: one host dies and comes back.

Acme's dashboards hear by the first host, Globex's by the second, and Vera and Victor by that of their staff.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx2
import pytest

from conversations.cards import members
from conversations.subscribers.frames import chat_group, dashboard_group, user_group, widget_group
from foundation.redis_hosts import place_of
from foundation.redis_urls import host_name
from foundation.supervisor.process import Process
from tests.cast import Cast, Role, new_person, new_website
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.clients.sockets import PATIENCE, DashboardSocket, Socket
from tests.servers.own_redis import own_redis
from tests.servers.stack import PROJECT, Stack, start_stack

FIRST, SECOND = 0, 1
ANY = (1, 10, 100, 1_000)  # ids; by the checksum what holds for one holds for all of as many digits


@dataclass
class Side:
    """All whose groups are on one host."""

    visitor: Visitor
    member: StaffMember


@dataclass
class Ground:
    prefix: str
    urls: list[str]
    second: Process
    stacks: list[Stack]
    sides: list[Side]

    @property
    def gone(self) -> str:
        return host_name(self.urls[SECOND])


@pytest.fixture
def ground(people_only: Cast) -> Iterator[Ground]:
    with own_redis() as (first, _), own_redis() as (second, process):
        prefix = next(one for one in map("hosts{}".format, range(9_000)) if all(is_together(one, pk) for pk in ANY))
        settings = {
            "REDIS_URL": f"{first},{second}",
            "REDIS_PREFIX": prefix,
            "HEARTBEAT_SECONDS": "1",
            "LIMIT_SESSIONS_PER_MINUTE": "1000",
        }
        with (
            start_stack(settings, worker=False, name="hosts-visitors") as visitors,
            start_stack(settings, worker=False, name="hosts-staff") as staff,
        ):
            sides = [new_side(prefix, place, visitors, staff) for place in (FIRST, SECOND)]
            yield Ground(prefix, [first, second], process, [visitors, staff], sides)


def is_together(prefix: str, website_id: int) -> bool:
    """Whether presence and chats of a website are on the host of its dashboards: all are then, by the checksum."""
    place = group_place(prefix, dashboard_group(website_id))
    return place == group_place(prefix, widget_group(website_id)) == place_of(f"{prefix}:{key_of(website_id)}", 2)


def new_side(prefix: str, place: int, visitors: Stack, staff: Stack) -> Side:
    """A website, somebody of its staff and a visitor, all of whose groups are on this host."""
    websites = (new_website(f"Acme {number}", ai_enabled=False) for number in range(200))
    website = next(one for one in websites if group_place(prefix, dashboard_group(one.pk)) == place)
    assert is_together(prefix, website.pk)
    people = (new_person("Ben", website, Role.AGENT) for _ in range(200))
    member = next(one for one in people if group_place(prefix, user_group(one.pk)) == place)
    for _ in range(40):
        visitor = visit(visitors, website)
        visitor.open()
        if group_place(prefix, chat_group(visitor.conversation_id)) == place:
            return Side(visitor, log_in(staff, member))
    raise AssertionError("forty conversations were all on the other host")


def group_place(prefix: str, group: str) -> int:
    return place_of(f"{prefix}__group__{group}", 2)


def key_of(website_id: int) -> str:
    """The presence of a website, without the prefix."""
    return members(website_id).partition(":")[2]


@pytest.fixture
async def sockets(ground: Ground) -> AsyncIterator[list[tuple[Socket, DashboardSocket]]]:
    async with AsyncExitStack() as entered:
        yield [
            (
                await entered.enter_async_context(side.visitor.socket()),
                await entered.enter_async_context(side.member.socket()),
            )
            for side in ground.sides
        ]


async def both_ways(side: Side, chat: Socket, inbox: DashboardSocket, words: str) -> None:
    said = await chat.say(words)
    while (heard := await inbox.expect("new_message"))["message"]["content"] != words:
        pass
    assert heard["rev"] == said["rev"]
    answered = await inbox.say(f"{words}!", conversation_id=side.visitor.conversation_id)
    while (heard := await chat.expect("new_message"))["message"]["content"] != f"{words}!":
        pass
    assert heard["rev"] == answered["rev"]


async def test_one_host_dies_the_other_goes_on_and_afterwards_everybody_has_everything(
    ground: Ground, sockets: list[tuple[Socket, DashboardSocket]]
) -> None:
    acme, globex = ground.sides
    for side, pair in zip(ground.sides, sockets, strict=True):
        await both_ways(side, *pair, "Over both hosts")
        await pair[0].until(lambda chat=pair[0]: is_available(chat))  # type: ignore[misc]

    ground.second.kill()
    await both_ways(acme, *sockets[FIRST], "Acme goes on")
    stored = await sockets[SECOND][0].say("Globex is stored")
    async with acme.visitor.socket() as again, acme.member.socket() as more:
        await both_ways(acme, again, more, "New sockets come in")
    await health_names(ground)
    await figures_name(ground)
    await asyncio.to_thread(doctor_names, ground)

    ground.second.start()
    ground.second.wait_until_ready()
    await nobody_is_called_away(ground)
    for socket in sockets[SECOND]:
        await socket.expect("resync")
    chat, inbox = sockets[SECOND]
    await inbox.send("resume", after=0, conversation_id=globex.visitor.conversation_id)
    resumed = await inbox.expect("resumed")
    assert "Globex is stored" in [entry["content"] for entry in resumed["entries"]]
    assert resumed["rev"] >= stored["rev"]
    await both_ways(globex, chat, inbox, "Globex is back")
    await sockets[SECOND][0].until(lambda: is_available(chat))
    entries = globex.visitor.rest.get(f"widget/conversations/{globex.visitor.conversation_id}/entries/?after=0").json()
    words = [one["content"] for one in entries["entries"] if one["kind"] == "message"]
    assert words == ["Over both hosts", "Over both hosts!", "Globex is stored", "Globex is back", "Globex is back!"]


def is_available(chat: Socket) -> bool:
    seen = chat.seen_of("presence")
    return bool(seen and seen[-1]["available"])


async def health_names(ground: Ground) -> None:
    answer = await asyncio.to_thread(httpx2.get, f"{ground.stacks[0].url}/health/ready/", trust_env=False, timeout=30)
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    for name in ("redis", "channel_layer"):
        assert ground.gone in parts[name]["error"]
        assert host_name(ground.urls[FIRST]) not in parts[name]["error"]


async def figures_name(ground: Ground) -> None:
    """Of either web process: whichever has asked that host."""
    await until_figures(ground, lambda texts: any(away(ground, "channel_layer") in text for text in texts))


async def nobody_is_called_away(ground: Ground) -> None:
    """By no process, though none has anything to tell or to ask."""
    gone = [away(ground, where) for where in ("channel_layer", "commands")]
    await until_figures(ground, lambda texts: not any(line in text for line in gone for text in texts))


def away(ground: Ground, where: str) -> str:
    return f'chatplatform_redis_away{{host="{ground.gone}",where="{where}"}} 1.0'


async def until_figures(ground: Ground, are_so: Callable[[list[str]], bool]) -> None:
    async with asyncio.timeout(3 * PATIENCE):
        while True:
            if are_so([await figures(stack) for stack in ground.stacks]):
                return
            await asyncio.sleep(0.2)


async def figures(stack: Stack) -> str:
    return (await asyncio.to_thread(httpx2.get, f"{stack.url}/metrics", trust_env=False, timeout=30)).text


def doctor_names(ground: Ground) -> None:
    command = [sys.executable, "manage.py", "doctor", "--json"]
    ran = subprocess.run(
        command, env=dict(ground.stacks[1].environment), cwd=PROJECT, capture_output=True, text=True, check=False
    )
    report = json.loads(ran.stdout)
    failed = {one["key"]: one for one in report["parts"] if one["outcome"] == "failed"}
    assert {"redis", "channel_layer"} <= failed.keys()
    assert all(ground.gone in failed[name]["detail"] for name in ("redis", "channel_layer"))
    assert ran.returncode == 1
