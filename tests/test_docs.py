"""What people and programs may meet is written down: nothing that exists is missing in docs/."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from chatplatform.environment import Environment
from chatplatform.figures import FIGURES
from chatplatform.management.commands.write_metrics import counted
from chatplatform.refusal_codes import CODES
from conversations import closings, protocol
from conversations.api.errors import CODES as CODES_OF_STATUS
from conversations.errors import Code
from integrations.models import Event

PROJECT = Path(__file__).resolve().parents[1]
DOCS = PROJECT / "docs"
APPS = [file.parent for file in PROJECT.glob("*/apps.py")]
UNIONS = (protocol.VisitorCommand, protocol.DashboardCommand, protocol.VisitorFrame, protocol.DashboardFrame)


def sources() -> list[Path]:
    return [file for app in APPS for file in app.rglob("*.py") if "migrations" not in file.parts]


def test_every_setting_is_documented() -> None:
    rows = first_column(DOCS / "settings.md")
    assert {name.upper() for name in Environment.model_fields} <= rows


def test_every_metric_is_documented() -> None:
    rows = first_column(DOCS / "operators" / "metrics.md")
    assert {name for name, *_ in counted()} <= {row.removesuffix("_total") for row in rows}
    assert FIGURES.keys() <= rows


def test_every_command_is_documented() -> None:
    there = {file.stem for app in APPS for file in (app / "management" / "commands").glob("[a-z]*.py")}
    assert "doctor" in there
    assert there <= first_column(DOCS / "reference.md")


def test_every_make_target_is_documented() -> None:
    targets = re.findall(r"^([a-z][a-z-]*):.*##", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert "backup" in targets
    pages = "".join(file.read_text() for file in [*DOCS.rglob("*.md"), *PROJECT.glob("*.md")])
    assert set(targets) <= set(re.findall(r"make ([a-z][a-z-]*)", pages))


@pytest.mark.slow
def test_every_refusal_code_is_documented_and_no_other() -> None:
    used = set(codes_in_sources()) | set(get_args(Code)) | set(get_args(protocol.RejectCode))
    used |= set(CODES_OF_STATUS.values()) | {value[1] for name, value in vars(closings).items() if name.isupper()}
    assert used == CODES.keys()
    assert CODES.keys() <= first_column(DOCS / "reference.md")


def test_every_close_code_is_documented() -> None:
    rows = first_column(DOCS / "reference.md", quoted=False)
    assert {str(value[0]) for name, value in vars(closings).items() if name.isupper()} <= rows


@pytest.mark.parametrize("union", UNIONS)
def test_every_command_and_event_of_sockets_is_documented(union: object) -> None:
    forms = get_args(get_args(union)[0])
    assert len(forms) > 5
    for form in forms:
        assert form.model_fields["type"].default in first_column(DOCS / "reference.md")
        assert form.__doc__, f"{form.__name__} says nothing"


def test_every_key_of_the_inbox_is_documented() -> None:
    commands = (PROJECT / "frontend" / "inbox" / "inbox_commands.ts").read_text()
    keys = {key for listed in re.findall(r"keys: \[(.+?)\], run", commands) for key in re.findall(r"'(.+?)'", listed)}
    assert {"j", "$mod+k", "g i", "["} <= keys
    page = (DOCS / "agents.md").read_text().partition("## Keys")[2]
    shown = {part for cell in re.findall(r"^\| (.+?) \|", page, re.MULTILINE) for part in re.findall("`(.+?)`", cell)}
    assert {as_printed(key.removeprefix("g ")) for key in keys} <= shown


def test_every_state_is_among_the_pictures() -> None:
    shown = set(re.findall(r"\]\((images/.+?)\)", (DOCS / "pictures.md").read_text()))
    there = {str(file.relative_to(DOCS)) for file in (DOCS / "images").glob("*/*-light.*")}
    assert len(there) > 70
    assert there == shown


def as_printed(key: str) -> str:
    """A binding of the keyboard as the page shows it."""
    names = {"ArrowDown": "↓", "ArrowUp": "↑", "Escape": "Esc", "$mod": "⌘/Ctrl", "[Shift]+?": "?"}
    if key in names:
        return names[key]
    return " ".join(names.get(part, part.upper() if len(part) == 1 else part) for part in key.split("+"))


def test_every_event_of_webhooks_is_documented() -> None:
    names = {event.value for event in Event}
    assert names
    assert names <= first_column(DOCS / "webhooks.md")


def test_every_page_of_the_docs_is_found_from_their_first() -> None:
    """By links, over as many pages as it takes."""
    found, left = set[Path](), [DOCS / "README.md"]
    while left:
        page = left.pop()
        found.add(page)
        linked = {(page.parent / name).resolve() for name in re.findall(r"\]\(([^)#:]+\.md)", page.read_text())}
        missing = [str(one) for one in linked if not one.is_file()]
        assert not missing, f"{page.relative_to(PROJECT)} leads to {missing}"
        left += [one for one in linked if one not in found and one not in left]
    assert {str(one.relative_to(DOCS)) for one in set(DOCS.rglob("*.md")) - found} == set()


def first_column(file: Path, quoted: bool = True) -> set[str]:
    """What stands first in the rows of a page's tables."""
    cell = r"^\| `([^`]+)`" if quoted else r"^\| ([^|` ]+) \|"
    return set(re.findall(cell, file.read_text(), re.MULTILINE))


def codes_in_sources() -> Iterator[str]:
    """Classes' `code`, and what `error_body` and `error_page` are called with."""
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef):
                yield from (code for one in node.body for code in code_of_class(one))
            elif isinstance(node, ast.Call) and name_of(node.func) in ("error_body", "error_page") and node.args:
                yield from texts_of(node.args[0])


def code_of_class(statement: ast.stmt) -> Iterator[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    value = getattr(statement, "value", None)
    if any(name_of(one) == "code" for one in targets) and isinstance(value, ast.Constant) and is_text(value):
        yield str(value.value)


def texts_of(argument: ast.expr) -> Iterator[str]:
    """Of `a if test else b` the two, and not what the test compares with."""
    chosen = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    yield from (str(one.value) for one in chosen if isinstance(one, ast.Constant) and is_text(one))


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def name_of(node: ast.AST | None) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")
