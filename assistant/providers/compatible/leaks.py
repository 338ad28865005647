"""Whether a text gives away what must not come out: the rules a model was given, or the key of its endpoint.

Held against letters and digits only, so that spaces, marks and capitals hide nothing, and also read backwards, with
ROT13 undone, and where it looks like base64 or hexadecimal. A translation cannot be known by its letters; the rules
hold a mark for that, which translators copy. See docs/decisions/leaks.md.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

LONGEST_CHANCE = 36  # letters in a row that a text and the rules may share by chance
GLIMPSE = 14  # letters in a row of an unfinished text that may be the beginning of more
MOST_GLIMPSES = 90  # letters in all that stand in pieces of at least a glimpse
SHORTEST_KEY, KEY_WINDOW = 6, 12
WATCHED = 1000  # characters that may have been added since an unfinished text was last looked at
ENCODED = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2}[\s:]?){14,}")


@dataclass(frozen=True, slots=True)
class Kept:
    """`rules` are all that was told to a model apart from the passages, `secrets` what is short and must never come."""

    rules: str
    secrets: tuple[str, ...] = ()

    def is_in(self, text: str) -> bool:
        """Whether a finished text gives something away."""
        return any(self._is_given_away(view) for view in _views(text))

    def may_be_in(self, text: str) -> bool:
        """Whether an unfinished text does, or is about to."""
        plain, *others = _views(text[-WATCHED:])
        glimpses = _pieces(self.rules, GLIMPSE)
        begins = plain[-GLIMPSE:] in glimpses or any(_shares(view, glimpses, GLIMPSE) for view in others)
        return begins or self.is_in(text[-WATCHED:])

    def _is_given_away(self, view: str) -> bool:
        if any(_shares(view, _windows(secret), min(KEY_WINDOW, len(_plain(secret)))) for secret in self.secrets):
            return True
        if _shares(view, _pieces(self.rules, LONGEST_CHANCE), LONGEST_CHANCE):
            return True
        glimpses, covered, end = _pieces(self.rules, GLIMPSE), 0, 0
        for at in range(len(view) - GLIMPSE + 1):
            if view[at : at + GLIMPSE] in glimpses:
                covered += at + GLIMPSE - max(at, end)
                end = at + GLIMPSE
        return covered > MOST_GLIMPSES


def _views(text: str) -> Iterator[str]:
    """What the text says to whom reads it as it is, first; then in other ways."""
    plain = _plain(text)
    yield plain
    yield plain[::-1]
    yield codecs.encode(plain, "rot13")
    joined = re.sub(r"\s+", "", text)
    for run in {*ENCODED.findall(text), *ENCODED.findall(joined)}:
        yield from filter(None, (_plain(_decoded(run[skipped:])) for skipped in range(4)))
    for run in HEXADECIMAL.findall(text):
        yield _plain(bytes.fromhex(re.sub(r"[\s:]", "", run)).decode("utf-8", "ignore"))


def _decoded(run: str) -> str:
    run = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(run[: len(run) // 4 * 4]).decode("utf-8", "ignore")
    except (binascii.Error, ValueError):
        return ""


def _shares(text: str, pieces: frozenset[str], length: int) -> bool:
    return any(text[at : at + length] in pieces for at in range(len(text) - length + 1))


@lru_cache(maxsize=256)
def _pieces(text: str, length: int) -> frozenset[str]:
    plain = _plain(text)
    return frozenset(plain[at : at + length] for at in range(len(plain) - length + 1))


def _windows(secret: str) -> frozenset[str]:
    length = len(_plain(secret))
    return _pieces(secret, min(KEY_WINDOW, length)) if length >= SHORTEST_KEY else frozenset()


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
