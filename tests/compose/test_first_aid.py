"""No command of first aid that was not typed on a real engine, as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

OPERATORS = Path(__file__).resolve().parents[2] / "docs" / "operators"
PLACEHOLDER = re.compile(r"<\w+>|…|(?<==)\d+")
ANY = r"\S+"
NOT_FOR_OPERATORS = "make test-"  # it makes servers of its own


def commands_of(page: str) -> set[str]:
    found = set(re.findall(r"`((?:docker|make) [^`\n]+)`", page))
    return {one for one in found if not one.startswith(NOT_FOR_OPERATORS)}


def test_every_command_of_first_aid_was_typed_in_the_proof() -> None:
    typed = re.findall(r"^\$ (.*)$", (OPERATORS / "proof.md").read_text(), re.MULTILINE)
    commands = commands_of((OPERATORS / "first-aid.md").read_text())
    assert len(commands) > 20
    assert [one for one in sorted(commands) if not was_typed(one, typed)] == []


def was_typed(command: str, typed: list[str]) -> bool:
    """With a value for what stands for one. What `make` is given may stand among more, such as PRODUCTION=1."""
    wanted = patterns(command)
    for line in typed:
        if not command.startswith("make "):
            if re.fullmatch(" ".join(wanted), line):
                return True
        elif line.split()[:2] == command.split()[:2]:
            given = line.split()[2:]
            if all(any(re.fullmatch(one, word) for word in given) for one in wanted[2:]):
                return True
    return False


def patterns(command: str) -> list[str]:
    """One for each word."""
    return [ANY.join(map(re.escape, PLACEHOLDER.split(word))) for word in command.split(" ")]


@pytest.mark.parametrize(
    ("command", "typed", "is_so"),
    [
        ("make restart", "make restart DEMO=1 PRODUCTION=1", True),
        ("make restart", "make restart-all DEMO=1", False),
        ("make restore FILE=…", "make restore FILE=backups/chat-1.zip FORCE=1 DEMO=1 PRODUCTION=1", True),
        ("make scale WORKER=2", "make scale WEB=2 WORKER=1 DEMO=1 PRODUCTION=1", True),
        ("make scale WORKER=2", "make scale WEB=3 DEMO=1 PRODUCTION=1", False),
        ("docker compose logs --tail 20 <service>", "docker compose logs --tail 20 <service>", True),
        ("docker compose logs worker", "docker compose logs worker | grep x", False),
    ],
)
def test_what_counts_as_typed(command: str, typed: str, is_so: bool) -> None:
    assert was_typed(command, [typed]) is is_so
