"""What a language needs of sentences of its own, and of patterns by which a visitor is understood."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language. `offer` is what a plain "yes" accepts, so every text that offers a person ends with it."""

    greeting: str
    thanks: str
    goodbye: str
    found: str
    nothing: str
    offer: str
    says_hello: re.Pattern[str]
    says_thanks: re.Pattern[str]
    says_goodbye: re.Pattern[str]
    says_yes: re.Pattern[str]
    wants_person: re.Pattern[str]


def whole(pattern: str) -> re.Pattern[str]:
    """The message says this and nothing else, apart from marks and emoji."""
    return re.compile(rf"\W*(?:{pattern})\W*", re.IGNORECASE)
