"""make test-rolling: the long form, two of each and answers that last longer than a worker waits. Exit code 0 if kept.

python -m tests.rolling
"""

from __future__ import annotations

import asyncio
import sys

from tests.faults.verdict import HEADING
from tests.rolling.rolling import roll
from tests.servers.databases import forget_the_shells_settings


def main() -> None:
    forget_the_shells_settings()
    verdict = asyncio.run(roll(webs=2, workers=2, at_length=True))
    print(HEADING)
    print(verdict)
    sys.exit(not verdict.is_good)


if __name__ == "__main__":
    main()
