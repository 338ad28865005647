"""English."""

from __future__ import annotations

import re

from assistant.providers.builtin.phrases.base import Phrases, whole

_PERSON = (
    r"(?:(?:real|live|actual)\s+)?(?:human(?:\s+being)?|person|people|agent|representative|operator|adviser|advisor)"
)
_SOMEBODY = (
    rf"(?:(?:a|an|the|your|some|one\s+of\s+your)\s+)?(?:{_PERSON}|someone|somebody|staff|team|support|employee)s?"
)


ENGLISH = Phrases(
    greeting="Hello! What would you like to know?",
    thanks="You're welcome! Is there anything else?",
    goodbye="Goodbye, and thank you for writing!",
    found="I'm not sure that this answers your question, but this is what I found:",
    nothing="I don't know. I answer only from our help pages, and found nothing about this there.",
    offer="Would you like to talk to a person?",
    says_hello=whole(
        r"(?:hi+|hello+|hey+|hiya|howdy|good\s+(?:morning|day|afternoon|evening))(?:\W+(?:there|all|everyone|again))?"
    ),
    says_thanks=whole(
        r"(?:(?:ok(?:ay)?|great|perfect|super|cool|nice|no|yes)\W+)*(?:many\s+)?(?:thanks|thank\s+you|thx|cheers)"
        r"(?:\W+(?:you|so|very|much|a|lot|again|for|your|the|help|that'?s|all|it|was|great))*"
    ),
    says_goodbye=whole(r"(?:good)?\s*bye(?:\W*bye)?|see\s+you(?:\W+(?:later|soon))?|have\s+a\s+(?:nice|good)\s+day"),
    says_yes=whole(r"(?:yes|yeah|yep|sure|ok(?:ay)?|please|please\s+do|of\s+course|gladly|i\s+would)(?:\W+please)?"),
    wants_person=re.compile(
        rf"^\W*{_PERSON}(?:\W+please)?\W*$"
        rf"|\b(?:talk|speak|chat)\s+(?:to|with)\s+{_SOMEBODY}\b"
        rf"|\b(?:want|need|like|prefer|(?:get|give)\s+me|(?:connect|transfer)\s+me\s+(?:to|with)|put\s+me\s+through\s+to)"
        rf"\s+(?:to\s+)?(?:an?\s+|the\s+|your\s+)?{_PERSON}\b",
        re.IGNORECASE,
    ),
)
