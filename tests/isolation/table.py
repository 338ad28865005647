"""The table of who may do what: one row for an address, a command or a group, one letter for each actor."""

from __future__ import annotations

import os
from pathlib import Path

FILE = Path(__file__).parent / "table.txt"
ACTORS = ("nobody", "vera", "victor", "dora", "ben", "cleo", "ada", "mallory")
WIDTH = 8
LEGEND = """\
# Who may do what. Vera visits Acme's website and has a conversation there; Victor visits it, too. Ada owns Acme, Cleo
# is its admin, Ben an agent; Dora is an agent of Acme who sees another website of it only; Mallory owns Globex.
# What stands in angle brackets is Vera's, or her website's, or Acme's.
#
#   +  it is done, or shown          !  let through, and told what is wrong with what was sent
#   l  has to log in first           -  may not do this
#   0  is told that there is none    x  there is no such method
#
# Asked for without what they need: forms of pages come empty, log-ins without a password, previews without a draft. No
# mail is sent here, so Vera gets no transcript; agents tend labels, as far as they see every website that has them. On
# its page Ada would give away what she has given away over the API before.
#
# A group of the channel layer: + hears what is told there. Every row is judged by hand; tests/test_isolation.py walks.
"""


def read() -> dict[str, str]:
    """The letters of each row, in the order of ACTORS."""
    rows = {}
    for line in FILE.read_text().splitlines():
        if line.strip() and not line.startswith(("#", " ")):
            *words, letters = line.rsplit(maxsplit=len(ACTORS) - 1)[0].rsplit(maxsplit=1)
            name = words[0]
            rows[" ".join(name.split())] = letters + "".join(line.split()[-len(ACTORS) + 1 :])
    return rows


def named(row: object) -> str:
    return " ".join(str(row).split())


def write(found: dict[str, str]) -> None:
    """The walk as it went, to be judged: WRITE_ISOLATION=1."""
    widest = max(map(len, found), default=0) + 2
    head = " " * widest + "".join(f"{actor:<{WIDTH}}" for actor in ACTORS)
    lines = [f"{name:<{widest}}" + "".join(f"{letter:<{WIDTH}}" for letter in row) for name, row in found.items()]
    FILE.write_text("\n".join([LEGEND, head.rstrip(), *(line.rstrip() for line in lines), ""]))


def is_to_be_written() -> bool:
    return bool(os.environ.get("WRITE_ISOLATION"))
