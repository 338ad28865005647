"""make test-faults: all of them, or those named. Exit code 0 only when nothing was lost, doubled or out of order.

python -m tests.faults ["Redis killed" …]
"""

from __future__ import annotations

import asyncio
import sys

from tests.faults.faults import ASLEEP, FAULTS
from tests.faults.run import run
from tests.faults.verdict import HEADING, Verdict
from tests.servers.databases import forget_the_shells_settings

WARM_UP = 4.0


def main() -> None:
    forget_the_shells_settings()
    names = sys.argv[1:] or list(FAULTS)
    if unknown := set(names) - set(FAULTS):
        sys.exit(f"There is no fault called {', '.join(unknown)}. There are: {', '.join(FAULTS)}.")
    print(HEADING, flush=True)
    verdicts = asyncio.run(run(names, WARM_UP, ASLEEP, say))
    bad = [one.fault for one in verdicts if not one.is_good]
    print(f"NOT kept: {', '.join(bad)}" if bad else "Nothing lost, nothing doubled, the same order everywhere.")
    sys.exit(bool(bad))


def say(verdict: Verdict) -> None:
    print(verdict, flush=True)


if __name__ == "__main__":
    main()
