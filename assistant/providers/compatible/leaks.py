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
from string import ascii_lowercase

LONGEST_CHANCE = 36  # letters in a row that a text and the rules may share by chance
GLIMPSE = 14  # letters in a row of an unfinished text that may be the beginning of more
MOST_GLIMPSES = 90  # letters in all that stand in pieces of at least a glimpse
SHORTEST_KEY, KEY_WINDOW = 6, 12
ENCODED = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
# What an unfinished text ends with and may become something encoded: a very long word, or hexadecimal digits.
LONG_WORD, DIGITS, FEW_DIGITS = 16, "0123456789abcdefABCDEF \n:-", 12
HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2}[\s:-]?){14,}")
# Capitals, small letters and digits in one word: perhaps base64, or the middle of many hexadecimal digits.
ENCODED_WORD = re.compile(r"\b(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)\w{8,}|(?:[0-9a-fA-F]{2}[\s:-]?){14}")
ROT13 = str.maketrans(ascii_lowercase, codecs.encode(ascii_lowercase, "rot13"))


@dataclass(frozen=True, slots=True)
class Kept:
    """`rules` are all that was told to a model apart from the passages, `secrets` what is short and must never come."""

    rules: str
    secrets: tuple[str, ...] = ()

    def is_in(self, text: str) -> bool:
        """Whether a finished text gives something away."""
        return any(self._is_given_away(view) for view in _views(text))

    def is_plainly_in(self, text: str) -> bool:
        """The same of what has been added to an unfinished text, quickly; some that is cut in pieces is missed."""
        views = _views(text) if ENCODED_WORD.search(text) else _letters(text)
        return any(self._may_be_given_away(view) and self._is_given_away(view) for view in views)

    def may_begin_in(self, text: str) -> bool:
        """Whether an unfinished text ends with what may be the beginning of more."""
        glimpses = _pieces(self.rules, GLIMPSE)
        plain, backwards, rotated = _letters(text)
        return plain[-GLIMPSE:] in glimpses or backwards[:GLIMPSE] in glimpses or rotated[-GLIMPSE:] in glimpses

    def _may_be_given_away(self, view: str) -> bool:
        """A run of the longest chance holds one of these, wherever it begins."""
        glimpses = _pieces(self.rules, GLIMPSE)
        places = range(0, len(view) - GLIMPSE + 1, LONGEST_CHANCE - GLIMPSE + 1)
        return any(view[at : at + GLIMPSE] in glimpses for at in places) or self._tells_secret(view)

    def _is_given_away(self, view: str) -> bool:
        if self._tells_secret(view) or _shares(view, _pieces(self.rules, LONGEST_CHANCE), LONGEST_CHANCE):
            return True
        glimpses, covered, end = _pieces(self.rules, GLIMPSE), 0, 0
        for at in range(len(view) - GLIMPSE + 1):
            if view[at : at + GLIMPSE] in glimpses:
                covered += at + GLIMPSE - max(at, end)
                end = at + GLIMPSE
        return covered > MOST_GLIMPSES

    def _tells_secret(self, view: str) -> bool:
        return any(window in view for secret in self.secrets for window in _windows(secret))


def without_unfinished_code(text: str) -> str:
    """Of an unfinished text what can be judged already."""
    word = text[max(text.rfind(" "), text.rfind("\n")) + 1 :]
    if len(word) >= LONG_WORD:
        return text[: -len(word)]
    rest = text.rstrip(DIGITS)
    return rest if len(text) - len(rest) >= FEW_DIGITS else text


def _letters(text: str) -> tuple[str, str, str]:
    """What the text says to whom reads it as it is, backwards, or with ROT13 undone."""
    plain = _plain(text)
    return plain, plain[::-1], plain.translate(ROT13)


def _views(text: str) -> Iterator[str]:
    """The same, and what it says where it is encoded."""
    yield from _letters(text)
    joined = re.sub(r"\s+", "", text)
    for run in {*ENCODED.findall(text), *ENCODED.findall(joined)}:
        yield from filter(None, (_plain(_decoded(run[skipped:])) for skipped in range(4)))
    for run in HEXADECIMAL.findall(text):
        yield _plain(bytes.fromhex(re.sub(r"[\s:-]", "", run)).decode("utf-8", "ignore"))


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
    length = min(KEY_WINDOW, len(_plain(secret)))
    return _pieces(secret, length) if length >= SHORTEST_KEY else frozenset()


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
