"""Measures what one of each costs: a message, a socket, a frame, an answer; in CPU by process, memory, rows and bytes.

    make unit-costs                              everything, about seven minutes on an idle machine
    make unit-costs ARGS="messages hops"         some of it; the rest stays as it was measured before
    make unit-costs ARGS=--least                 once more, and of each cost the round that took less CPU stays: what
                                                 else goes on on a machine only adds to it
    make unit-costs ARGS="--short"               whether it runs; the figures mean nothing

With everything there is a capacity.json beside it, for `manage.py capacity --costs`. What is published is measured
together with the benchmark (`make validate`). Nothing is measured at its limit: how much a server bears is for
`make simulate` to foretell and `make bench` to show.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.costs import measuring
from benchmarks.costs.answers import measure_answers
from benchmarks.costs.measuring import FULL, SHORT, Size
from benchmarks.costs.sampling import Sample
from benchmarks.costs.spread import measure_spread
from benchmarks.costs.storage import measure_storage
from benchmarks.ground import RESULTS, Ground
from chatplatform.capacity.costs import distilled

OUTPUT = RESULTS / "unit-costs.json"
Measure = Callable[[Ground, Size, Sample], Any]
COSTS: dict[str, Measure] = {
    "statement": lambda ground, size, _: measuring.measure_statement(ground, size),
    "messages": lambda ground, size, idle: measuring.measure_bursts(ground, size, idle, dashboards=1),
    "unheard": lambda ground, size, idle: measuring.measure_bursts(ground, size, idle, dashboards=0),
    "paced": measuring.measure_paced,
    "spread": measure_spread,
    "hops": measuring.measure_hops,
    "fanout": measuring.measure_fanout,
    "sockets": measuring.measure_sockets,
    "proxied": measuring.measure_sockets_through_proxy,
    "answers": measure_answers,
    "words": lambda ground, size, _: measuring.measure_words(ground, size),
    "storage": lambda ground, size, _: measure_storage(ground, size),
    "processes": lambda ground, _, __: measuring.measure_processes(ground),
}


def main() -> None:
    options = arguments()
    size = SHORT if options.short else FULL
    found = kept(options.output)
    with Ground() as ground:
        found["idle"], idle = measuring.measure_idle(ground, size)
        for name in options.costs or COSTS:
            began = time.monotonic()
            new = COSTS[name](ground, size, idle)
            if not (options.least and name in found and cpu_in(found[name]) < cpu_in(new)):
                found[name] = new
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            found |= about()
            write(options.output, found)
    if found.keys() >= COSTS.keys():
        distilled(found).write(options.output.with_name("capacity.json"))


def cpu_in(cost: Any) -> float:
    """All CPU that was counted, in whatever part of it."""
    if not isinstance(cost, dict):
        return 0.0
    counted: list[float] = [*cost["cpu_us"].values()] if "cpu_us" in cost else [cost.get("cpu", 0.0)]
    return sum(counted) + sum(cpu_in(part) for name, part in cost.items() if name != "cpu_us")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("costs", nargs="*", metavar="cost", help=" ".join(COSTS))
    parser.add_argument("--least", action="store_true", help="keep what was measured before where it is less")
    parser.add_argument("--short", action="store_true", help="hardly anything of each")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    unknown = set(options.costs) - set(COSTS)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: one of {', '.join(COSTS)}")
    return options


def kept(output: Path) -> dict[str, Any]:
    return dict(json.loads(output.read_text())) if output.exists() else {}


def write(output: Path, found: dict[str, Any]) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    in_lines = re.sub(r"\[[^\[\]{}]*\]", lambda numbers: " ".join(numbers[0].split()), json.dumps(found, indent=1))
    output.write_text(in_lines + "\n")


def about() -> dict[str, Any]:
    return {
        "moment": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()},
    }


if __name__ == "__main__":
    main()
