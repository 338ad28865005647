"""Says how near the simulation comes to what was measured, and what breaks first at larger sizes.

    make simulate                        by turns: docs/validation.json (make validate); beside docs/performance.json
    make simulate ARGS="--measured FILE --costs FILE"    of a run of your own: test-results/benchmarks/*.json
    make simulate ARGS=--publish         puts tables and plot into docs/scaling.md

It ends with 0 also where it is more than 20 % off: the table says so, and nothing should be concluded from that line.
Beside a benchmark of another hour it is off by what the machine's speed has changed meanwhile, too.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.simulation import costs, validation
from benchmarks.simulation.extrapolation import SIZES, outlook
from benchmarks.simulation.pages import PICTURE, outlooks, plot, publish
from chatplatform.capacity.costs import distilled


def main() -> None:
    options = arguments()
    found = json.loads(options.costs.read_text())
    steps, units = costs.costs_of(found), distilled(found)
    rounds = validation.read(options.by_turns)["rounds"]
    validated = costs.costs_of(rounds[-1]["costs"])  # what the outlook is played with has foretold a benchmark
    tables = {
        "validation": validation.table(validation.by_turns(rounds)),
        "another hour": validation.in_short(validation.beside(steps, validation.read(options.measured))),
        "outlook": outlooks([outlook(visitors, validated, units) for visitors in SIZES]),
    }
    print("\n\n".join(tables.values()))
    if options.publish:
        publish(tables, units)
        PICTURE.write_text(plot(units))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--by-turns", type=Path, default=validation.BY_TURNS, help="results of make validate")
    parser.add_argument("--measured", type=Path, default=validation.BENCHMARK, help="results of make bench")
    parser.add_argument("--costs", type=Path, default=costs.PUBLISHED, help="results of make unit-costs")
    parser.add_argument("--publish", action="store_true", help="put tables and plot into docs/")
    return parser.parse_args()


if __name__ == "__main__":
    main()
