"""A question set as a CSV file, in and out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from assistant.models import Expectation
from audit.recording import record

COLUMNS = ("question", "source", "must_contain", "must_refuse")
MOST = 500  # questions of a website: each is asked again after every change
LARGEST = 1_000_000  # bytes of a file
YES = {"1", "yes", "true", "x", "y"}
NO = {"", "0", "no", "false", "n"}


class BadFile(Exception):
    """Says which line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Imported:
    made: int
    changed: int


def import_questions(website_id: int, data: bytes) -> Imported:
    """All of them or none; a question that is there already is changed. Raises BadFile."""
    rows = _rows(data)
    known = {one.question: one for one in Expectation.objects.for_website(website_id)}
    if len(known.keys() | {row.question for row in rows}) > MOST:
        raise BadFile(f"A website can have {MOST} questions.")
    with transaction.atomic():
        for row in rows:
            row.website_id = website_id
            row.pk = known[row.question].pk if row.question in known else None
            if row.pk is not None:
                row.created_at = known[row.question].created_at
            row.save()
        record("questions.imported", website=website_id, count=len(rows))
    changed = sum(row.question in known for row in rows)
    return Imported(len(rows) - changed, changed)


def export_questions(expectations: Iterable[Expectation]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for one in expectations:
        cells = (one.question, one.source, one.must_contain)
        writer.writerow([*map(harmless, cells), "yes" if one.must_refuse else ""])
    return file.getvalue()


def harmless(cell: str) -> str:
    """A spreadsheet takes what begins so for a formula and runs it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def _rows(data: bytes) -> list[Expectation]:
    if len(data) > LARGEST:
        raise BadFile("The file is larger than one megabyte.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("The file is not UTF-8: save it as “CSV UTF-8”.") from None
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    names = [name.strip().lower() for name in rows.fieldnames or []]
    if "question" not in names or not set(names) <= set(COLUMNS) or len(set(names)) < len(names):
        raise BadFile(f"The first line must name the columns: {', '.join(COLUMNS)}. Only question is needed.")
    rows.fieldnames = names
    try:
        found = {row.question: row for row in (_row(cells, rows.line_num) for cells in rows)}
    except csv.Error as error:
        raise BadFile(f"Line {rows.line_num}: {error}.") from None
    if not found:
        raise BadFile("There is no question in the file.")
    return list(found.values())


def _row(cells: dict[str | None, str | None], line: int) -> Expectation:
    if None in cells:
        raise BadFile(f"Line {line}: there are more cells than columns.")
    given = {name: " ".join((cells.get(name) or "").split()) for name in COLUMNS}
    if not given["question"]:
        raise BadFile(f"Line {line}: the question is missing.")
    for name in COLUMNS[:3]:
        if len(given[name]) > 500 or "\0" in given[name]:
            raise BadFile(f"Line {line}: {name} is longer than 500 characters, or unreadable.")
    refuse = given["must_refuse"].lower()
    if refuse not in YES | NO:
        raise BadFile(f"Line {line}: must_refuse is yes, or empty.")
    if refuse in YES and (given["source"] or given["must_contain"]):
        raise BadFile(f"Line {line}: what must be refused has neither a source nor words to contain.")
    return Expectation(**{name: given[name] for name in COLUMNS[:3]}, must_refuse=refuse in YES)
