"""Time, machines with so many cores, and the threads that share them. Times are in microseconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

Act = Callable[[], None]


class Clock:
    """What happens next happens at once: `now` jumps there."""

    def __init__(self) -> None:
        self.now = 0.0
        self._coming: list[tuple[float, int, Act]] = []
        self._numbers = count()

    def after(self, delay: float, act: Act) -> None:
        heappush(self._coming, (self.now + delay, next(self._numbers), act))

    def run_until(self, end: float) -> None:
        while self._coming and self._coming[0][0] <= end:
            self.now, _, act = heappop(self._coming)
            act()
        self.now = max(self.now, end)


class Machine:
    """Cores that are shared evenly: with three threads on two cores each gets two thirds of one.

    Work is counted in `_done`, what a thread that has run all the time has got done by now, so that a thread's end
    is known the moment it begins and nothing has to be counted down.
    """

    def __init__(self, clock: Clock, cores: float) -> None:
        self.clock, self.cores = clock, cores
        self.busy = 0.0  # microseconds of CPU that were used
        self._running: list[tuple[float, int, Act]] = []
        self._numbers = count()
        self._done, self._looked_at, self._plan = 0.0, 0.0, 0

    def compute(self, work: float, then: Act) -> None:
        self._catch_up()
        self.busy += work
        heappush(self._running, (self._done + work, next(self._numbers), then))
        self._plan_next()

    def _pace(self) -> float:
        return min(1.0, self.cores / len(self._running)) if self._running else 1.0

    def _catch_up(self) -> None:
        self._done += (self.clock.now - self._looked_at) * self._pace()
        self._looked_at = self.clock.now

    def _plan_next(self) -> None:
        self._plan += 1
        if self._running:
            plan, left = self._plan, self._running[0][0] - self._done
            self.clock.after(max(0.0, left) / self._pace(), lambda: self._finish(plan))

    def _finish(self, plan: int) -> None:
        if plan != self._plan:
            return  # somebody has begun or ended meanwhile
        self._catch_up()
        end, _, then = heappop(self._running)
        self._done = max(self._done, end)
        self._plan_next()
        then()


class Thread:
    """Does one thing after the other, on whichever core is free."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.busy = 0.0
        self._waiting: deque[tuple[float, Act]] = deque()
        self._is_at_work = False
        self._idle_since = float("-inf")

    def has_rested(self, microseconds: float) -> bool:
        return not self._is_at_work and self.machine.clock.now - self._idle_since >= microseconds

    def do(self, work: float, then: Act = lambda: None) -> None:
        self._waiting.append((work, then))
        if not self._is_at_work:
            self._next()

    def do_next(self, work: float, then: Act) -> None:
        """Before all that waits: it goes on with what it is at."""
        self._waiting.appendleft((work, then))
        if not self._is_at_work:
            self._next()

    @property
    def length(self) -> int:
        """Of its queue."""
        return len(self._waiting)

    def _next(self) -> None:
        if not self._waiting:
            self._is_at_work, self._idle_since = False, self.machine.clock.now
            return
        self._is_at_work = True
        work, then = self._waiting.popleft()
        self.busy += work

        def ended() -> None:
            then()
            self._next()

        self.machine.compute(work, ended)
