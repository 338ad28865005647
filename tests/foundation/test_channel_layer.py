"""The channel layer: in order, shared, bounded. What outages of Redis do is in tests/conversations/test_outages.py."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from channels.layers import get_channel_layer
from redis.asyncio import Connection, Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from foundation.channel_layer import RESYNC, ChannelLayer
from foundation.inboxes import OVERFLOW, Inbox
from foundation.redis import RedisError
from foundation.subscriptions import LINK_PATIENCE
from foundation.supervisor.process import Process
from tests.servers.own_redis import own_redis


@pytest.fixture
async def layer() -> AsyncIterator[Any]:
    found = get_channel_layer()
    yield found
    await found.flush()


@pytest.fixture
def redis() -> Iterator[tuple[str, Process]]:
    with own_redis() as found:
        yield found


@pytest.fixture
def group() -> str:
    return f"group_{uuid4().hex}"


async def test_events_of_many_sends_arrive_in_order_at_every_member(layer: Any, group: str) -> None:
    members = [await member_of(layer, group) for _ in range(3)]
    await asyncio.gather(*[layer.groups_send([(group, {"type": "x", "n": number})]) for number in range(100)])
    for member in members:
        assert [(await layer.receive(member))["n"] for _ in range(100)] == list(range(100))


async def test_one_call_may_send_to_many_groups_and_keeps_their_order(layer: Any, group: str) -> None:
    one, other = await member_of(layer, group), await member_of(layer, f"{group}_other")
    await layer.groups_send([(group, {"n": 1}), (f"{group}_other", {"n": 2}), (group, {"n": 3})])
    assert [(await layer.receive(one))["n"] for _ in range(2)] == [1, 3]
    assert (await layer.receive(other))["n"] == 2


async def test_the_sender_who_is_to_be_skipped_gets_the_others_events_only(layer: Any, group: str) -> None:
    sender, other = await member_of(layer, group), await member_of(layer, group)
    events = [{"type": "x", "n": 1, "skip": sender}, {"type": "x", "n": 2, "skip": ""}]
    await layer.groups_send([(group, event) for event in events])
    await layer.groups_send([(group, {"type": "x", "n": 3, "skip": sender})])
    assert [(await layer.receive(other))["n"] for _ in range(3)] == [1, 2, 3]
    assert (await layer.receive(sender))["n"] == 2
    assert layer.inbox(sender).empty()
    layer.send_here([(group, {"type": "x", "n": 4, "skip": sender})])
    assert (await layer.receive(other))["n"] == 4
    assert layer.inbox(sender).empty()


async def test_a_listener_hears_its_groups_though_redis_does_not_know_it(layer: Any, group: str) -> None:
    listener = await layer.new_listener()
    await layer.group_add(group, listener)
    await layer.groups_send([(group, {"n": 1})])
    assert (await layer.receive(listener))["n"] == 1
    await layer.discard_channel(listener, [group])
    with pytest.raises(KeyError):
        await layer.receive(listener)


async def test_an_event_is_decoded_once_for_all_members_of_a_process(layer: Any, group: str) -> None:
    members = [await member_of(layer, group) for _ in range(2)]
    await layer.groups_send([(group, {"type": "x", "text": "shared"})])
    first, second = [await layer.receive(member) for member in members]
    assert first is second


async def test_who_has_left_hears_nothing(layer: Any, group: str) -> None:
    stays, leaves = await member_of(layer, group), await member_of(layer, group)
    await layer.discard_channel(leaves, [group])
    await layer.groups_send([(group, {"n": 1})])
    assert (await layer.receive(stays))["n"] == 1
    with pytest.raises(KeyError):
        await layer.receive(leaves)


async def test_nobody_else_is_reached(layer: Any, group: str) -> None:
    member, other = await member_of(layer, group), await member_of(layer, f"{group}_other")
    await layer.groups_send([(group, {"n": 1})])
    await layer.receive(member)
    assert layer.inbox(other).empty()


async def test_a_sender_who_gives_up_does_not_take_others_along(layer: Any, group: str) -> None:
    member = await member_of(layer, group)
    impatient = asyncio.create_task(layer.groups_send([(group, {"n": 1})]))
    patient = asyncio.create_task(layer.groups_send([(group, {"n": 2})]))
    await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert [(await layer.receive(member))["n"] for _ in range(2)] == [1, 2]


async def test_after_an_outage_every_consumer_is_told_to_resync(layer: Any, group: str) -> None:
    members = [await member_of(layer, group) for _ in range(2)]
    layer._get_layer().reconnected()
    assert [await layer.receive(member) for member in members] == [RESYNC, RESYNC]


@pytest.mark.slow
async def test_consumers_who_come_while_redis_comes_and_goes_are_in_or_get_an_outage(
    redis: tuple[str, Process], group: str
) -> None:
    """Only errors that a socket answers with "come back": two tasks that connect at once would make others."""
    url, process = redis
    layer: Any = ChannelLayer(hosts=[url])
    came: list[str] = []

    async def come() -> None:
        while True:
            with suppress(RedisError, OSError):
                came.append(await member_of(layer, group))
            await asyncio.sleep(0.001)

    await member_of(layer, group)
    coming = [asyncio.create_task(come()) for _ in range(10)]
    for length in (0.0, 0.2, 0.0, 0.5, 0.0, 0.2):
        await asyncio.sleep(0.2)
        process.kill()
        await asyncio.sleep(length)
        process.start()
        process.wait_until_ready()
    await asyncio.sleep(0.2)
    for one in coming:
        one.cancel()
    errors = [one for one in await asyncio.gather(*coming, return_exceptions=True) if isinstance(one, Exception)]
    assert errors == []
    last = await member_of(layer, group)
    await layer.groups_send([(group, {"type": "x", "n": 1})])
    for channel in (came[0], came[-1], last):
        while (event := await layer.receive(channel)) == RESYNC:
            pass
        assert event["n"] == 1
    await layer.flush()


@pytest.mark.slow
async def test_who_comes_while_redis_is_away_is_sent_away_soon_with_all_the_others_and_leaves_nothing(
    redis: tuple[str, Process], group: str
) -> None:
    url, process = redis
    layer: Any = ChannelLayer(hosts=[url])
    stays = await member_of(layer, group)
    process.kill()
    await asyncio.sleep(0.2)  # until then one may get in, to be asked for by the next link
    began = time.monotonic()
    tries = await asyncio.gather(*[member_of(layer, group) for _ in range(30)], return_exceptions=True)
    assert all(isinstance(one, TimeoutError) for one in tries)
    assert time.monotonic() - began < 2 * LINK_PATIENCE, "nobody waits for the others' patience"
    assert list(layer._get_layer().channels) == [stays]
    bring_back(process)
    assert await layer.receive(stays) == RESYNC
    assert await subscribed_to(url) == {stays, layer._get_layer()._get_group_channel_name(group)}
    await layer.flush()


async def test_who_leaves_while_redis_is_away_does_not_wait_for_it_and_is_not_asked_for_again(
    redis: tuple[str, Process], group: str
) -> None:
    url, process = redis
    layer: Any = ChannelLayer(hosts=[url])
    stays, *leaving = [await member_of(layer, f"{group}_{number}") for number in range(20)]
    process.kill()
    async with asyncio.timeout(1):
        for number, channel in enumerate(leaving, 1):
            await layer.discard_channel(channel, [f"{group}_{number}"])
    bring_back(process)
    assert await layer.receive(stays) == RESYNC
    assert await subscribed_to(url) == {stays, layer._get_layer()._get_group_channel_name(f"{group}_0")}
    await layer.flush()


async def test_a_link_that_breaks_while_it_asks_for_everything_again_is_replaced_at_once(
    redis: tuple[str, Process], group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, process = redis
    layer: Any = ChannelLayer(hosts=[url])
    member = await member_of(layer, group)
    send = Connection.send_command
    broken: list[tuple[Any, ...]] = []

    async def send_or_break(connection: Any, *command: Any, **options: Any) -> None:
        if command[0] == "SUBSCRIBE" and len(broken) < 2:
            broken.append(command)
            await connection.disconnect(nowait=True)
            raise RedisConnectionError("in the middle of it")
        await send(connection, *command, **options)

    process.kill()
    monkeypatch.setattr(Connection, "send_command", send_or_break)
    bring_back(process)
    began = time.monotonic()
    assert await layer.receive(member) == RESYNC
    assert len(broken) == 2
    assert time.monotonic() - began < LINK_PATIENCE, "the reader must not wait for itself"
    await layer.groups_send([(group, {"type": "x", "n": 1})])
    assert (await layer.receive(member))["n"] == 1
    await layer.flush()


async def test_what_redis_refuses_to_publish_is_named_and_its_host_is_not_taken_for_away(
    redis: tuple[str, Process], group: str
) -> None:
    url, _ = redis
    layer: Any = ChannelLayer(hosts=[url])
    member = await member_of(layer, group)
    async with Redis.from_url(url) as client:
        await client.acl_setuser("default", enabled=True, commands=["-publish"])
        assert "NoPermission" in (await layer.groups_send([(group, {"n": 1})]))[group]
        assert (layer.away([group]), layer.is_gone) == (set(), False)
        await client.acl_setuser("default", enabled=True, commands=["+publish"])
    assert await layer.groups_send([(group, {"n": 2})]) == {}
    assert (await layer.receive(member))["n"] == 2
    await layer.flush()


async def test_what_redis_refuses_to_tell_is_asked_for_again_and_everybody_may_have_missed_something(
    redis: tuple[str, Process], group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foundation.channel_shards.REFUSED_PAUSE", 0.2)
    url, _ = redis
    layer: Any = ChannelLayer(hosts=[url])
    member = await member_of(layer, group)
    async with Redis.from_url(url) as client:
        await client.acl_setuser("default", enabled=True, commands=["-subscribe"])
        newcomer = await member_of(layer, f"{group}_2")
        assert await layer.receive(member) == await layer.receive(newcomer) == RESYNC
        await client.acl_setuser("default", enabled=True, commands=["+subscribe"])
    await asyncio.sleep(0.5)  # an attempt may have been under way
    await layer.groups_send([(f"{group}_2", {"n": 1})])
    while (heard := await layer.receive(newcomer)) == RESYNC:
        pass
    assert heard["n"] == 1
    await layer.flush()


async def test_a_host_that_cannot_be_reached_in_time_is_away_until_it_answers_again(
    redis: tuple[str, Process], group: str
) -> None:
    url, process = redis
    layer: Any = ChannelLayer(hosts=[url])
    member = await member_of(layer, group)
    process.kill()
    assert set(await layer.groups_send([(group, {"n": 1})], patience=0.3)) == {group}
    assert (layer.away([group]), layer.is_gone) == ({group}, True)
    bring_back(process)
    assert await layer.receive(member) == RESYNC
    assert await layer.groups_send([(group, {"n": 2})], patience=5) == {}
    assert (layer.away([group]), layer.is_gone) == (set(), False)
    await layer.flush()


async def test_what_comes_by_two_ways_is_handed_to_each_member_once(layer: Any, group: str) -> None:
    both, one, other = [await member_of(layer, group) for _ in range(3)]
    await layer.group_discard(group, other)
    for channel in (both, other):
        await layer.group_add(f"{group}_more", channel)
    event = {"type": "x", "once": group}
    for name in (group, f"{group}_more", group):
        await layer.groups_send([(name, event)])
    layer.send_here([(group, event)])
    await layer.groups_send([(group, {"type": "last"}), (f"{group}_more", {"type": "last"})])
    heard = {
        name: await until_last(layer, channel) for name, channel in (("both", both), ("one", one), ("other", other))
    }
    assert heard == {"both": 1, "one": 1, "other": 1}


def test_an_inbox_that_is_full_is_emptied_and_says_so_once() -> None:
    inbox = Inbox(3)
    for number in range(3):
        inbox.put_nowait({"n": number})
    assert not is_overflowed(inbox)
    inbox.put_nowait({"n": 3})
    inbox.put_nowait({"n": 4})
    assert is_overflowed(inbox)
    assert inbox.pop() == OVERFLOW
    assert inbox.empty()


def is_overflowed(inbox: Inbox) -> bool:
    return inbox.overflowed


async def member_of(layer: Any, group: str) -> str:
    channel: str = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel


async def until_last(layer: Any, channel: str) -> int:
    """How many events come before the last one."""
    count = 0
    while (await layer.receive(channel))["type"] != "last":
        count += 1
    return count


def bring_back(process: Process) -> None:
    """Not in a thread: what a thread has started ends with it."""
    process.start()
    process.wait_until_ready()


async def subscribed_to(url: str) -> set[str]:
    """All that anybody has asked this Redis for."""
    async with Redis.from_url(url, decode_responses=True) as client:
        return {str(name) for name in await client.pubsub_channels()}
