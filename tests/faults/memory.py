"""What web and worker hold, against what the same process held after its warm-up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from foundation.supervisor.process import Process
from tests.faults.crowd import Crowd
from tests.faults.reading import fresh_lists

MARGIN = 0.1
STORMS = 3  # of a warm-up: the first ones make pools, threads and arenas grow to what they will be
LOOKS, PAUSE = 6, 0.25  # the least of so many looks counts; seconds between them


@dataclass(frozen=True)
class Grown:
    """A process after a fault."""

    name: str
    base: float  # MB, after its warm-up
    now: float

    @property
    def is_too_much(self) -> bool:
        return self.now > self.base * (1 + MARGIN)

    def __str__(self) -> str:
        return f"{self.now:4.0f} MB {self.now / self.base - 1:+4.0%}{' TOO MUCH' if self.is_too_much else ''}"


class Memory:
    """A process that a fault has replaced is compared with what the new one holds after a warm-up of its own."""

    def __init__(self, crowd: Crowd, seconds: float) -> None:
        self._crowd, self._seconds = crowd, seconds
        self._base: dict[int, float] = {}  # by process id

    @property
    def _processes(self) -> list[Process]:
        return [self._crowd.ground.web, self._crowd.ground.worker]

    async def warm_up(self) -> None:
        """Does nothing for processes that have had theirs."""
        fresh = [one for one in self._processes if one.pid not in self._base]
        if not fresh:
            return
        for _ in range(STORMS):
            await self._exercise()
        for process in fresh:
            self._base[process.pid] = await self._least(process)

    async def grown(self) -> list[Grown]:
        await self.warm_up()
        await self._exercise()
        found = []
        for name, process in zip(("web", "worker"), self._processes, strict=True):
            found.append(Grown(name, self._base[process.pid], await self._least(process)))
        return found

    async def _exercise(self) -> None:
        """Talk, a storm of resumes, and pages that are loaded anew: what there is before and after every fault."""
        self._crowd.talk()
        await asyncio.sleep(self._seconds)
        await self._crowd.hush()
        await self._crowd.everything_said()
        await self._crowd.storm()
        await fresh_lists(self._crowd)

    async def _least(self, process: Process) -> float:
        looks = []
        for _ in range(LOOKS):
            looks.append(self._crowd.ground.memory_of(process))
            await asyncio.sleep(PAUSE)
        return min(looks)
