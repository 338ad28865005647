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
from assistant.embeddings.choice import embedder
from assistant.evaluation.exactness import share_of_the_best_found
from assistant.evaluation.measures import Measures, measure_groups, percentile
from assistant.evaluation.speed import first_chunks
from assistant.evaluation.table import table_of
from assistant.evaluation.trials import Tried
from assistant.evaluation.vectors import embed_now
from assistant.models import Passage
from demo.evaluation.filler import fill
from demo.evaluation.websites import make_website, questions_of, try_out_all, try_out_all_by_meaning

FIRST_CHUNK = (
    "First chunk with {passages:,} passages, {way}: p50 {p50} ms, p95 {p95} ms, at a load of {load} on {cores} cores"
)
BY_WORDS, BY_MEANING = "full-text search", "by meaning"
RESULTS = Path("test-results") / "evaluation.json"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--passages", type=int, default=10_000, help="of the large website; 0: do not measure time")
        parser.add_argument("--misses", action="store_true", help="list what went wrong in the half for tuning")

    def handle(self, *args: Any, passages: int, misses: bool, **options: Any) -> None:
        make_tables_in_an_empty_database()
        commit, model = commit_of_the_code(), embedder()
        results: dict[str, Any] = {"commit": commit, "model": model.name if model else None, "groups": {}}
        self.stdout.write(f"Built-in assistant at {commit}, {BY_WORDS}.\n")
        results["groups"][BY_WORDS] = self._write_tables(try_out_all(), misses)
        if model:
            self.stdout.write(f"Built-in assistant at {commit}, {BY_MEANING}: {model.name}.\n")
            results["groups"][BY_MEANING] = self._write_tables(try_out_all_by_meaning(), misses)
        else:
            self.stdout.write("No embedding model is set, so there is no second table (docs/evaluation.md).\n")
        if passages:
            results |= self._write_times(passages, list(results["groups"]))
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")
        self.stdout.write(f"Also in {RESULTS}")

    def _write_tables(self, tried: Sequence[Tried], misses: bool) -> dict[str, Any]:
        groups = measure_groups(tried)
        for split, measured in groups.items():
            self.stdout.write(table_of(measured, split) + "\n")
        if misses:
            self.stdout.write("\n".join(missed(tried)) + "\n")
        return as_numbers(groups)

    def _write_times(self, passages: int, ways: Sequence[str]) -> dict[str, Any]:
        website = large_website(passages, with_vectors=BY_MEANING in ways)
        waits = [waits_for(website, way) for way in ways]
        for one in waits:
            self.stdout.write(FIRST_CHUNK.format(**one))
        if BY_MEANING not in ways:
            return {"first_chunk_ms": waits}
        share = share_of_the_best_found(website, [asked.question for asked in questions_of("acme")])
        self.stdout.write(f"Of the ten passages nearest by all numbers, {share:.1%} are found.")
        return {"first_chunk_ms": waits, "share_of_the_best_found": share}


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


def large_website(passages: int, *, with_vectors: bool) -> Website:
    website = make_website("acme")
    fill(website, passages)
    if with_vectors:
        embed_now(website)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return website


def waits_for(website: Website, way: str) -> dict[str, Any]:
    """In milliseconds, with how busy the machine was meanwhile: other people's work counts, too."""
    waits = first_chunks(website, questions_of("acme") + questions_of("globex"), by_meaning=way == BY_MEANING)
    return {
        "way": way,
        "passages": Passage.objects.for_website(website.pk).count(),
        "p50": round(percentile(waits, 0.5) * 1000),
        "p95": round(percentile(waits, 0.95) * 1000),
        "load": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count() or 1,
    }


def as_numbers(groups: dict[str, dict[str, Measures]]) -> dict[str, Any]:
    return {split: {group: asdict(its) for group, its in of.items()} for split, of in groups.items()}
