"""The roll, as one more thing that happens while the fault suite's crowd talks, and what it was like for people."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

from tests.faults.crowd import Crowd, Person, home
from tests.faults.faults import After
from tests.faults.verdict import Verdict, judge
from tests.rolling.ground import RollingGround
from tests.rolling.traffic import Timed, Traffic, WithoutSocket

GOAL = 5.0  # seconds: what docs/operators/upgrading.md promises on a machine that is not overloaded
MOST = 10.0  # seconds, which a test allows where others use the machine, too
WARM_UP = 3.0


@dataclass
class Pauses:
    """Seconds, of the unluckiest."""

    without_socket: float
    heard: float  # from saying something until everybody with a socket knew of it
    heard_by_http: float


async def roll(webs: int, workers: int, at_length: bool) -> Verdict:
    with RollingGround(webs, workers, at_length) as ground:
        async with Traffic(ground, at_length) as traffic:
            rolling = Rolling(ground, traffic)
            return await judge("rolling restart", traffic, rolling.happen, WARM_UP, None)


class Rolling:
    """`happen` is a fault, for `judge`; `look` is called when everybody has come to the same list."""

    def __init__(self, ground: RollingGround, traffic: Traffic) -> None:
        self.ground, self.traffic = ground, traffic
        self.unkept: list[str] = []

    async def happen(self, crowd: Crowd) -> After:
        traffic, began = self.traffic, time.monotonic()
        away = {one.name: one.chat.told_away for one in crowd.visitors if isinstance(one.chat, Timed)}
        knocking = asyncio.create_task(traffic.knock())
        await self.ground.roll()
        self.seconds = time.monotonic() - began
        await asyncio.sleep(WARM_UP)  # whoever was the last to be sent away comes back
        knocking.cancel()
        with suppress(asyncio.CancelledError):
            await knocking
        self.told_away = [
            one.name for one in crowd.visitors if isinstance(one.chat, Timed) and one.chat.told_away > away[one.name]
        ]
        await traffic.asked_enough()
        return self.look

    def look(self) -> tuple[str, list[str]]:
        ground, traffic = self.ground, self.traffic
        replaced = ground.containers.ended
        self._want(len(replaced) == len(ground.services), f"replaced were only {', '.join(replaced)}")
        self._want(not any(replaced.values()), f"not all ended by themselves: {replaced}")
        self._want(not self._failed, f"requests failed: {self._failed}")
        self._want(not self.told_away, f"told that nobody is there: {self.told_away}")
        self._want(set(traffic.answers) == {1}, f"questions by answers: {dict(traffic.answers)}; {traffic.odd}")
        self._want(self._cut > 0 or not traffic.at_length, "no answer was cut off, so none was written anew")
        moved = sum(len(one.lengths) for one in traffic.absences.values())
        self._want(moved >= len(traffic.with_sockets), f"only {moved} sockets were moved")
        pauses = self._pauses()
        for name, seconds in vars(pauses).items():
            self._want(seconds <= MOST, f"{name.replace('_', ' ')}: {seconds:.1f} s")
        return self._remark(moved, pauses), self.unkept

    @property
    def _failed(self) -> dict[str, int]:
        return {name: times for name, times in self.traffic.knocks.items() if not name.startswith("2")}

    @property
    def _cut(self) -> int:
        """How often the model was left in the middle of an answer."""
        calls = self.ground.model.calls
        return sum(call.gone_at is not None and call.gone_at < (call.ended_at or 0.0) for call in calls)

    def _want(self, is_so: bool, otherwise: str) -> None:
        if not is_so:
            self.unkept.append(otherwise)

    def _remark(self, moved: int, pauses: Pauses) -> str:
        kinds, answers, failed = self.ground.services, self.traffic.answers, sum(self._failed.values())
        return (
            f"{kinds.count('web')} web and {kinds.count('worker')} workers replaced in {self.seconds:.0f} s; "
            f"{moved} sockets moved; longest pause: {pauses.without_socket:.1f} s without a socket, "
            f"{pauses.heard:.1f} s until a message was heard by all ({pauses.heard_by_http:.1f} s over HTTP); "
            f"{self.traffic.knocks.total()} further requests, {failed or 'none'} failed; {answers.total()} questions, "
            f"{answers[1]} answered once, {self._cut} cut off and written anew"
        )

    def _pauses(self) -> Pauses:
        traffic = self.traffic
        absences = [length for one in traffic.absences.values() for length in one.lengths]
        by_socket, by_http = [0.0], [0.0]
        for person in traffic.everybody:
            for client_id, said_at in person.said_at.items():
                for one in hearers(traffic, person.sent[client_id]):
                    heard = one.chat.known_at.get(client_id)
                    if heard is not None:  # else the verdict counts it as lost
                        by_http_only = isinstance(one.chat, WithoutSocket) or isinstance(person.chat, WithoutSocket)
                        (by_http if by_http_only else by_socket).append(heard - said_at)
        return Pauses(max(absences, default=0.0), max(by_socket), max(by_http))


def hearers(traffic: Traffic, conversation: str) -> list[Person]:
    return [*traffic.staff, *(one for one in traffic.visitors if home(one) == conversation)]
