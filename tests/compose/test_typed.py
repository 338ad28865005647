"""No command of the pages for bad days that was not typed on a real engine, as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.compose.prove import HEADING, LATER
from tests.compose.transcript import put_among

OPERATORS = Path(__file__).resolve().parents[2] / "docs" / "operators"
PAGES = ("first-aid.md", "upkeep.md", "upgrading.md")
PLACEHOLDER = re.compile(r"<\w+>|…|(?<==)\d+|(?<=chat-)\d\w+(?=\.zip)")
ANY = r"\S+"
INLINE = re.compile(r"`((?:docker |make |git |deploy/[\w-]+\.sh|echo |\(umask)[^`\n]*)`")
BY_HAND = "what make upgrade does, step by step, for who would rather do it by hand"
NOT_TYPED = {
    "make test-faults": "makes servers of its own, without containers",
    "make test-rolling": "the same",
    "make test-slow": "the same",
    "make test-longest": "the same",
    "make restore-drill": "the same",
    "docker image prune": "would take the engine's other images, which are not ours to remove",
    "git rev-parse HEAD > before-upgrade.version": BY_HAND,
    "git pull --ff-only": BY_HAND,
    "deploy/rolling-restart.sh": BY_HAND,
    "make up OBSERVABILITY=1": "typed as the docker compose command that it stands for, on a port that is free",
    "git checkout deploy/prometheus.yml": "only once, from a version in which that file was there",
}


def commands_of(page: str) -> set[str]:
    """Between backticks, and each line of a block for the shell."""
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    lines = [line for block in blocks for line in in_one_line(block).splitlines()]
    in_blocks = {re.sub(r"\s+#.*$| &&$", "", line) for line in lines if line}
    return in_blocks | set(INLINE.findall(re.sub(r"```.*?```", "", page, flags=re.DOTALL)))


def in_one_line(text: str) -> str:
    """What a backslash has spread over several."""
    return re.sub(r"\\\n\s*", "", text)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_page_was_typed_in_the_proof(page: str) -> None:
    typed = re.findall(r"^\$ (.*)$", in_one_line((OPERATORS / "proof.md").read_text()), re.MULTILINE)
    commands = commands_of((OPERATORS / page).read_text())
    assert len(commands) >= 9
    assert [one for one in sorted(commands - NOT_TYPED.keys()) if not was_typed(one, typed)] == []


def test_what_is_not_typed_stands_on_one_of_the_pages() -> None:
    commands = {command for page in PAGES for command in commands_of((OPERATORS / page).read_text())}
    assert NOT_TYPED.keys() <= commands


def test_the_page_begins_as_its_writer_has_it_and_names_no_commit_of_a_clone() -> None:
    """Whatever was written into it by hand would be gone with the next proof."""
    page = (OPERATORS / "proof.md").read_text()
    heading = re.sub(r"\\{\w+\\}", r"[^\\n]+", re.escape(HEADING))
    assert re.match(rf"{heading}({re.escape(LATER)})?\n## ", page)
    assert not re.search(r"HEAD is now at \w", page)


def was_typed(command: str, typed: list[str]) -> bool:
    """With a value for what stands for one, and perhaps with settings before it. What `make` is given may stand among
    more, such as PRODUCTION=1.
    """
    wanted = patterns(command)
    for line in (re.sub(r"^(?:[A-Z_]+=\S* )+", "", one) for one in typed):
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
        ("make restore FILE=backups/chat-2T1Z.zip", "PORT=1 make restore FILE=backups/chat-3T1Z.zip", True),
        ("make scale WORKER=2", "make scale WEB=2 WORKER=1 DEMO=1 PRODUCTION=1", True),
        ("make scale WORKER=2", "make scale WEB=3 DEMO=1 PRODUCTION=1", False),
        ("docker compose logs --tail 20 <service>", "docker compose logs --tail 20 <service>", True),
        ("docker compose logs worker", "docker compose logs worker | grep x", False),
        ("docker compose down --volumes", "PORT=1 PUBLIC_URL= docker compose down --volumes", True),
        ("git stash", "git stash pop", False),
    ],
)
def test_what_counts_as_typed(command: str, typed: str, is_so: bool) -> None:
    assert was_typed(command, [typed]) is is_so


def test_what_is_tried_again_takes_its_place_among_the_rest() -> None:
    page = "# Proof\n\n## One\n\n* old\n\n## Two\n\n* two\n"
    again = put_among(page, "## One\n\n* new\n\n## Between\n\n* more\n")
    assert again == "## One\n\n* new\n\n## Between\n\n* more\n\n## Two\n\n* two\n"
    assert put_among(page, "\n## Three\n") == "## One\n\n* old\n\n## Two\n\n* two\n\n## Three\n"


def test_commands_stand_between_backticks_and_in_blocks() -> None:
    page = "`make up`, `.env`\n\n```sh\nmake backup   # daily\ngit fetch &&\ndocker ps \\\n  --all\n```\n\n`docker ps`"
    assert commands_of(page) == {"make up", "make backup", "git fetch", "docker ps --all", "docker ps"}
