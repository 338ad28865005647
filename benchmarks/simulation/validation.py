"""What the simulation foretells, beside what was measured."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.simulation import bench
from benchmarks.simulation.costs import Costs, costs_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
BY_TURNS = DOCS / "validation.json"
BENCHMARK = DOCS / "performance.json"
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


def beside(costs: Costs, measured: Mapping[str, Any]) -> list[Comparison]:
    """Of a benchmark of another hour; those figures that are there, against the median of its rounds."""
    figures = {figure["name"]: figure for figure in measured["figures"]}
    return [
        Comparison(
            name,
            figures[name]["unit"],
            (value,),
            tuple(figures[name]["rounds"]["product"]),
            value / figures[name]["medians"]["product"] - 1,
        )
        for name, value in foretold(costs).items()
        if name in figures
    ]


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


def in_short(comparisons: list[Comparison]) -> str:
    """What each is off by, with a benchmark that nothing was measured beside."""
    return "; ".join(f"{one.name}: {one.off:+.0%}{marked(one)}" for one in comparisons) + "."


def marked(one: Comparison) -> str:
    return "" if one.is_near else " (missed)"


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
