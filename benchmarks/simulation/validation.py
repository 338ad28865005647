"""What the simulation foretells, beside what was measured."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.simulation import bench
from benchmarks.simulation.answers import answers
from benchmarks.simulation.costs import Costs, costs_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
BY_TURNS = DOCS / "validation.json"
TOLERANCE = 0.2


@dataclass(frozen=True)
class Comparison:
    """`simulated`, `measured`: what was said each time. `off`: 0.1 for a tenth more than was measured."""

    name: str
    unit: str
    simulated: tuple[float, ...]
    measured: tuple[float, ...]
    off: float

    @property
    def is_near(self) -> bool:
        return abs(self.off) <= TOLERANCE


def foretold(costs: Costs) -> dict[str, float]:
    """By the names of the benchmark's figures."""
    p50, p99 = bench.delivery(costs)
    return {
        "messages/s, 50 visitors": bench.throughput(costs, 50),
        "messages/s, 500 visitors": bench.throughput(costs, 500),
        "delivery at 200/s, p50": p50,
        "delivery at 200/s, p99": p99,
        "one message to 500 dashboards": bench.fanout(costs, 500),
        "sockets accepted": bench.accepts(costs),
        "answers/s, 100 visitors asking": answers(costs, 100),
    }


def by_turns(rounds: Sequence[Mapping[str, Any]]) -> list[Comparison]:
    """Of rounds of `make validate`: each round's figures beside what the costs of that same round say of them."""
    said = [foretold(costs_of(one["costs"])) for one in rounds]
    found = []
    for name in rounds[0]["figures"]:
        simulated = tuple(one[name] for one in said)
        measured = tuple(float(one["figures"][name]) for one in rounds)
        off = median(ours / theirs for ours, theirs in zip(simulated, measured, strict=True)) - 1
        found.append(Comparison(name, unit_of(name), simulated, measured, off))
    return found


def unit_of(name: str) -> str:
    return "ms" if name.startswith(("delivery", "one message")) else "/s"


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def table(comparisons: list[Comparison]) -> str:
    """In Markdown."""
    lines = ["| | simulated | measured | off |", "|---|---:|---:|---:|"]
    for one in comparisons:
        simulated, measured = (", ".join(map(shown, values)) for values in (one.simulated, one.measured))
        name = f"{one.name}, {one.unit}" if one.unit not in ("", "/s") else one.name
        lines.append(f"| {name} | {simulated} | {measured} | {one.off:+.0%}{marked(one)} |")
    return "\n".join(lines)


def marked(one: Comparison) -> str:
    return "" if one.is_near else " (missed)"


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
