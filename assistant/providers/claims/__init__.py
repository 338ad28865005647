"""What the assistant must not merely say: that a person comes, has come, or writes. A hand-off is done, never told.

Where it says so it is taken at its word: the conversation is handed over, in the system's words, and its own are not
shown. What cannot be read so, because it is in a language of which we know no such sentences, must rest on a passage or
be a question; else it is handed over as well. A wrong hand-off costs little.
"""

from __future__ import annotations

import re

from assistant.providers.claims.known import ARABIC, WORD, is_known
from assistant.providers.claims.sentences import BEGUN, WHOLE

CLAIMED = "the assistant said that a person takes over"
UNCHECKED = "the assistant wrote in a language in which nobody can check what it promises, and named no source"
ENDS = (". ", "! ", "? ", "… ", "؟ ", "۔ ", "。", "！", "？", "\n")
ASKS = re.compile(r"[?؟？⸮;՞]\W*$")  # the semicolon is how Greek asks
FEW_WORDS = 3  # "OK." promises nothing
TELLING = 5  # words by which a language shows


def is_claimed(text: str) -> bool:
    """Whether the text says that a person comes, has come or writes."""
    return WHOLE.search(text) is not None


def cannot_be_checked(text: str) -> bool:
    """Whether a text that rests on no passage might say so in a language that we do not know."""
    return len(WORD.findall(text)) >= FEW_WORDS and not is_known(text) and ASKS.search(text) is None


def is_too_short_to_tell(text: str) -> bool:
    """Of an unfinished text: whether it has shown too little of its language. Persian begins in Arabic letters."""
    return len(WORD.findall(text)) < TELLING and (ARABIC.search(text) is not None or not is_known(text))


def without_begun_claim(text: str) -> str:
    """Of an unfinished text what may be shown: a last sentence that may become a claim waits for its end."""
    begin = max((at + len(end) for end in ENDS if (at := text.rfind(end)) >= 0), default=0)
    return text[:begin] if BEGUN.search(text, begin) else text
