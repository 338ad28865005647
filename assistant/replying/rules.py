"""When a person takes over without the assistant being asked: the owner's rules, and when it goes round in circles.

What counts is the stretch since the assistant was last given the conversation: after a hand-back it begins anew.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from itertools import groupby
from unicodedata import east_asian_width

from assistant.knowledge.words import terms_of
from assistant.providers.base import Outcome, Partial, Question
from assistant.providers.builtin.phrases import phrases_for
from assistant.replying.plan import Plan

TIMES = 3
ALIKE = 0.8  # of the words of two questions that both have
FEWEST_WORDS = 2  # "Hello?" may be said again
FOUND_NOTHING = "the assistant found no answer"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The answers since the assistant was last given the conversation: whether each found nothing, oldest first."""

    unsure: Sequence[bool] = ()


class ByRule:
    """Hands over, whatever was asked."""

    name, model = "rules", ""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        yield Outcome("hand_off", reason=self.reason)


def reason_to_hand_off(plan: Plan, question: Question, stretch: Stretch) -> str:
    """Before anything is looked up; empty if there is none."""
    word = next((word for word in plan.hand_off_words if _says(question.text, word)), "")
    if word:
        return f'the owner\'s rule "{word}"'
    if plan.most_turns is not None and len(stretch.unsure) >= plan.most_turns:
        return f"{plan.most_turns} answers were given"
    if _asked_before(question, len(stretch.unsure)) >= TIMES - 1:
        return "the visitor asked the same three times"
    return ""


def reason_if_unsure(plan: Plan, stretch: Stretch) -> str:
    """With which to hand over in place of saying that nothing was found; empty: a person is only offered."""
    if plan.hands_off_unsure:
        return FOUND_NOTHING
    failed = len(stretch.unsure) >= TIMES - 1 and all(stretch.unsure[1 - TIMES :])
    return f"{FOUND_NOTHING} three times in a row" if failed else ""


def _says(text: str, word: str) -> bool:
    """Whole words in whatever case, any space between them; where no spaces are written, anywhere."""
    parts = [re.escape(part) for part in word.casefold().split()]
    if not parts:
        return False
    pattern = r"\s+".join(parts).replace(r"\*", r"\w*")
    before = "" if _is_wide(word[0]) else r"(?<!\w)"
    after = "" if _is_wide(word[-1]) else r"(?!\w)"
    return re.search(before + pattern + after, text.casefold()) is not None


def _is_wide(letter: str) -> bool:
    return east_asian_width(letter) in "WF"


def _asked_before(question: Question, answers: int) -> int:
    """How many of the questions that got these last answers were the same as this one."""
    groups = [
        _words(turns) for speaker, turns in groupby(question.turns, lambda turn: turn.speaker) if speaker == "visitor"
    ]
    phrases, text = phrases_for(question.language), question.text.strip()
    is_talk = any(said.fullmatch(text) for said in (phrases.says_hello, phrases.says_thanks, phrases.says_yes))
    if not groups or is_talk or len(groups[-1]) < FEWEST_WORDS:
        return 0
    now, before = groups[-1], groups[:-1][-answers:] if answers else []
    return sum(len(now & other) >= ALIKE * len(now | other) for other in before)


def _words(turns: object) -> frozenset[tuple[str, ...]]:
    return frozenset(terms_of("\n".join(turn.content for turn in turns)))  # type: ignore[attr-defined]
