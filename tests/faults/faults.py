"""What goes wrong, one function each; it returns when the fault has ended, with a remark for the table."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

from tests.faults.crowd import WITH_ASSISTANT, Crowd, Laptop, Person, Visitor, home

OUTAGE = 3.0  # seconds that something is away
FROZEN = 10.0
ASLEEP = 12.0  # longer than the server's patience


async def nothing(crowd: Crowd) -> None:
    """For comparison."""
    await asyncio.sleep(OUTAGE)


async def redis_is_killed(crowd: Crowd) -> None:
    await crowd.ground.kill(crowd.ground.redis)
    await asyncio.sleep(OUTAGE)
    await crowd.ground.bring_back(crowd.ground.redis)


async def redis_is_frozen(crowd: Crowd) -> None:
    crowd.ground.freeze(crowd.ground.redis)
    try:
        await asyncio.sleep(FROZEN)
    finally:
        crowd.ground.thaw(crowd.ground.redis)


async def redis_restarts_empty(crowd: Crowd) -> None:
    await crowd.ground.restart(crowd.ground.redis)  # it keeps nothing on disk


async def web_is_killed(crowd: Crowd) -> None:
    await crowd.ground.kill(crowd.ground.web)
    await asyncio.sleep(1)
    await crowd.ground.bring_back(crowd.ground.web)


async def worker_is_killed_while_it_writes(crowd: Crowd) -> str:
    """After the first words of an answer. That its job is taken up again is held by tests/assistant/test_worker.py."""
    asking = crowd.visitors[0]
    assert isinstance(asking.chat, Visitor)
    asking.chat.writing.clear()
    asking.say(home(asking), "How do I return an item?")
    async with asyncio.timeout(30):
        await asking.chat.writing.wait()
    await crowd.ground.kill(crowd.ground.worker)
    await crowd.ground.bring_back(crowd.ground.worker)
    return "killed in the middle of an answer"


async def postgres_restarts(crowd: Crowd) -> None:
    await crowd.ground.restart(crowd.ground.postgres)


async def postgres_is_killed(crowd: Crowd) -> None:
    await crowd.ground.kill(crowd.ground.postgres)
    await asyncio.sleep(1)
    await crowd.ground.bring_back(crowd.ground.postgres)


async def links_are_half_open(crowd: Crowd) -> str:
    """Counted from its beginning, since the links that went deaf stay so."""
    return f"{crowd.proxy.cut()} links went deaf"


async def readers_are_slow(crowd: Crowd) -> str:
    """More than the buffers between hold: the server must cut them off, and spend no memory on them."""
    before = crowd.ground.web_memory()
    stalled = crowd.proxy.stall()
    talker = crowd.visitors[-2]  # not through the proxy
    try:
        for number in range(400):
            talker.say(home(talker), f"{number} {uuid4()} " + "x" * 9000)
            await asyncio.sleep(0.01)
        await asyncio.sleep(2)
        grown = crowd.ground.web_memory() - before
    finally:
        crowd.proxy.flow()
    return f"{stalled} links unread, web {grown:+.0f} MB meanwhile"


async def laptops_sleep(crowd: Crowd) -> str:
    """Three visitors and a dashboard share a machine whose clock stops: no reads, no pings, no timers."""
    laptop = Laptop()
    sleepers = [Person(f"laptop of {one.name}", crowd.tab(one), one.token) for one in crowd.visitors[:3]]
    sleepers.append(Person("laptop of the staff", crowd.inbox(crowd.staff[1].token, False), crowd.staff[1].token))
    crowd.laptops.append(laptop)
    laptop.open(sleepers)
    crowd.extra += sleepers
    await asyncio.sleep(3)
    laptop.sleep(ASLEEP)
    await asyncio.sleep(ASLEEP)
    return f"asleep for {ASLEEP:.0f} s"


async def two_tabs(crowd: Crowd) -> str:
    """Both send what one outbox holds, as after a reload: the same client_id, at the same moment."""
    opened = []
    for visitor in crowd.visitors[WITH_ASSISTANT : WITH_ASSISTANT + 5]:
        opened.append((visitor, crowd.join(Person(f"tab of {visitor.name}", crowd.tab(visitor), visitor.token))))
    await asyncio.sleep(2)
    for number in range(10):
        for visitor, tab in opened:
            client_id = visitor.say(home(visitor), f"From two tabs, {number}, {uuid4()}")
            content = visitor.chat.timelines[home(visitor)].outbox.waiting[-1].content
            tab.chat.timelines[home(visitor)].post(content, client_id=client_id)
        await asyncio.sleep(0.2)
    return "50 messages sent by two tabs at once"


Fault = Callable[[Crowd], Awaitable[str | None]]
FAULTS: dict[str, Fault] = {
    "nothing": nothing,
    "Redis killed": redis_is_killed,
    "Redis frozen 10 s": redis_is_frozen,
    "Redis restarted empty": redis_restarts_empty,
    "web killed -9": web_is_killed,
    "worker killed mid-answer": worker_is_killed_while_it_writes,
    "Postgres restarted": postgres_restarts,
    "Postgres killed -9": postgres_is_killed,
    "TCP half-open": links_are_half_open,
    "laptops asleep": laptops_sleep,
    "two tabs": two_tabs,
    "slow readers": readers_are_slow,  # last: everything after it moves megabytes
}
SHORT = ("Redis killed", "web killed -9", "TCP half-open")
