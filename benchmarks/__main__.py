"""Measures our server, the recipe of the Channels tutorial and a bare Node peer by turns, with one external client.

    make bench                                everything, about ten minutes
    make bench ARGS="throughput resume"       some of it
    make bench ARGS="--short"                 whether it runs, in half a minute; the figures mean nothing

Prints a table with ratios, writes results.json and plot.svg to test-results/benchmarks/. Ends with 1 when the product
or the Node peer lost, doubled or misnumbered anything; goals that were missed are said, and do not fail it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.ground import RESULTS, Ground
from benchmarks.measurements import MEASUREMENTS
from benchmarks.plot import plot
from benchmarks.publish import publish
from benchmarks.report import as_json, table
from benchmarks.sizes import FULL, SHORT, Size


def main() -> None:
    options = arguments()
    with Ground(keeps_servers=options.size.keeps_servers) as ground:
        bench = Bench(ground, options.size)
        figures = [figure for name in options.measurements for figure in MEASUREMENTS[name](bench)]
    printed = table(figures, bench.losses)
    print(printed)
    write(options.output, figures, bench)
    if options.publish:
        publish(
            options.output,
            printed,
            f"{options.size.rounds} rounds of {options.size.seconds:g} s on {os.cpu_count()} cores",
        )
    if any(bench.losses.of(name) for name in ("product", "peer", "batching")):
        sys.exit("Something was lost, doubled or misnumbered: see above.")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measurements", nargs="*", metavar="measurement", help=" ".join(MEASUREMENTS))
    parser.add_argument("--short", action="store_true", help="hardly anything of each")
    parser.add_argument("--rounds", type=int, help="how often each target has its turn")
    parser.add_argument("--seconds", type=float, help="how long each turn lasts")
    parser.add_argument("--publish", action="store_true", help="put table, plot and figures into docs/")
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of results.json and plot.svg")
    options = parser.parse_args()
    unknown = set(options.measurements) - set(MEASUREMENTS)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: one of {', '.join(MEASUREMENTS)}")
    options.measurements = options.measurements or list(MEASUREMENTS)
    options.size = chosen_size(options)
    return options


def chosen_size(options: argparse.Namespace) -> Size:
    size = SHORT if options.short else FULL
    chosen = {name: getattr(options, name) for name in ("rounds", "seconds") if getattr(options, name) is not None}
    return replace(size, **chosen)


def write(folder: Path, figures: list[Figure], bench: Bench) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(as_json(figures, bench.losses), indent=2) + "\n")
    (folder / "plot.svg").write_text(plot(figures))


if __name__ == "__main__":
    main()
