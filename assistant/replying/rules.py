"""When a person takes over without the assistant being asked: the owner's rules, and when it goes round in circles.

What counts is the stretch since the assistant was last given the conversation: after a hand-back it begins anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from unicodedata import east_asian_width
from urllib.parse import urlsplit

from assistant.knowledge.words import terms_of
from assistant.providers.base import Question
from assistant.providers.builtin.phrases import phrases_for
from assistant.replying.plan import Plan

TIMES = 3
ALIKE = 0.8  # of the words of two questions that both have
FEWEST_WORDS = 2  # "Hello?" may be said again
FOUND_NOTHING = "the assistant found no answer"


@dataclass(frozen=True, slots=True)
class Situation:
    """`unsure`: of the answers since the assistant was last given the conversation, whether each found nothing.

    `page` is the address that the visitor looks at; `is_somebody_here` of the staff; `was_handed_back` by them.
    """

    unsure: Sequence[bool] = ()
    page: str = ""
    is_somebody_here: bool = False
    was_handed_back: bool = False


def reason_to_hand_off(plan: Plan, question: Question, situation: Situation) -> str:
    """Before anything is looked up; empty if there is none."""
    where = "" if situation.was_handed_back else _where_people_answer(plan, situation)
    if where:
        return where
    word = next((word for word in plan.hand_off_words if _says(question.text, word)), "")
    if word:
        return f'the owner\'s rule "{word}"'
    if plan.most_turns is not None and len(situation.unsure) >= plan.most_turns:
        return "an answer was given" if plan.most_turns == 1 else f"{plan.most_turns} answers were given"
    if _asked_before(question, len(situation.unsure)) >= TIMES - 1:
        return "the visitor asked the same three times"
    return ""


def reason_if_unsure(plan: Plan, situation: Situation) -> str:
    """With which to hand over in place of saying that nothing was found; empty: a person is only offered."""
    if plan.hands_off_unsure:
        return FOUND_NOTHING
    failed = len(situation.unsure) >= TIMES - 1 and all(situation.unsure[1 - TIMES :])
    return f"{FOUND_NOTHING} three times in a row" if failed else ""


def _where_people_answer(plan: Plan, situation: Situation) -> str:
    """By page and presence; who hands a conversation back wants the assistant there all the same."""
    if plan.people_first and situation.is_somebody_here:
        return "people answer first while somebody is here"
    page = next((page for page in plan.hand_off_pages if _is_on(situation.page, page)), "")
    return f'the owner\'s rule for the page "{page}"' if page else ""


def _is_on(address: str, page: str) -> bool:
    """By the path; `page` may be a whole address, and an * stands for anything."""
    wanted, here = (_path_of(one.strip()) for one in (page, address))
    pattern = ".*".join(re.escape(part) for part in wanted.split("*"))
    return bool(address) and bool(page.strip()) and re.fullmatch(pattern, here) is not None


def _path_of(address: str) -> str:
    try:
        path = urlsplit(address).path
    except ValueError:  # a visitor's page may claim anything, "http://[" included
        path = address
    return path.rstrip("/").casefold() or "/"


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
