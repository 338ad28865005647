"""Whether the inbox stays smooth: a browser with very many conversations loaded while messages come in.

    make frames                               5 000 conversations, 200 messages a second, half a minute
    make frames ARGS="--short"                whether it runs; the figures mean nothing

The server, the store, the visitors and the browser are real and share this machine. Prints the frame times and a
verdict, writes frames.json to test-results/benchmarks/, and ends with 1 when a goal was missed or anything was lost.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict, dataclass
from typing import Any

from playwright.sync_api import Page, ViewportSize, sync_playwright

from benchmarks.driver import Result, drive
from benchmarks.ground import RESULTS, Ground
from benchmarks.targets import PRODUCT, Plan, Running
from tests.servers.chromium import ARGUMENTS, NO_BROWSER, find_chromium

P99_MS = 20.0
LONG_TASKS = 0
WINDOW = ViewportSize(width=1440, height=900)
LIVE = "() => [...document.querySelectorAll('.connection')].some(one => one.textContent.includes('Live'))"
# How many conversations the list knows: that of its rows.
LOADED = "() => Number(document.querySelector('#conversation-list [aria-setsize]')?.getAttribute('aria-setsize') ?? 0)"
SCROLL = "() => { const rows = document.querySelector('.rows-scroller'); rows.scrollTop = rows.scrollHeight; }"
TO_TOP = "() => { document.querySelector('.rows-scroller').scrollTop = 0; }"
RECORD = """() => {
    const seen = window.seen = { frames: [], tasks: [], updates: 0, isOn: true };
    const note = (list) => { if (seen.isOn) for (const one of list.getEntries()) seen.tasks.push(one.duration); };
    new PerformanceObserver(note).observe({ entryTypes: ['longtask'] });
    let last = performance.now();
    const frame = (now) => {
        seen.frames.push(now - last);
        last = now;
        if (seen.isOn) requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => { last = now; requestAnimationFrame(frame); });
}"""
RESULT = "() => { seen.isOn = false; return { frames: seen.frames, tasks: seen.tasks, updates: window.heard }; }"
# What the page hears is counted in the page: the browser's protocol would cost more than the page itself.
COUNTED = """
window.heard = 0;
window.WebSocket = class extends WebSocket {
    constructor(...given) {
        super(...given);
        this.addEventListener('message', ({ data }) => { if (data.includes('"new_message"')) window.heard++; });
    }
};
"""


@dataclass(frozen=True)
class Size:
    conversations: int
    talking: int
    rate: int
    seconds: float


FULL = Size(conversations=5_000, talking=200, rate=200, seconds=30)
SHORT = Size(conversations=300, talking=20, rate=50, seconds=2)


@dataclass(frozen=True)
class Frames:
    """Milliseconds between frames. `updates`: messages that the page heard meanwhile."""

    conversations: int
    updates: int
    frames: int
    p50: float
    p99: float
    longest: float
    long_tasks: int
    longest_task: float

    @property
    def missed(self) -> list[str]:
        found = []
        if self.p99 > P99_MS:
            found.append(f"p99 of {self.p99:.1f} ms is over {P99_MS:g} ms")
        if self.long_tasks > LONG_TASKS:
            found.append(f"{self.long_tasks} tasks over 50 ms, the longest {self.longest_task:.0f} ms")
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="hardly anything, and no verdict")
    options = parser.parse_args()
    size = SHORT if options.short else FULL
    with Ground() as ground, ground.running(PRODUCT) as running:
        frames, result = measure(running, size)
    show(frames, result, size)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "frames.json").write_text(json.dumps({"cores": os.cpu_count(), **asdict(frames)}, indent=2) + "\n")
    if lost(result) or frames.updates < result["sent"]:
        sys.exit("Something was lost, doubled or misnumbered.")
    if frames.missed and not options.short:
        sys.exit(f"MISSED: {'; '.join(frames.missed)}")
    print("no verdict: this was the short form" if options.short else "reached")


def measure(running: Running, size: Size) -> tuple[Frames, Result]:
    resting = size.conversations - size.talking
    plan = running.cast(visitors=size.talking, dashboards=1, inbox=resting)
    plan |= {"rate": size.rate, "seconds": size.seconds}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium() or sys.exit(NO_BROWSER), args=ARGUMENTS)
        page = browser.new_page(viewport=WINDOW)
        loaded = 0

        def load() -> None:
            nonlocal loaded
            loaded = open_inbox(page, running, plan, size)
            page.evaluate(RECORD)

        result = drive(running, "updates", plan, when_open=load)
        found: dict[str, Any] = page.evaluate(RESULT)
        browser.close()
    return figures(loaded, found), result


def open_inbox(page: Page, running: Running, plan: Plan, size: Size) -> int:
    """Everything loaded, as by somebody who has scrolled to the end, and back at the top; how many that is."""
    url = running.environment["PUBLIC_URL"]
    cookie = plan["inbox"]["cookie"]
    page.context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": url}])
    page.add_init_script(COUNTED)
    page.goto(f"{url}/live-chat/?view=all")
    wait_until(page, LIVE)
    while (loaded := int(page.evaluate(LOADED))) < size.conversations:
        page.evaluate(SCROLL)
        page.wait_for_timeout(20)
    page.evaluate(TO_TOP)
    page.wait_for_timeout(1000)
    return loaded


def wait_until(page: Page, condition: str) -> None:
    """By asking again: the page's policy forbids what Playwright would run for it."""
    while not page.evaluate(condition):
        page.wait_for_timeout(50)


def figures(conversations: int, found: dict[str, Any]) -> Frames:
    frames = sorted(found["frames"])
    return Frames(
        conversations=conversations,
        updates=found["updates"],
        frames=len(frames),
        p50=round(frames[len(frames) // 2], 2),
        p99=round(frames[int(0.99 * (len(frames) - 1))], 2),
        longest=round(frames[-1], 2),
        long_tasks=len(found["tasks"]),
        longest_task=round(max(found["tasks"], default=0.0), 1),
    )


def lost(result: Result) -> bool:
    return bool(result["lost"] or result["doubled"] or result["misnumbered"] or result["stored"] != result["sent"])


def show(frames: Frames, result: Result, size: Size) -> None:
    print(f"{frames.conversations:,} conversations loaded, {frames.updates:,} messages heard at {size.rate}/s")
    print(f"{frames.frames:,} frames: p50 {frames.p50} ms, p99 {frames.p99} ms, longest {frames.longest} ms")
    print(f"tasks over 50 ms: {frames.long_tasks}, the longest {frames.longest_task} ms")
    print(f"sent {result['sent']:,}, lost {result['lost']}, doubled {result['doubled']}")


if __name__ == "__main__":
    main()
