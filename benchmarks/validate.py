"""Measures the unit costs and the benchmark's scenarios by turns, and says how near the simulation comes.

    make validate                     three rounds, half an hour
    make validate ARGS="--rounds 5"
    make validate ARGS=--more         as many further rounds, beside those of the last run
    make validate ARGS=--publish      figures, costs and all that is foretold from them into docs/, and the costs for
                                      `manage.py capacity`: what is published is of one run
    make validate ARGS=--short        whether it runs; the figures mean nothing

A shared machine is not the same machine an hour later: what a statement costs moves by half, and with it what the
benchmark says. So each scenario has its turn right after the costs from which it is foretold.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import sizes
from benchmarks.bench import Bench
from benchmarks.costs import measuring
from benchmarks.costs.__main__ import COSTS, about, write
from benchmarks.costs.sampling import Sample
from benchmarks.figures import Figure
from benchmarks.ground import RESULTS, Ground
from benchmarks.measurements.accepts import measure_target
from benchmarks.measurements.answers import measure_answers
from benchmarks.measurements.delivery import measure_delivery
from benchmarks.measurements.fanout import last_of
from benchmarks.measurements.throughput import measure_throughput
from benchmarks.simulation import pages, validation
from benchmarks.simulation.costs import PUBLISHED
from benchmarks.targets import PRODUCT
from chatplatform.capacity.costs import distilled

OUTPUT = RESULTS / "validation.json"
Figures = dict[str, float]
MEASURES = {**COSTS, "sockets": measuring.measure_widths}  # what else is known of them has its turn at the end
ONCE = ("proxied", "storage", "processes")  # of which nothing is foretold that was measured
LEAN = replace(measuring.FULL, often=1_500, sockets=3_000, tells=25)  # ten minutes are enough for a round
FEWEST = 3  # rounds that are published


@dataclass(frozen=True)
class Turn:
    """Some costs, and what of the benchmark is measured right after them."""

    costs: tuple[str, ...]
    scenario: Callable[[Bench], Figures]


def throughput(bench: Bench) -> Figures:
    return medians(measure_throughput(bench))


def delivery(bench: Bench) -> Figures:
    return medians(measure_delivery(bench))


def fanout(bench: Bench) -> Figures:
    return {f"one message to {bench.size.dashboards} dashboards": last_of(bench, PRODUCT)}


def accepts(bench: Bench) -> Figures:
    found, memory = Figure("sockets accepted", "/s"), Figure("memory of an idle socket", "KB")
    measure_target(bench, PRODUCT, found, memory)
    return medians([found])


def asking(bench: Bench) -> Figures:
    return medians(measure_answers(bench))


def medians(figures: list[Figure]) -> Figures:
    return {one.name: float(one.median(PRODUCT.name) or 0) for one in figures}


TURNS = (
    Turn(("messages", "unheard", "paced", "words"), throughput),
    Turn(("statement", "spread", "hops"), delivery),
    Turn(("fanout",), fanout),
    Turn(("sockets",), accepts),
    Turn(("answers",), asking),
)


def main() -> None:
    options = arguments()
    costs_size = measuring.SHORT if options.short else LEAN
    size = sizes.SHORT if options.short else replace(sizes.FULL, rounds=1)
    rounds = earlier(options) if options.more else []
    with Ground(keeps_servers=False) as ground:
        bench = Bench(ground, size, only=(PRODUCT,))
        for number in range(len(rounds), len(rounds) + options.rounds):
            rounds.append(one_round(bench, costs_size))
            write(options.output, about() | {"rounds": rounds})
            print(f"round {number + 1}", file=sys.stderr, flush=True)
        costs = whole(bench, costs_size, rounds[-1]["costs"]) if options.publish or options.short else {}
    if any(bench.losses.of(name) for name in bench.losses.sent):
        sys.exit("Something was lost, doubled or misnumbered.")
    if costs:
        write(options.output.with_name("validated-costs.json"), costs)
    if not options.short:
        print(validation.table(validation.by_turns(rounds)))
    if options.publish:
        write(validation.BY_TURNS, about() | {"rounds": rounds})
        write(PUBLISHED, costs)
        distilled(costs).write()
        pages.publish(rounds, distilled(costs))


def one_round(bench: Bench, size: measuring.Size) -> dict[str, Any]:
    found, idle = measuring.measure_idle(bench.ground, size)
    costs, figures = dict[str, Any](idle=found), Figures()
    for turn in TURNS:
        began = time.monotonic()
        costs |= {name: MEASURES[name](bench.ground, size, idle) for name in turn.costs}
        figures |= turn.scenario(bench)
        print(f"{turn.scenario.__name__}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return {"moment": about()["moment"], "costs": costs, "figures": figures}


def earlier(options: argparse.Namespace) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(options.output.read_text())["rounds"]
    return found


def whole(bench: Bench, size: measuring.Size, costs: dict[str, Any]) -> dict[str, Any]:
    """The costs of a round, with those that no scenario needs."""
    idle = Sample(1.0, costs["idle"]["cpu_us_per_second"], {})
    sockets = costs["sockets"] | measuring.measure_open(bench.ground, size, idle)
    return costs | {name: COSTS[name](bench.ground, size, idle) for name in ONCE} | {"sockets": sockets} | about()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--more", action="store_true", help="keep the rounds of the last run")
    parser.add_argument("--short", action="store_true", help="hardly anything of each, nothing is foretold")
    parser.add_argument("--publish", action="store_true", help="put them into docs/")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    if options.more and not options.output.exists():
        parser.error(f"there are no rounds in {options.output}")
    rounds = options.rounds + (len(earlier(options)) if options.more else 0)
    if options.publish and (rounds < FEWEST or options.short):
        parser.error(f"what is published has {FEWEST} rounds and more, and none of them short")
    return options


if __name__ == "__main__":
    main()
