"""Puts the table, plot and figures of a run into docs/: `make bench ARGS=--publish`, on an idle machine."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
BEGIN, END = "<!-- the table of the last published run -->", "<!-- end of the table -->"


def publish(folder: Path, table: str, run: str) -> None:
    """`run` says in a few words how it was measured."""
    shutil.copy(folder / "results.json", DOCS / "performance.json")
    shutil.copy(folder / "plot.svg", DOCS / "images" / "speed.svg")
    page = DOCS / "performance.md"
    page.write_text(with_table(page.read_text(), f"{datetime.now(UTC):%Y-%m-%d}, {run}:\n\n{table}"))


def with_table(page: str, text: str) -> str:
    """The page with this text between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"
