"""(d) Sockets greeted a second, and the memory that an idle one takes of the server."""

from __future__ import annotations

import re
import time
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Goals
from benchmarks.targets import GREETER, JUDGED, Target

SETTLE_SECONDS = 3
WIDTH = 50  # that knock at the same time


def measure_accepts(bench: Bench) -> list[Figure]:
    accepts = Figure("sockets accepted", "/s", more_is_better=True, goals=Goals(times_baseline=5))
    memory = Figure(f"memory of an idle socket, of {bench.size.sockets:,}", "KB", goals=Goals(at_most=30))
    for target in (*JUDGED, GREETER):
        measure_target(bench, target, accepts, memory)
    floor = Figure("the same by uvicorn, for an app that only greets", "/s", more_is_better=True)
    floor.rounds["product"], floor.rounds["baseline"] = accepts.rounds.pop(GREETER.name), accepts.rounds["baseline"]
    memory.rounds.pop(GREETER.name, None)
    return [accepts, floor, memory]


def measure_target(bench: Bench, target: Target, accepts: Figure, memory: Figure) -> None:
    """Once each: these are five thousand measurements already."""
    with bench.ground.running(target) as running:
        warm_up = running.cast(visitors=20) | {"width": WIDTH}
        bench.drive(running, "accepts", warm_up, stores=False, when_open=lambda: None)
        plan = running.cast(visitors=bench.size.sockets) | {"width": WIDTH}
        before, after = memory_of(running.pid), 0

        def look() -> None:
            nonlocal after
            time.sleep(SETTLE_SECONDS)
            after = memory_of(running.pid)

        result = bench.drive(running, "accepts", plan, stores=False, when_open=look)
    accepts.rounds[target.name].append(result["accepts_per_second"])
    if before:
        memory.rounds[target.name].append(round((after - before) / bench.size.sockets, 1))


def memory_of(pid: int) -> int:
    """Kilobytes in memory that belong to this process (PSS); 0 where there is no /proc."""
    try:
        found = re.search(r"^Pss: +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0
