"""Other words for what somebody asks: `synonyms/<language>.txt`, words of customers and shops in general."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.knowledge.languages import base_of
from assistant.knowledge.vocabulary import lexemes_of
from assistant.knowledge.words import spoken_words

FOLDER = Path(__file__).parent / "synonyms"
FORM, SYNONYM = 1.0, 0.75  # how well another form, or another word, says it
BETWEEN = r"(?: [^ ]+){0,2} "  # "send it back", "give those boots back"
Kin = dict[str, float]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Several words that mean one thing."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]
    kin: Kin


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """`kin` has, for a lexeme, the lexemes that may stand for it and how well each does."""

    kin: dict[str, Kin]
    phrases: tuple[Phrase, ...]

    def phrases_in(self, spoken: str) -> list[Phrase]:
        return [phrase for phrase in self.phrases if phrase.pattern.search(f" {spoken} ")]


@cache
def thesaurus_for(language: str) -> Thesaurus:
    """Empty for a language that has none. Its words are kept as that language's index has them."""
    groups = _groups(base_of(language))
    single = sorted({word for _, members in groups for member in members if len(member) == 1 for word in member})
    lexemes = lexemes_of(language, single)
    kin: dict[str, Kin] = {}
    phrases: dict[tuple[str, ...], Kin] = {}
    for worth, members in groups:
        its = {lexeme: worth for member in members if len(member) == 1 for lexeme in lexemes[member[0]]}
        for lexeme in its:
            _merge(kin.setdefault(lexeme, {}), its)
        for member in members:
            if len(member) > 1:
                _merge(phrases.setdefault(member, {}), its)
    for lexeme, its in kin.items():
        its.pop(lexeme, None)
    return Thesaurus(kin, tuple(Phrase(_pattern(words), words, its) for words, its in phrases.items()))


def _groups(language: str) -> list[tuple[float, list[tuple[str, ...]]]]:
    """Each with what its words are worth for each other; a member is one word or a phrase."""
    path = FOLDER / f"{language}.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [
        (FORM if line.startswith("=") else SYNONYM, [tuple(spoken_words(one)) for one in line.lstrip("= ").split(",")])
        for line in lines
        if line and not line.startswith("#")
    ]


def _merge(kin: Kin, other: Kin) -> None:
    for lexeme, worth in other.items():
        kin[lexeme] = max(worth, kin.get(lexeme, 0))


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f" {BETWEEN.join(map(re.escape, words))} ")
