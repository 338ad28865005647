"""Questions with their right answers, as somebody writes them into a spreadsheet: `docs/evaluation.md`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

COLUMNS = ("question", "language", "kind", "articles", "style", "must_contain")
KINDS = ("covered", "other_business", "not_in_articles")


class BadQuestionFile(Exception):
    """Says which line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`articles` are the slugs of which any is right; none for a question that must be refused."""

    question: str
    language: str
    kind: str
    articles: frozenset[str]
    style: str
    must_contain: str

    @property
    def is_covered(self) -> bool:
        return self.kind == "covered"

    @property
    def is_held_out(self) -> bool:
        """Never looked at while numbers are chosen. A rule, so that nobody picks the easy ones."""
        return sha256(self.question.lower().encode()).digest()[-1] % 2 == 1


def read_questions(path: Path) -> list[Asked]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames is None or set(rows.fieldnames) != set(COLUMNS):
            raise BadQuestionFile(f"{path.name}: the first line must name the columns {', '.join(COLUMNS)}.")
        return [_asked(row, f"{path.name}, line {rows.line_num}") for row in rows]


def _asked(row: dict[str, str], where: str) -> Asked:
    cells = {name: (row[name] or "").strip() for name in COLUMNS}
    articles = frozenset(cells["articles"].split())
    if not cells["question"]:
        raise BadQuestionFile(f"{where}: the question is missing.")
    if cells["kind"] not in KINDS:
        raise BadQuestionFile(f"{where}: the kind must be one of {', '.join(KINDS)}.")
    if bool(articles) != (cells["kind"] == "covered"):
        raise BadQuestionFile(f"{where}: covered questions name their articles, the others none.")
    return Asked(cells["question"], cells["language"], cells["kind"], articles, cells["style"], cells["must_contain"])
