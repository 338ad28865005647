"""What became of a round: each message counted in every list, against a fresh read."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.faults.crowd import Crowd, Person, home, lines
from tests.faults.faults import Fault
from tests.faults.memory import Grown, Memory
from tests.faults.reading import Lists, fresh_lists, key

LONGEST_RECOVERY = 10.0  # seconds
SETTLING = 30.0  # seconds until a client that has not recovered is given up


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
    memory: list[Grown] = field(default_factory=list)
    remark: str = ""
    unkept: list[str] = field(default_factory=list)  # promises of this fault

    @property
    def is_good(self) -> bool:
        whole = self.sent > 0 and self.sent == self.stored == self.seen and not self.lost and not self.doubled
        lean = not any(one.is_too_much for one in self.memory)
        return whole and lean and not self.unequal and not self.unkept and self.recovery <= LONGEST_RECOVERY

    def __str__(self) -> str:
        order = "equal" if not self.unequal else f"UNEQUAL {', '.join(self.unequal[:3])}"
        numbers = f"{self.sent:6}{self.stored:8}{self.seen:7}{self.doubled:9}{self.lost:6}"
        memory = "  ".join(map(str, self.memory))
        notes = "; ".join(filter(None, [self.remark, *(f"NOT KEPT: {one}" for one in self.unkept[:5])]))
        return f"{self.fault:25}{numbers}  {order:7}{self.recovery:7.1f} s  {memory}  {notes}".rstrip()


HEADING = (
    f"{'fault':25}{'sent':>6}{'stored':>8}{'seen':>7}{'doubled':>9}{'lost':>6}  order  recovery  memory: web, worker"
)


async def judge(fault: str, crowd: Crowd, happen: Fault, warm_up: float, memory: Memory | None) -> Verdict:
    """Everybody talks while it happens; then everybody has to come to the same list."""
    if memory:
        await memory.warm_up()
    before = {client_id for person in crowd.everybody for client_id in person.sent}
    crowd.talk()
    await asyncio.sleep(warm_up)
    look = await happen(crowd)
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
    verdict = Verdict(fault, sent=len(sent), unequal=unequal, recovery=recovery)
    count(verdict, crowd, sent, fresh)
    if look is not None:
        verdict.remark, verdict.unkept = look()
    if memory:
        verdict.memory = await memory.grown()
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
