"""Other words for what somebody asks: `synonyms/<language>.txt`, words of customers and shops in general."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.knowledge.languages import base_of
from assistant.knowledge.vocabulary import lexemes_of
from assistant.knowledge.words import one_edit_apart, shapes_of, spoken_words

FOLDER = Path(__file__).parent / "synonyms"
SHORTEST_CORRECTED = 6  # longer than for a website's own words: a stranger's "axes" is not our "taxes"
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
    """`kin` has, for a lexeme, the lexemes that may stand for it and how well each does; `shapes` finds typos."""

    kin: dict[str, Kin]
    phrases: tuple[Phrase, ...]
    shapes: dict[str, list[tuple[str, str]]]

    def phrases_in(self, spoken: str) -> list[Phrase]:
        return [phrase for phrase in self.phrases if phrase.pattern.search(f" {spoken} ")]

    def corrections_of(self, word: str) -> list[str]:
        """Lexemes of its words that are one letter away."""
        if len(word) < SHORTEST_CORRECTED:
            return []
        near = [pair for shape in shapes_of(word) for pair in self.shapes.get(shape, [])]
        return list(dict.fromkeys(lexeme for known, lexeme in near if one_edit_apart(word, known)))


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
        its |= {form: worth for lexeme in its for form, same in kin.get(lexeme, {}).items() if same == FORM}
        for lexeme in its:
            _merge(kin.setdefault(lexeme, {}), its)
        for member in members:
            if len(member) > 1:
                _merge(phrases.setdefault(member, {}), its)
    for lexeme, its in kin.items():
        its.pop(lexeme, None)
    shapes: dict[str, list[tuple[str, str]]] = {}
    for word in single:
        for shape in shapes_of(word) if len(word) >= SHORTEST_CORRECTED and lexemes[word] else []:
            shapes.setdefault(shape, []).append((word, lexemes[word][0]))
    return Thesaurus(kin, tuple(Phrase(_pattern(words), words, its) for words, its in phrases.items()), shapes)


def _groups(language: str) -> list[tuple[float, list[tuple[str, ...]]]]:
    """Each with what its words are worth for each other; a member is one word or a phrase."""
    path = FOLDER / f"{language}.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = [
        (FORM if line.startswith("=") else SYNONYM, [tuple(spoken_words(one)) for one in line.lstrip("= ").split(",")])
        for line in lines
        if line and not line.startswith("#")
    ]
    return sorted(found, key=lambda group: -group[0])  # forms first: a synonym of a word is one of its forms, too


def _merge(kin: Kin, other: Kin) -> None:
    for lexeme, worth in other.items():
        kin[lexeme] = max(worth, kin.get(lexeme, 0))


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f" {BETWEEN.join(map(re.escape, words))} ")
