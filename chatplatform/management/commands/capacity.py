"""Say what so many visitors and messages need, what is full first, and how much more it bears."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatplatform.capacity.costs import MEASURED, UnitCosts
from chatplatform.capacity.model import FULL_REDIS, FULL_WEB, GIB, MONTH, PERIODS, Load, Plan, plan

MOST_VISITORS, MOST_MESSAGES = 100_000_000, 1e15
SIZES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # it asks neither Postgres nor Redis

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--visitors", type=whole(1, MOST_VISITORS), required=True, help="Sockets open at once.")
        parser.add_argument("--messages", type=number(0, MOST_MESSAGES), required=True, help="Written by people.")
        parser.add_argument("--per", choices=list(PERIODS), default="day", help="What --messages are counted in.")
        parser.add_argument("--agents", type=whole(0, 1_000_000), default=10, help="Dashboards open at once.")
        parser.add_argument("--websites", type=whole(1, 1_000_000), default=1, help="That these agents share out.")
        parser.add_argument("--ai-share", type=number(0, 1), default=0.5, help="Of messages the assistant answers.")
        parser.add_argument("--peak", type=number(1, 1000), default=3.0, help="The busiest moment, in averages.")
        parser.add_argument("--visit-minutes", type=number(0.1, 1440), default=10.0, help="How long a socket stays.")
        parser.add_argument("--return-seconds", type=number(1, 3600), default=60.0, help="For everybody to come back.")
        parser.add_argument("--answer-seconds", type=number(0.1, 600), default=1.5, help="For an answer to be written.")
        parser.add_argument("--costs", type=Path, default=MEASURED, help="Unit costs of another machine.")
        parser.add_argument("--json", action="store_true", help="For programs.")

    def handle(self, *args: Any, costs: Path, **options: Any) -> None:
        names = Load.__dataclass_fields__
        load = Load(**{name: value for name, value in options.items() if name in names})
        try:
            measured = UnitCosts.read(costs)
        except (OSError, ValueError) as problem:
            raise CommandError(f"These are no unit costs: {problem}") from None
        found = plan(load, measured)
        self.stdout.write(as_json(load, found, measured) if options["json"] else in_words(load, found, measured))


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = number(least, most)(text)
        if value != int(value):
            raise ArgumentTypeError(f"{text} is no whole number")
        return int(value)

    return read


def number(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text.replace("_", ""))
        except ValueError:
            raise ArgumentTypeError(f"{text} is no number") from None
        if not least <= value <= most:  # nor is NaN
            raise ArgumentTypeError(f"{text} is not between {least:g} and {most:g}")
        return value

    return read


def in_words(load: Load, found: Plan, costs: UnitCosts) -> str:
    first = found.first_full
    needs = {
        "Web processes": f"{found.web_processes}",
        "Workers": f"{found.workers}",
        "Redis hosts": f"{found.redis_hosts}",
        "Postgres": f"{found.postgres_cores} cores, {found.database_connections} connections",
        "Proxy": f"{found.proxy_cores} cores, CADDY_MEMORY={found.proxy_memory // GIB}G, "
        f"{found.files_of_the_proxy:,} files, {found.ports_to_each_web:,} ports to each web process",
        **{f"Memory, {name}": size(value) for name, value in found.memory.items()},
        "Disk a month": f"{size(found.disk_a_month)}, beside {size(found.wal_a_month)} of write-ahead log",
    }
    lines = [
        f"{load.visitors:,} visitors at once, {load.messages:,.0f} messages a {load.per}: "
        f"{load.messages_a_second:,.1f} a second at the busiest moment, {load.ai_share:.0%} answered by the assistant.",
        "",
        *[f"  {name:32} {need}" for name, need in needs.items()],
        "",
        "How full each is then (of what it may be), and how many times the load it bears:",
        *[f"  {one.name:44} {one.fullness:7.1%} {one.headroom:8.1f}×" for one in found.resources],
        "",
        f"Full first: {first.name}, {first.fullness:.0%}. Then: {first.what_to_do}.",
        "",
        *assumptions(load, costs),
    ]
    return "\n".join(lines)


def assumptions(load: Load, costs: UnitCosts) -> list[str]:
    return [
        "Taken for granted:",
        f"  unit costs measured {costs.measured or 'elsewhere'}, on one machine (docs/scaling.md);",
        f"  a web process has one core, {FULL_WEB:.0%} of it busy at most, a Redis host {FULL_REDIS:.0%};",
        f"  a socket stays {load.visit_minutes:g} minutes, and after a restart all are back within "
        f"{load.return_seconds:g} s;",
        f"  a message goes to {load.dashboards:,.1f} dashboards; the assistant is the built-in one, which takes "
        f"{load.answer_seconds:g} s;",
        f"  a month has {MONTH} days; files that people send, backups and search by meaning are not counted.",
    ]


def as_json(load: Load, found: Plan, costs: UnitCosts) -> str:
    told = asdict(found)
    told["resources"] = [
        asdict(one) | {"fullness": one.fullness, "headroom": one.headroom if one.need else None}
        for one in found.resources
    ]
    first = {"first_full": found.first_full.name, "what_to_do": found.first_full.what_to_do}
    return json.dumps({"load": asdict(load), "plan": told | first, "measured": costs.measured}, indent=2)


def size(value: float) -> str:
    for unit, name in SIZES:
        if value >= unit:
            return f"{value / unit:,.1f} {name}"
    return f"{value:.0f} B"
