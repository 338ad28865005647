"""Keeps a few processes running, and ends them in order."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from foundation.supervisor.failure import StartFailure
from foundation.supervisor.process import Process
from foundation.supervisor.stop_request import StopRequest

WATCH_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10
CALM_SECONDS = 60
PATIENCE = 6


@dataclass
class Supervisor:
    """Starts each process when those before it are ready; restarts what crashes; stops the last one first."""

    stop_request: StopRequest
    say: Callable[[str], None]
    watched: "list[Watched]" = field(default_factory=list)

    def start(self, *processes: Process) -> None:
        """Starts these together, and returns when all of them are ready."""
        for process in processes:
            self.stop_request.check()
            self.watched.append(Watched(process))
            process.start()
        for process in processes:
            process.wait_until_ready(self.stop_request.pause)

    def watch(self) -> None:
        """Restarts what ends by itself, until Stopped is raised or a process cannot be kept running (StartFailure)."""
        while True:
            for watched in self.watched:
                self._look_after(watched)
            self.stop_request.pause(WATCH_SECONDS)

    def stop(self) -> None:
        """Stops everything, the last one first. Asked once more meanwhile, it stops being patient."""
        asked_before = max(self.stop_request.times_asked, 1)
        for watched in reversed(self.watched):
            watched.process.stop(is_urgent=lambda: self.stop_request.times_asked > asked_before)

    def _look_after(self, watched: "Watched") -> None:
        process = watched.process
        if process.is_running:
            return
        now = time.monotonic()
        if watched.restart_at is None:
            pause = watched.next_pause(now)
            self.say(f"{process.spec.name} ended with {process.how_it_ended()}; starting it again in {pause:g} s.")
            watched.restart_at = now + pause
        elif now >= watched.restart_at:
            watched.restart_at = None
            process.start()


@dataclass
class Watched:
    process: Process
    restart_at: float | None = None
    crashes: list[float] = field(default_factory=list)

    def next_pause(self, now: float) -> float:
        """Longer after each crash; one that crashed long ago is forgiven."""
        self.crashes = [crash for crash in self.crashes if now - crash < CALM_SECONDS] + [now]
        if len(self.crashes) >= PATIENCE:
            name = self.process.spec.name
            raise StartFailure(f"{name} ended {PATIENCE} times within a minute.", self.process.log_tail())
        return min(FIRST_PAUSE_SECONDS * 2.0 ** (len(self.crashes) - 1), LONGEST_PAUSE_SECONDS)
