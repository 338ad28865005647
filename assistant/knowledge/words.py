"""Text made ready for searching: what Postgres would split or glue wrongly, and words to hold typos against."""

from __future__ import annotations

import re

SHORTEST_CORRECTED = 4  # shorter words have too many neighbours
LONGEST_WORD = 40
MARKUP = re.compile(r"[*_`#>|~\x00]+|\]\([^)\s]*\)|!?\[")
HYPHENATED = re.compile(r"\b(\w+)[-‐‑](\w+)\b")
TERM = re.compile(r"\d+(?:[.,]\d+)+|\w+(?:[-‐‑]\w+)*")
CONTRACTED = re.compile(r"(?i)\b(ca|wo|\w+)n't\b|'(?:s|re|ve|ll|d|m)\b")
WHOLE = {"ca": "can", "wo": "will"}


def searchable(text: str) -> str:
    """Without Markdown marks; `2FA/PIN` as two words; `e-mail` also as `email`."""
    return HYPHENATED.sub(r"\1-\2 \1\2", _plain(text))


def terms_of(text: str) -> list[tuple[str, ...]]:
    """What the text speaks of, in lower case, each once; a hyphenated word is one term that can be written in ways."""
    return list(dict.fromkeys(_spellings(word) for word in spoken_words(text)))


def spoken_words(text: str) -> list[str]:
    """The words one after the other, in lower case and without contractions."""
    return TERM.findall(CONTRACTED.sub(_uncontracted, _plain(text)).lower())


def words_of(text: str) -> set[str]:
    """Every word of the text in every spelling that searching knows."""
    words = {word for term in terms_of(text) for word in term}
    return {word for word in words if 1 < len(word) <= LONGEST_WORD}


def shapes_of(word: str) -> list[str]:
    """The word, and the word without each one of its letters. Words one edit apart share a shape; few others do."""
    return sorted({word, *(word[:at] + word[at + 1 :] for at in range(len(word)))})


def one_edit_apart(one: str, other: str) -> bool:
    """Whether a letter more, less or different, or two neighbours swapped, is all the difference."""
    start = _alike_from_the_start(one, other)
    one, other = one[start:], other[start:]
    end = _alike_from_the_start(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    return (len(one) <= 1 and len(other) <= 1) or (len(one) == 2 and one == other[::-1])


def _alike_from_the_start(one: str, other: str) -> int:
    return next(
        (at for at, (mine, its) in enumerate(zip(one, other, strict=False)) if mine != its), min(len(one), len(other))
    )


def _plain(text: str) -> str:
    return MARKUP.sub(" ", text).replace("/", " ").replace("’", "'")


def _spellings(term: str) -> tuple[str, ...]:
    parts = re.split("[-‐‑]", term)
    return (term,) if len(parts) == 1 else ("".join(parts), *parts)


def _uncontracted(match: re.Match[str]) -> str:
    start = match[1] or ""
    return WHOLE.get(start.lower(), start)
