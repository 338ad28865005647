"""What the assistant must not merely say: that a person comes, has come, or writes. A hand-off is done, never told.

Where it says so it is taken at its word: the conversation is handed over, in the system's words, and its own are not
shown. What cannot be read so, because it is in a language of which we know no such sentences, must rest on a passage or
be a question; else it is handed over as well. A wrong hand-off costs little.
"""

from __future__ import annotations

import re

from assistant.providers.claims.known import ARABIC, ENOUGH, WORD, is_known, languages_in
from assistant.providers.claims.sentences import BEGUN_IN, WHOLE_IN

CLAIMED = "the assistant said that a person takes over"
UNCHECKED = "the assistant wrote in a language in which nobody can check what it promises, and named no source"
ENDS = (". ", "! ", "? ", "… ", "؟ ", "۔ ", "。", "！", "？", "\n")
ASKS = re.compile(r"[?؟？⸮;՞]\W*$")  # the semicolon is how Greek asks
FEW_WORDS = 3  # "OK." promises nothing
TELLING = 5  # words by which a language shows
BEGINNING = 200  # characters
LAST = 20  # characters that show whether it asks


def is_claimed(text: str) -> bool:
    """Whether the text says that a person comes, has come or writes."""
    return any(whole.search(text) for whole in WHOLE_IN.values())


def is_claimed_so_far(added: str, text: str) -> bool:
    """The same, quickly, of what was added to an unfinished text, in the languages in which it may have begun."""
    return any(WHOLE_IN[language].search(added) for language in languages_in(text[:BEGINNING]))


def cannot_be_checked(text: str) -> bool:
    """Whether a text that rests on no passage might say so in a language that we do not know."""
    begin, end = text[:ENOUGH], text[-LAST:]
    return len(WORD.findall(begin)) >= FEW_WORDS and not is_known(begin) and ASKS.search(end) is None


def is_too_short_to_tell(text: str) -> bool:
    """Of an unfinished text: whether it has shown too little of its language. Persian begins in Arabic letters."""
    text = text[:ENOUGH]
    return len(WORD.findall(text)) < TELLING and (ARABIC.search(text) is not None or not is_known(text))


def without_begun_claim(text: str) -> str:
    """Of an unfinished text what may be shown: a last sentence that may become a claim waits for its end."""
    begin = max((at + len(end) for end in ENDS if (at := text.rfind(end)) >= 0), default=0)
    may_begin = any(BEGUN_IN[language].search(text, begin) for language in languages_in(text[:BEGINNING]))
    return text[:begin] if may_begin else text
