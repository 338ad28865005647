"""What is quoted of a passage: all of it if it is short, else its best paragraphs, unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.knowledge.passages import paragraphs_of
from assistant.knowledge.vocabulary import lexemes_of
from assistant.knowledge.words import words_of
from assistant.retrieval import Found

MOST_WORDS = 120
SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=\S)")


def quote(found: Found, language: str) -> str:
    """Whole paragraphs in their order, so that no exception is cut off from its rule; "…" where some are left out."""
    blocks = paragraphs_of(found.body)
    if _length(blocks) <= MOST_WORDS:
        return found.body
    matches = _matches(blocks, found.lexemes, language)
    chosen = _best(blocks, matches)
    return _joined(blocks, chosen) if chosen else _first_sentences(blocks[matches.index(max(matches))])


def _best(blocks: list[str], matches: list[int]) -> list[int]:
    """The places of the paragraphs that match most, as many as fit."""
    chosen: list[int] = []
    for place in sorted(range(len(blocks)), key=lambda place: (-matches[place], place)):
        if matches[place] and _length([blocks[one] for one in [*chosen, place]]) <= MOST_WORDS:
            chosen.append(place)
    return sorted(chosen)


def _matches(blocks: list[str], lexemes: frozenset[str], language: str) -> list[int]:
    """How many of the question's lexemes each block has."""
    words = [words_of(block) for block in blocks]
    known = lexemes_of(language, sorted(set().union(*words)))
    return [len(lexemes.intersection(lexeme for word in its for lexeme in known[word])) for its in words]


def _joined(blocks: list[str], chosen: list[int]) -> str:
    parts = []
    for before, place in zip([-1, *chosen], chosen, strict=False):
        parts += ["…"] if place > before + 1 and before >= 0 else []
        parts.append(blocks[place])
    return "\n\n".join(parts)


def _first_sentences(block: str) -> str:
    """Of a single paragraph that is too long, as many sentences as fit, but at least one."""
    sentences = SENTENCE.split(block)
    count = 1
    while count < len(sentences) and _length(sentences[: count + 1]) <= MOST_WORDS:
        count += 1
    return " ".join(sentences[:count]) + (" …" if count < len(sentences) else "")


def _length(texts: Iterable[str]) -> int:
    return sum(len(text.split()) for text in texts)
