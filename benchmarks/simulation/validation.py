"""What the simulation foretells, beside what `make bench` has measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.simulation import bench
from benchmarks.simulation.costs import Costs

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "performance.json"
TOLERANCE = 0.2


@dataclass(frozen=True)
class Comparison:
    """`rounds`: what the benchmark measured each time; `measured` is their median."""

    name: str
    unit: str
    simulated: float
    measured: float
    rounds: tuple[float, ...]

    @property
    def off(self) -> float:
        """0.1: a tenth more than was measured."""
        return self.simulated / self.measured - 1

    @property
    def is_near(self) -> bool:
        return abs(self.off) <= TOLERANCE

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": self.unit,
            "simulated": round(self.simulated, 2),
            "measured": self.measured,
            "rounds": list(self.rounds),
            "off": round(self.off, 3),
        }


def compared(costs: Costs, measured: Mapping[str, Any]) -> list[Comparison]:
    """Those figures that are there."""
    p50, p99 = bench.delivery(costs)
    foretold = {
        "messages/s, 50 visitors": bench.throughput(costs, 50),
        "messages/s, 500 visitors": bench.throughput(costs, 500),
        "delivery at 200/s, p50": p50,
        "delivery at 200/s, p99": p99,
        "one message to 500 dashboards": bench.fanout(costs, 500),
        "sockets accepted": bench.accepts(costs),
    }
    figures = {figure["name"]: figure for figure in measured["figures"]}
    return [
        Comparison(
            name,
            figures[name]["unit"],
            value,
            figures[name]["medians"]["product"],
            tuple(figures[name]["rounds"]["product"]),
        )
        for name, value in foretold.items()
        if name in figures
    ]


def read_measured(file: Path = PUBLISHED) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def table(comparisons: list[Comparison]) -> str:
    """In Markdown."""
    lines = ["| | simulated | measured | rounds | off |", "|---|---:|---:|---|---:|"]
    for one in comparisons:
        rounds = ", ".join(shown(value) for value in one.rounds)
        mark = "" if one.is_near else " (missed)"
        name = f"{one.name}, {one.unit}" if one.unit not in ("", "/s") else one.name
        lines.append(f"| {name} | {shown(one.simulated)} | {shown(one.measured)} | {rounds} | {one.off:+.0%}{mark} |")
    return "\n".join(lines)


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
