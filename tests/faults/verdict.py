"""What became of a round: each message counted in every list, against a fresh read."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from conversations.client.rest import HTTPError, Refused, Rest
from tests.faults.crowd import Crowd, Person, home, lines

LONGEST_RECOVERY = 10.0  # seconds
SETTLING = 30.0  # seconds until a client that has not recovered is given up
MEMORY_MARGIN = 1.1
Lists = dict[str, list[tuple[Any, ...]]]


@dataclass
class Verdict:
    """One line of the table."""

    fault: str
    sent: int = 0
    stored: int = 0
    seen: int = 0  # of those sent, by everybody who should
    doubled: int = 0
    lost: int = 0
    unequal: list[str] = field(default_factory=list)  # who has another list than a fresh read
    recovery: float = 0.0  # seconds, of the slowest client
    memory: float = 0.0  # MB
    remark: str = ""

    @property
    def is_good(self) -> bool:
        whole = self.sent > 0 and self.sent == self.stored == self.seen and not self.lost and not self.doubled
        return whole and not self.unequal and self.recovery <= LONGEST_RECOVERY

    def __str__(self) -> str:
        order = "equal" if not self.unequal else f"UNEQUAL {', '.join(self.unequal[:3])}"
        numbers = f"{self.sent:6}{self.stored:8}{self.seen:7}{self.doubled:9}{self.lost:6}"
        return f"{self.fault:28}{numbers}  {order:8}{self.recovery:8.1f} s {self.memory:7.0f} MB  {self.remark}"


HEADING = f"{'fault':28}{'sent':>6}{'stored':>8}{'seen':>7}{'doubled':>9}{'lost':>6}  order    recovery     memory"


async def judge(fault: str, crowd: Crowd, happen: Callable[[Crowd], Awaitable[str | None]], warm_up: float) -> Verdict:
    """Everybody talks while it happens; then everybody has to come to the same list."""
    before = {client_id for person in crowd.everybody for client_id in person.sent}
    crowd.talk()
    await asyncio.sleep(warm_up)
    remark = await happen(crowd)
    ended = time.monotonic()
    await crowd.hush()
    probes = say_something_everywhere(crowd)
    recovery = await recover(crowd, probes, ended)
    fresh = await fresh_lists(crowd)
    unequal = await unequal_lists(crowd, fresh)
    sent = {
        client_id: conversation
        for person in crowd.everybody
        for client_id, conversation in person.sent.items()
        if client_id not in before
    }
    verdict = Verdict(fault, sent=len(sent), unequal=unequal, recovery=recovery, remark=remark or "")
    count(verdict, crowd, sent, fresh)
    verdict.memory = crowd.ground.web_memory()
    return verdict


def say_something_everywhere(crowd: Crowd) -> dict[str, set[str]]:
    """A last word of every visitor, and one of the staff to each: what everybody has to see to have recovered."""
    probes: dict[str, set[str]] = {conversation: {crowd.say_as(one)} for conversation, one in crowd.conversations()}
    for visitor in crowd.with_people:
        probes[home(visitor)].add(crowd.staff[0].say(home(visitor), f"Do you hear me, {time.monotonic()}?"))
    return probes


async def recover(crowd: Crowd, probes: dict[str, set[str]], ended: float) -> float:
    """Seconds until the slowest client had everything acknowledged and saw every last word."""
    waiting, now = crowd.everybody, ended
    while waiting and now - ended < SETTLING:
        waiting = [person for person in waiting if not has_recovered(person, probes)]
        now = time.monotonic()
        await asyncio.sleep(0.05)
    return now - ended


def has_recovered(person: Person, probes: dict[str, set[str]]) -> bool:
    timelines = person.chat.timelines
    concerned = timelines.keys() if person.chat.rest.is_visitor else probes.keys()
    if person.is_waiting or not concerned <= timelines.keys():
        return False
    return all(probes[one] <= {entry["client_id"] for entry in timelines[one].entries} for one in list(concerned))


async def fresh_lists(crowd: Crowd) -> Lists:
    """By conversation, and by conversation and token for visitors: what the server tells somebody who asks anew."""
    readers = {token: Rest(crowd.ground.url, token, timeout=30) for token in [crowd.staff[0].token]}
    readers |= {visitor.token: Rest(crowd.ground.url, visitor.token, timeout=30) for visitor in crowd.visitors}
    found: Lists = {}
    for conversation, visitor in crowd.conversations():
        for token in (crowd.staff[0].token, visitor.token):
            found[key(conversation, readers[token].is_visitor)] = await fresh_list(readers[token], conversation)
    for reader in readers.values():
        await reader.close()
    return found


async def fresh_list(rest: Rest, conversation: str) -> list[tuple[Any, ...]]:
    entries: list[dict[str, Any]] = []
    complete, after = False, 0
    while not complete:
        page = await again(lambda: rest.get(rest.conversation(conversation) + "entries/", after=after))  # noqa: B023
        entries += page["entries"]
        complete, after = page["complete"], max((one["rev"] for one in entries), default=0)
    return lines(sorted(entries, key=lambda one: int(one["seq"])))


async def again(ask: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """A fresh read may fail right after an outage; somebody who reloads the page tries again, too."""
    for _ in range(10):
        try:
            return await ask()
        except (HTTPError, Refused):
            await asyncio.sleep(0.5)
    return await ask()


async def unequal_lists(crowd: Crowd, fresh: Lists) -> list[str]:
    """Who has another list. The assistant may still be writing, so a difference has a moment to vanish."""
    for _ in range(20):
        unequal = [
            person.name
            for person in crowd.everybody
            for conversation, timeline in list(person.chat.timelines.items())
            if lines(timeline.entries) != fresh[key(conversation, person.chat.rest.is_visitor)]
        ]
        if not unequal:
            break
        await asyncio.sleep(0.3)
        fresh.update(await fresh_lists(crowd))
    return unequal


def count(verdict: Verdict, crowd: Crowd, sent: dict[str, str], fresh: Lists) -> None:
    """`seen` counts a message that is in the list of everybody who should have it."""
    stored = Counter(one[3] for name, entries in fresh.items() if not name.endswith("visitor") for one in entries)
    contents = Counter(one[4] for name, entries in fresh.items() if not name.endswith("visitor") for one in entries)
    said = {one[4] for entries in fresh.values() for one in entries if one[3] in sent}
    shown = [
        Counter(entry["client_id"] for timeline in person.chat.timelines.values() for entry in timeline.entries)
        for person in crowd.everybody
    ]
    for client_id, conversation in sent.items():
        copies = [
            copy[client_id]
            for copy, person in zip(shown, crowd.everybody, strict=True)
            if not person.chat.rest.is_visitor or conversation in person.chat.timelines
        ]
        verdict.stored += stored[client_id] == 1
        verdict.seen += min(copies) == 1
        verdict.lost += stored[client_id] == 0 or min(copies) == 0
        verdict.doubled += stored[client_id] > 1 or max(copies) > 1
    verdict.doubled += sum(contents[content] > 1 for content in said)


def key(conversation: str, is_visitor: bool) -> str:
    return f"{conversation} {'visitor' if is_visitor else 'staff'}"
