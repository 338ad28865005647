"""Questions that ask the same, found by the words that they share.

Two questions belong together when at least half of the words of both are in both: words as the index has them, without
stop words and words of asking. Each is held against the first question of every group, oldest first, so that the same
questions always come to the same groups, and a group does not wander off from what began it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant.knowledge.languages import words_of_asking
from assistant.knowledge.vocabulary import lexemes_of
from assistant.knowledge.words import words_of
from assistant.unanswered.gathering import Unanswered

ALIKE = 0.5

Words = frozenset[str]


@dataclass(slots=True)
class Group:
    """The oldest first."""

    words: Words
    questions: list[Unanswered] = field(default_factory=list)

    @property
    def latest(self) -> Unanswered:
        return self.questions[-1]

    @property
    def last_asked_at(self) -> datetime:
        return self.latest.asked_at

    @property
    def wordings(self) -> list[str]:
        """Each once, the latest first."""
        return list(dict.fromkeys(one.text for one in reversed(self.questions)))

    @property
    def staff_answer(self) -> str:
        """The latest that somebody gave by hand."""
        return next((one.staff_answer for one in reversed(self.questions) if one.staff_answer), "")


def grouped(questions: Sequence[Unanswered], language: str) -> list[Group]:
    """What was asked most often first, then what was asked last."""
    groups: list[Group] = []
    for question, words in zip(questions, _words_of(questions, language), strict=True):
        group = next((one for one in groups if _are_alike(one.words, words)), None)
        if group is None:
            group = Group(words)
            groups.append(group)
        group.questions.append(question)
    return sorted(groups, key=lambda one: (-len(one.questions), -one.last_asked_at.timestamp()))


def _words_of(questions: Sequence[Unanswered], language: str) -> list[Words]:
    """A question of nothing but stop words is its own text."""
    asking = words_of_asking(language)
    spoken = [words_of(one.text) - asking for one in questions]
    lexemes = lexemes_of(language, sorted(set().union(*spoken))) if spoken else {}
    found = [frozenset(lexeme for word in words for lexeme in lexemes[word]) for words in spoken]
    return [words or frozenset([one.text]) for one, words in zip(questions, found, strict=True)]


def _are_alike(one: Words, other: Words) -> bool:
    return len(one & other) >= ALIKE * len(one | other)
