"""The simulation's part of docs/scaling.md: tables between marks, and a picture of what is full first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.plot import text
from benchmarks.simulation import validation
from benchmarks.simulation.costs import costs_of
from benchmarks.simulation.extrapolation import SIZES, Outlook, load_of, outlook
from chatplatform.capacity.costs import UnitCosts
from chatplatform.capacity.model import FIRST, GIB, resources

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE, PICTURE = DOCS / "scaling.md", DOCS / "images" / "scaling.svg"
COLOURS = (
    "#2563eb",
    "#d97706",
    "#059669",
    "#dc2626",
    "#7c3aed",
    "#0891b2",
    "#be185d",
    "#65a30d",
    "#475569",
    "#a16207",
    "#111827",
    "#f472b6",
)
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 470, 70, 330, 50, 50
VISITORS = (1_000, 1_000_000)
SHARES = (0.001, 100.0)
STEPS = 31


def publish(rounds: Sequence[Mapping[str, Any]], units: UnitCosts) -> None:
    page = PAGE.read_text()
    for name, content in {**tables(rounds, units), "costs": costs_table(units)}.items():
        page = with_part(page, name, content)
    PAGE.write_text(page)
    PICTURE.write_text(plot(units))


def tables(rounds: Sequence[Mapping[str, Any]], units: UnitCosts) -> dict[str, str]:
    """Of one run of `make validate`. The outlook is played with costs that have foretold a benchmark."""
    costs = costs_of(rounds[-1]["costs"])
    return {
        "validation": validation.table(validation.by_turns(rounds)),
        "outlook": outlooks([outlook(visitors, costs, units) for visitors in SIZES]),
    }


def with_part(page: str, name: str, content: str) -> str:
    """The page with this between the two marks of the part."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, mark, rest = page.partition(begin)
    _, closing, after = rest.partition(end)
    if not mark or not closing:
        raise ValueError(f"the page has no part {name}")
    return f"{before}{begin}\n\n{content}\n\n{end}{after}"


def outlooks(found: list[Outlook]) -> str:
    """In Markdown."""
    lines = [
        "| visitors | messages/s | breaks first as first installed "
        "| needed: web, worker, Redis, Postgres cores, GB of the proxy "
        "| then full first | p50 ms | a Redis host is busy | all back after a restart: first installed, then |",
        "|---:|---:|---|---|---|---:|---:|---:|",
    ]
    for one in found:
        given = one.topology
        needed = (given.webs, given.workers, given.redis_hosts, given.postgres_cores, given.proxy_memory // GIB)
        cells = (
            f"{one.load.visitors:,}",
            f"{one.load.messages_a_second:,.0f}",
            f"{one.before.name}, {one.before.fullness:.0%}",
            ", ".join(map(str, needed)),
            f"{one.after.name}, {one.after.fullness:.0%}: {one.after.what_to_do}",
            f"{one.p50:.1f}",
            f"{one.redis:.0%}",
            f"{one.return_before:,.0f} s, {one.return_after:,.0f} s",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


NAMES = {
    "web_message": "web: a message stored, answered, told to one dashboard, µs",
    "postgres_message": "Postgres: a message, with its words for search, µs",
    "redis_message": "Redis: a message, µs",
    "worker_message": "worker: a message's words for search, µs",
    "web_frame": "web: one more dashboard that is told, µs",
    "caddy_frame": "proxy: a frame, with TLS, µs",
    "web_socket": "web: a socket let in, µs",
    "postgres_socket": "Postgres: the same, µs",
    "redis_socket": "Redis: the same, µs",
    "caddy_socket": "proxy: the same, with TLS, µs",
    "web_rest": "web: an open socket for a second, µs",
    "postgres_rest": "Postgres: the same, µs",
    "web_answer": "web: an answer of the assistant, µs",
    "worker_answer": "worker: the same, µs",
    "postgres_answer": "Postgres: the same, µs",
    "redis_answer": "Redis: the same, µs",
    "web_socket_bytes": "web: memory of an open socket, bytes",
    "redis_socket_bytes": "Redis: the same, bytes",
    "caddy_socket_bytes": "proxy: the same, bytes",
    "disk_message": "disk: a message with its indexes, bytes",
    "wal_message": "write-ahead log of a message, bytes",
    "rows_message": "rows of a message",
    "redis_commands_message": "Redis commands of a message",
    "redis_bytes_message": "bytes of a message to and from Redis",
}


def costs_table(units: UnitCosts) -> str:
    values = asdict(units)
    rows = [f"| {words} | {shown(values[name])} |" for name, words in NAMES.items()]
    return "\n".join([f"Measured {units.measured}:", "", "| | |", "|---|---:|", *rows])


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.4g}"


def plot(units: UnitCosts) -> str:
    """How full everything is in the installation that one starts with, by visitors, both on logarithmic scales."""
    parts = [text(16, 26, "How full what one starts with is (100 %: it breaks)", size=15, weight=600), *grid()]
    counts = [round(VISITORS[0] * (VISITORS[1] / VISITORS[0]) ** (step / (STEPS - 1))) for step in range(STEPS)]
    lines: dict[str, list[tuple[float, float]]] = {}
    for visitors in counts:
        for one in resources(load_of(visitors), units, FIRST):
            lines.setdefault(one.name, []).append((x_of(visitors), y_of(one.fullness)))
    by_end = sorted(lines.items(), key=lambda item: item[1][-1][1])
    for place, (name, points) in enumerate(by_end):
        colour = COLOURS[place % len(COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        y = TOP + 14 + place * 20
        parts.append(f'<rect x="{WIDTH - RIGHT + 20}" y="{y - 11}" width="13" height="13" rx="2" fill="{colour}"/>')
        parts.append(text(WIDTH - RIGHT + 40, y, name, size=12))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13">\n<title>What is full first</title>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def grid() -> list[str]:
    parts = []
    for visitors in (1_000, 10_000, 100_000, 1_000_000):
        x = x_of(visitors)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#e5e7eb"/>')
        parts.append(text(x, HEIGHT - BOTTOM + 20, f"{visitors:,}", anchor="middle", colour="#4b5563"))
    for share in (0.001, 0.01, 0.1, 1.0, 10.0, 100.0):
        y, colour = y_of(share), "#111827" if share == 1 else "#e5e7eb"
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{colour}"/>')
        parts.append(text(LEFT - 8, y + 4, f"{share:.0%}" if share >= 0.01 else f"{share:.1%}", anchor="end"))
    return parts


def x_of(visitors: float) -> float:
    return LEFT + logarithmic(visitors, VISITORS) * (WIDTH - LEFT - RIGHT)


def y_of(share: float) -> float:
    return HEIGHT - BOTTOM - logarithmic(share, SHARES) * (HEIGHT - TOP - BOTTOM)


def logarithmic(value: float, scale: tuple[float, float]) -> float:
    low, high = (math.log(one) for one in scale)
    return (math.log(min(max(value, scale[0]), scale[1])) - low) / (high - low)
