"""Says how near the simulation comes to what was measured, and what breaks first at larger sizes.

    make simulate                        what is published: docs/validation.json and docs/unit-costs.json
    make simulate ARGS="--by-turns FILE --costs FILE"    of a run of your own: test-results/benchmarks/*.json

It ends with 0 also where it is more than 20 % off: the table says so, and nothing should be concluded from that line.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.simulation import costs, validation
from benchmarks.simulation.pages import tables
from chatplatform.capacity.costs import distilled


def main() -> None:
    options = arguments()
    units = distilled(json.loads(options.costs.read_text()))
    print("\n\n".join(tables(validation.read(options.by_turns)["rounds"], units).values()))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--by-turns", type=Path, default=validation.BY_TURNS, help="results of make validate")
    parser.add_argument("--costs", type=Path, default=costs.PUBLISHED, help="results of make unit-costs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
