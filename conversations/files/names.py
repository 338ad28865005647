"""What a file is called: what its sender called it, without what could deceive or confuse."""

from __future__ import annotations

import unicodedata

LONGEST = 120
FORBIDDEN = frozenset('<>:"|?*\\/')  # no file system of those that will save it takes all of them


def safe_name(given: str, extension: str) -> str:
    """The last part of a path, with `extension` at its end. Nothing of it is invisible or turns the reading direction.

    `photo\\u202egnp.exe` would be read as `photoexe.png`.
    """
    last = given.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter not in FORBIDDEN and unicodedata.category(letter)[0] != "C")
    stem, dot, ending = shown.strip(" .").rpartition(".")
    if not dot or len(ending) > 8:
        stem = shown.strip(" .")
    return f"{stem.strip(' .')[: LONGEST - len(extension)] or 'file'}{extension}"
