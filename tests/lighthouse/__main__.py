"""The demo's shop under Lighthouse, with the chat and without: python -m tests.lighthouse [runs]

Prints a table, writes docs/lighthouse.json, and ends with 1 when the chat costs more than its budget.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from statistics import median
from typing import Any

from foundation.supervisor.ports import free_port
from tests.servers.chromium import ARGUMENTS, NO_BROWSER, find_chromium
from tests.servers.demos import RunningDemo
from tests.servers.folders import new_folder
from tests.servers.stack import PROJECT

REPORT = PROJECT / "docs" / "lighthouse.json"
COMMAND = PROJECT / "node_modules" / "lighthouse" / "cli" / "index.js"
RUNS = 5
AUDITS = {
    "first-contentful-paint": "first paint, ms",
    "largest-contentful-paint": "largest paint, ms",
    "total-blocking-time": "blocked, ms",
    "cumulative-layout-shift": "layout shift",
    "total-byte-weight": "bytes",
}
# Points of performance, milliseconds blocked, layout shift: what the chat may add at most.
BUDGET = {"performance": -1.0, "total-blocking-time": 0.0, "cumulative-layout-shift": 0.0}

Figures = dict[str, float]


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with new_folder() as folder, RunningDemo(folder / "demo", free_port()) as demo:
        demo.wait_until_ready()
        url = f"http://localhost:{demo.port}/demo/demo-acme/"
        # In turns, so that a machine that becomes slower meanwhile is so for both.
        pairs = [(measured(url, without_chat=True), measured(url)) for _ in range(runs)]
    without, with_chat = (medians([pair[side] for pair in pairs]) for side in (0, 1))
    show(without, with_chat)
    exceeded = over_budget(without, with_chat)
    write(runs, without, with_chat)
    sys.exit(f"Over budget: {', '.join(exceeded)}" if exceeded else 0)


def measured(url: str, *, without_chat: bool = False) -> Figures:
    chromium = find_chromium() or sys.exit(NO_BROWSER)
    blocked = ["--blocked-url-patterns=*/widget/*"] if without_chat else []
    flags = f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}"
    node = PROJECT / ".venv" / "node" / "node"
    command = [
        str(node),
        str(COMMAND),
        url,
        "--output=json",
        "--quiet",
        "--only-categories=performance",
        flags,
        *blocked,
    ]
    environment = os.environ | {"CHROME_PATH": str(chromium)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)
    if done.returncode:  # now and then a page is over before it looks; a second time says why
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)
    if done.returncode:
        sys.exit(done.stderr)
    report: dict[str, Any] = json.loads(done.stdout)
    figures = {name: float(report["audits"][name]["numericValue"]) for name in AUDITS}
    return {"performance": report["categories"]["performance"]["score"] * 100, **figures}


def medians(figures: list[Figures]) -> Figures:
    return {name: round(median(one[name] for one in figures), 3) for name in figures[0]}


def over_budget(without: Figures, with_chat: Figures) -> list[str]:
    added = {name: with_chat[name] - without[name] for name in BUDGET}
    return [name for name, limit in BUDGET.items() if (added[name] < limit if limit < 0 else added[name] > limit)]


def show(without: Figures, with_chat: Figures) -> None:
    print(f"{'':22}{'without':>12}{'with chat':>12}{'added':>12}")
    for name, title in {"performance": "performance", **AUDITS}.items():
        added = with_chat[name] - without[name]
        print(f"{title:22}{without[name]:12,.2f}{with_chat[name]:12,.2f}{added:+12,.2f}")


def write(runs: int, without: Figures, with_chat: Figures) -> None:
    found = {
        "command": "make lighthouse",
        "page": "the demo's shop, /demo/demo-acme/; without: requests to */widget/* are blocked",
        "runs": runs,
        "median_without": without,
        "median_with_chat": with_chat,
    }
    REPORT.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
