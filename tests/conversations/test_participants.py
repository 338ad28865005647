"""Live frames spread over two Redis hosts, and that of Acme's dashboards fails: who takes part still hears.

Vera's web process is one, the staff's another; so what reaches them has come through Redis.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

import pytest
from channels_redis.utils import _consistent_hash

from accounts.models import Membership, User, Website
from conversations.subscribers.frames import dashboard_group, user_group
from foundation.db import db
from foundation.supervisor.process import Process
from tests.cast import Cast, new_person
from tests.clients.people import Visitor, log_in, visit
from tests.clients.sockets import PATIENCE, DashboardSocket
from tests.servers.own_redis import own_redis
from tests.servers.stack import Stack, start_stack

QUIET = 0.5  # seconds in which something that should not come would come


class Hosts:
    """The dashboards of Acme are on the second."""

    def __init__(self, first: tuple[str, Process], second: tuple[str, Process], website: Website) -> None:
        self.second = second[1]
        prefixes = (f"spread{number}" for number in count())
        self.prefix = next(one for one in prefixes if place(one, dashboard_group(website.pk)) == 1)
        self.environment = {
            "REDIS_URL": first[0],
            "CHANNEL_REDIS_URLS": f"{first[0]}, {second[0]}",
            "REDIS_PREFIX": self.prefix,
            "HEARTBEAT_SECONDS": "60",
        }

    def somebody(self, name: str, website: Website) -> User:
        """A person whose own group is on the first."""
        people = (new_person(name, website, Membership.Role.AGENT) for _ in count())
        return next(one for one in people if place(self.prefix, user_group(one.pk)) == 0)

    def bring_back(self) -> None:
        self.second.start()
        self.second.wait_until_ready()


def place(prefix: str, group: str) -> int:
    """On which of two hosts the layer puts a group."""
    return int(_consistent_hash(f"{prefix}__group__{group}", 2))


@pytest.fixture
def hosts(people_only: Cast) -> Iterator[Hosts]:
    with own_redis() as first, own_redis() as second:
        yield Hosts(first, second, people_only.acme)


@pytest.fixture
def stacks(hosts: Hosts) -> Iterator[list[Stack]]:
    with (
        start_stack(hosts.environment, worker=False, name="participants-vera") as veras,
        start_stack(hosts.environment, worker=False, name="participants-staff") as staffs,
    ):
        yield [veras, staffs]


@pytest.fixture
def vera(stacks: list[Stack], people_only: Cast) -> Visitor:
    visitor = visit(stacks[0], people_only.acme)
    visitor.open()
    return visitor


@pytest.fixture
async def sockets(
    hosts: Hosts, stacks: list[Stack], vera: Visitor, people_only: Cast
) -> AsyncIterator[dict[str, DashboardSocket]]:
    """Ada wrote in it, Ben has it, Cleo looks at it; Dora is on, and Mallory at Globex."""
    people = {name: await db(hosts.somebody, name, people_only.acme) for name in ("ada", "ben", "cleo", "dora")}
    people["mallory"] = people_only.mallory
    staff = {name: log_in(stacks[1], user) for name, user in people.items()}
    where = f"conversations/{vera.conversation_id}/"
    assert staff["ada"].rest.patch(where, {"assignee": people["ben"].pk}).status_code == 200
    async with AsyncExitStack() as entered:
        found = {name: await entered.enter_async_context(one.socket()) for name, one in staff.items()}
        await found["ada"].say("I wrote here", conversation_id=vera.conversation_id, note=True)
        await found["cleo"].send("view", conversation_id=vera.conversation_id)
        await found["cleo"].round_trip()
        for name in ("ada", "ben", "cleo", "dora"):
            await found[name].send("subscribe", channel="chat_updates")
            await found[name].round_trip()
        yield found


async def test_participants_are_told_though_their_website_cannot_be_and_nobody_else_is(
    hosts: Hosts, stacks: list[Stack], vera: Visitor, sockets: dict[str, DashboardSocket]
) -> None:
    async with vera.socket() as chat:
        hosts.second.kill()
        await chat.say("Is anybody there?")
        for name in ("ada", "ben", "cleo"):
            heard = await sockets[name].expect("new_message", rev=3)
            assert heard["message"]["content"] == "Is anybody there?"
        await asyncio.sleep(QUIET)
        for name in ("dora", "mallory"):
            await sockets[name].round_trip()
            assert heard_by(sockets[name], "Is anybody there?") == 0
        assert "audience=everyone" in await line_about(stacks[0], vera, "result='participants only'")
        hosts.bring_back()
        for name in ("ada", "ben", "cleo", "dora"):
            await sockets[name].expect("resync")
        await chat.say("Good to see you all")
        for name in ("ada", "ben", "cleo", "dora"):
            await sockets[name].expect("new_message", rev=4)
            await sockets[name].round_trip()
            assert heard_by(sockets[name], "Good to see you all") == 1


@pytest.mark.slow
async def test_what_arrives_late_by_the_website_as_well_is_shown_once(
    hosts: Hosts, vera: Visitor, sockets: dict[str, DashboardSocket]
) -> None:
    async with vera.socket() as chat:
        os.kill(hosts.second.pid, signal.SIGSTOP)
        try:
            for number in range(3):
                await chat.say(f"question {number}")
            for name in ("ada", "ben", "cleo"):
                await sockets[name].until(lambda one=sockets[name]: heard_by(one, "question 2") == 1)  # type: ignore[misc]
        finally:
            os.kill(hosts.second.pid, signal.SIGCONT)
        await sockets["dora"].until(lambda: heard_by(sockets["dora"], "question 2") == 1)
        await asyncio.sleep(QUIET)
        for name in ("ada", "ben", "cleo", "dora"):
            await sockets[name].round_trip()
            assert [heard_by(sockets[name], f"question {number}") for number in range(3)] == [1, 1, 1]
            assert len(notices(sockets[name])) == 3
        assert heard_by(sockets["mallory"], "question 0") == 0


@pytest.mark.slow
async def test_who_may_not_see_the_website_any_more_is_no_participant(
    hosts: Hosts, vera: Visitor, sockets: dict[str, DashboardSocket], people_only: Cast
) -> None:
    """Ben has it and works for Globex as well now, but no longer for Acme."""
    await db(move_to_globex, sockets["ben"], people_only)
    async with vera.socket() as chat:
        hosts.second.kill()
        await chat.say("Is anybody there?")
        await sockets["ada"].expect("new_message", rev=3)
        await asyncio.sleep(QUIET)
        await sockets["ben"].round_trip()
        assert heard_by(sockets["ben"], "Is anybody there?") == 0


def move_to_globex(bens: DashboardSocket, people: Cast) -> None:
    ben = bens.seen_of("connected")[0]["user"]["id"]
    Membership.objects.filter(user=ben).update(organisation=people.globex.organisation)


def heard_by(socket: DashboardSocket, content: str) -> int:
    return sum(frame["message"]["content"] == content for frame in socket.seen_of("new_message"))


def notices(socket: DashboardSocket) -> list[dict[str, Any]]:
    return [frame for frame in socket.seen_of("chat_updates") if frame["data"]["message_role"] == "user"]


async def line_about(stack: Stack, vera: Visitor, result: str) -> str:
    """The line of Vera's server about a broadcast with this result."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for line in stack.web.spec.log.read_text().splitlines():
                if "[WS_SEND] told" in line and vera.conversation_id in line and result in line:
                    return line
            await asyncio.sleep(0.05)
