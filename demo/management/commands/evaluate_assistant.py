"""Ask the built-in assistant the questions of `demo/questions/`, and print how well it did. Needs an empty database."""

from __future__ import annotations

import json
import os
import subprocess
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.models import Website
from assistant.evaluation.measures import Measures, measure_groups, percentile
from assistant.evaluation.speed import first_chunks
from assistant.evaluation.table import table_of
from assistant.evaluation.trials import Tried
from assistant.models import Passage
from demo.evaluation.filler import fill
from demo.evaluation.websites import make_website, questions_of, try_out_all

FIRST_CHUNK = "First chunk with {passages:,} passages: p50 {p50} ms, p95 {p95} ms, at a load of {load} on {cores} cores"
RESULTS = Path("test-results") / "evaluation.json"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--passages", type=int, default=10_000, help="of the large website; 0: do not measure time")
        parser.add_argument("--misses", action="store_true", help="list what went wrong in the half for tuning")

    def handle(self, *args: Any, passages: int, misses: bool, **options: Any) -> None:
        make_tables_in_an_empty_database()
        commit = commit_of_the_code()
        self.stdout.write(f"Built-in assistant at {commit}. Embeddings are not built yet: this is full-text search.\n")
        tried = try_out_all()
        groups = measure_groups(tried)
        for split, measured in groups.items():
            self.stdout.write(table_of(measured, split) + "\n")
        if misses:
            self.stdout.write("\n".join(missed(tried)) + "\n")
        waits = first_chunk_milliseconds(passages) if passages else {}
        if waits:
            self.stdout.write(FIRST_CHUNK.format(**waits))
        write_results(commit, groups, waits)
        self.stdout.write(f"Also in {RESULTS}")


def make_tables_in_an_empty_database() -> None:
    """It writes thousands of articles, which nobody wants beside their own."""
    if Website._meta.db_table in connection.introspection.table_names() and Website.objects.exists():
        raise CommandError("There are websites in this database. Run `make eval`, which brings a database of its own.")
    call_command("migrate", verbosity=0)


def commit_of_the_code() -> str:
    git = ["git", "-C", str(settings.BASE_DIR)]
    commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout
    changed = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=False).stdout
    return (commit.strip() or "an unknown commit") + (" with changes" if changed else "")


def missed(tried: Sequence[Tried]) -> list[str]:
    """Not found first, asserted though it must be refused, or quoted beside the point. Held-out ones stay unknown."""
    return [
        f"{one.zone:7} {one.asked.question} | {' '.join(sorted(one.asked.articles)) or one.asked.kind} "
        f"| found {' '.join(one.found[:3])}"
        for one in tried
        if not one.asked.is_held_out and not _went_well(one)
    ]


def _went_well(one: Tried) -> bool:
    if not one.asked.is_covered:
        return one.zone != "sure"
    return one.place == 1 and (one.zone != "sure" or one.quotes_it)


def first_chunk_milliseconds(passages: int) -> dict[str, float]:
    """With how busy the machine was meanwhile: other people's work counts, too."""
    website = make_website("acme")
    fill(website, passages)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    waits = first_chunks(website, questions_of("acme") + questions_of("globex"))
    return {
        "passages": Passage.objects.for_website(website.pk).count(),
        "p50": round(percentile(waits, 0.5) * 1000),
        "p95": round(percentile(waits, 0.95) * 1000),
        "load": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count() or 1,
    }


def write_results(commit: str, groups: dict[str, dict[str, Measures]], waits: dict[str, float]) -> None:
    measured = {split: {group: asdict(its) for group, its in of.items()} for split, of in groups.items()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"commit": commit, "first_chunk_ms": waits, "groups": measured}, indent=2) + "\n")
