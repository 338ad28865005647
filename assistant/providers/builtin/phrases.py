"""Every sentence the built-in assistant says by itself, and what it understands without looking anything up."""

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


_PERSON = (
    r"(?:(?:real|live|actual)\s+)?(?:human(?:\s+being)?|person|people|agent|representative|operator|adviser|advisor)"
)
_SOMEBODY = (
    rf"(?:(?:a|an|the|your|some|one\s+of\s+your)\s+)?(?:{_PERSON}|someone|somebody|staff|team|support|employee)s?"
)


def _whole(pattern: str) -> re.Pattern[str]:
    """The message says this and nothing else, apart from marks and emoji."""
    return re.compile(rf"\W*(?:{pattern})\W*", re.IGNORECASE)


PHRASES = {
    "en": Phrases(
        greeting="Hello! What would you like to know?",
        thanks="You're welcome! Is there anything else?",
        goodbye="Goodbye, and thank you for writing!",
        found="I'm not sure that this answers your question, but this is what I found:",
        nothing="I don't know. I answer only from our help pages, and found nothing about this there.",
        offer="Would you like to talk to a person?",
        says_hello=_whole(
            r"(?:hi+|hello+|hey+|hiya|howdy|good\s+(?:morning|day|afternoon|evening))(?:\W+(?:there|all|everyone|again))?"
        ),
        says_thanks=_whole(
            r"(?:(?:ok(?:ay)?|great|perfect|super|cool|nice|no|yes)\W+)*(?:many\s+)?(?:thanks|thank\s+you|thx|cheers)"
            r"(?:\W+(?:you|so|very|much|a|lot|again|for|your|the|help|that'?s|all|it|was|great))*"
        ),
        says_goodbye=_whole(
            r"(?:good)?\s*bye(?:\W*bye)?|see\s+you(?:\W+(?:later|soon))?|have\s+a\s+(?:nice|good)\s+day"
        ),
        says_yes=_whole(
            r"(?:yes|yeah|yep|sure|ok(?:ay)?|please|please\s+do|of\s+course|gladly|i\s+would)(?:\W+please)?"
        ),
        wants_person=re.compile(
            rf"^\W*{_PERSON}(?:\W+please)?\W*$"
            rf"|\b(?:talk|speak|chat)\s+(?:to|with)\s+{_SOMEBODY}\b"
            rf"|\b(?:want|need|like|prefer|(?:get|give)\s+me|(?:connect|transfer)\s+me\s+(?:to|with)|put\s+me\s+through\s+to)"
            rf"\s+(?:to\s+)?(?:an?\s+|the\s+|your\s+)?{_PERSON}\b",
            re.IGNORECASE,
        ),
    )
}


def phrases_for(language: str) -> Phrases:
    """English where a language is still missing."""
    return PHRASES.get(language.split("-")[0].lower(), PHRASES["en"])
