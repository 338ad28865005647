"""What goes wrong, one function each; it returns when the fault has ended, with what is to be looked at afterwards."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import uuid4

from conversations.client.rest import Refused
from tests.faults.crowd import LONG, WITH_ASSISTANT, Crowd, Laptop, Person, Visitor, home, until

OUTAGE = 3.0  # seconds that something is away
FROZEN = 10.0
FLOOD, MOST_WAITING = 2000, 20  # messages to each slow reader at most; so many at a time
BOUNDED = 0.1  # of the web process' memory, which slow readers may cost while they are slow
After = Callable[
    [], tuple[str, list[str]]
]  # called when all have recovered: a remark, and which promises were not kept


async def nothing(crowd: Crowd) -> None:
    """For comparison."""
    await asyncio.sleep(OUTAGE)


async def redis_is_killed(crowd: Crowd) -> After:
    everybody_resyncs = resyncs(crowd)
    await crowd.ground.kill(crowd.ground.redis)
    await asyncio.sleep(OUTAGE)
    await crowd.ground.bring_back(crowd.ground.redis)
    return everybody_resyncs


async def redis_is_frozen(crowd: Crowd) -> None:
    crowd.ground.freeze(crowd.ground.redis)
    try:
        await asyncio.sleep(FROZEN)
    finally:
        crowd.ground.thaw(crowd.ground.redis)


async def redis_restarts_empty(crowd: Crowd) -> After:
    everybody_resyncs = resyncs(crowd)
    await crowd.ground.restart(crowd.ground.redis)  # it keeps nothing on disk
    return everybody_resyncs


def resyncs(crowd: Crowd) -> After:
    """Everybody who is connected now has to be told to resync, unless their link has ended and they have a new one."""
    before = {one.name: Counter(one.chat.heard) for one in crowd.everybody if one.chat.link.online}

    def look() -> tuple[str, list[str]]:
        since = {one.name: one.chat.heard - before[one.name] for one in crowd.everybody if one.name in before}
        told = [name for name, heard in since.items() if heard["resync"]]
        deaf = [f"no resync: {name}" for name, heard in since.items() if not heard["resync"] + heard["connected"]]
        return f"resync told to {len(told)} of {len(since)}", deaf

    return look


async def web_is_killed(crowd: Crowd) -> None:
    await crowd.ground.kill(crowd.ground.web)
    await asyncio.sleep(1)
    await crowd.ground.bring_back(crowd.ground.web)


async def worker_is_killed_while_it_writes(crowd: Crowd) -> After:
    """After the first words of an answer. That its job is taken up again is held by tests/assistant/test_worker.py."""
    asking = crowd.visitors[0]
    assert isinstance(asking.chat, Visitor)
    asking.chat.writing.clear()
    with suppress(Refused):  # it is the assistant's already; else it gave up on what the crowd talks about
        await crowd.staff[1].chat.rest.post(f"conversations/{home(asking)}/hand-back/")
    asking.say(home(asking), "How do I return an item?")
    async with asyncio.timeout(30):
        await asking.chat.writing.wait()
    await crowd.ground.kill(crowd.ground.worker)
    await crowd.ground.bring_back(crowd.ground.worker)
    return remark("killed in the middle of an answer")


async def postgres_restarts(crowd: Crowd) -> None:
    await crowd.ground.restart(crowd.ground.postgres)


async def postgres_is_killed(crowd: Crowd) -> None:
    await crowd.ground.kill(crowd.ground.postgres)
    await asyncio.sleep(1)
    await crowd.ground.bring_back(crowd.ground.postgres)


async def links_are_half_open(crowd: Crowd) -> After:
    """Counted from its beginning, since the links that went deaf stay so."""
    assert crowd.proxy is not None
    return remark(f"{crowd.proxy.cut()} links went deaf")


async def readers_are_slow(crowd: Crowd) -> After:
    """More than the buffers between hold: the server must cut them off, and spend no memory on them."""
    ground, proxy = crowd.ground, crowd.proxy
    assert proxy is not None
    paths = ["/ws/dashboard/", *(f"/ws/chat/{home(one)}/" for one in crowd.slow)]
    before, cut_before = ground.memory_of(ground.web), [ground.cut_off(path) for path in paths]
    slowed = proxy.slow_down()
    talker = crowd.staff[1]  # not through the proxy
    highest, said, cut = before, 0, [0] * len(paths)
    try:
        while said < FLOOD and not all(cut):
            for one in crowd.slow:
                talker.say(home(one), f"{said} {uuid4()} {LONG}")
            said += 1
            await until(lambda: talker.waiting < MOST_WAITING, 60)
            highest = max(highest, ground.memory_of(ground.web))
            if said % 20 == 0:
                cut = [ground.cut_off(path) - once for path, once in zip(paths, cut_before, strict=True)]
    finally:
        proxy.flow()
    unkept = [f"{path} was not cut off" for path, times in zip(paths, cut, strict=True) if not times]
    if highest > before * (1 + BOUNDED):
        unkept.append(f"the server grew by {highest - before:.0f} MB for readers who do not read")
    written = f"{said * len(LONG) / 1e6:.1f} MB to each"
    return lambda: (
        f"{slowed} links at 20 KB/s, {sum(cut)} cut off after {written}, web {highest - before:+.0f} MB",
        unkept,
    )


async def laptops_sleep(crowd: Crowd) -> After:
    """Three visitors and a dashboard share a machine whose clock stops: no reads, no pings, no timers."""
    laptop = Laptop()
    sleepers = [Person(f"laptop of {one.name}", crowd.tab(one), one.token) for one in crowd.visitors[:3]]
    sleepers.append(Person("laptop of the staff", crowd.inbox(crowd.staff[1].token, False), crowd.staff[1].token))
    crowd.laptops.append(laptop)
    laptop.open(sleepers)
    crowd.extra += sleepers
    await asyncio.sleep(3)
    laptop.sleep(crowd.asleep)
    await asyncio.sleep(crowd.asleep)
    return remark(f"asleep for {crowd.asleep:.0f} s")


async def two_tabs(crowd: Crowd) -> After:
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
    return remark("50 messages sent by two tabs at once")


def remark(text: str) -> After:
    return lambda: (text, [])


Fault = Callable[[Crowd], Awaitable[After | None]]
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
    "slow readers": readers_are_slow,
}
SHORT = ("Redis killed", "web killed -9", "TCP half-open", "laptops asleep")
ASLEEP, ASLEEP_IN_SHORT = 60.0, 12.0  # seconds; the server's patience is 8
