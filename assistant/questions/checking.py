"""Whether an answer is what was expected of it."""

from __future__ import annotations

from assistant.models import Expectation
from assistant.providers.base import Outcome, Source

PARTED = "|"


def failures_of(expected: Expectation, outcome: Outcome) -> list[str]:
    """What is wrong with it, in words for the owner; nothing when all is well."""
    if expected.must_refuse:
        return ["It answers, though it must not."] if outcome.kind == "answer" else []
    wrong = [] if outcome.kind == "answer" else [NO_ANSWER[outcome.kind]]
    if expected.source and not any(_is(expected.source, source) for source in outcome.sources):
        named = ", ".join(source.title for source in outcome.sources) or "none"
        wrong.append(f"It does not rest on “{expected.source}” (sources: {named}).")
    said = _plain(outcome.text)
    missing = [words.strip() for words in expected.must_contain.split(PARTED) if _plain(words) not in said]
    return wrong + [f"It does not say “{words}”." for words in missing]


NO_ANSWER = {
    "ask": "It asks back, or only shows links.",
    "hand_off": "It hands over to a person.",
    "no_answer": "It says that it does not know.",
}


def _is(expected: str, source: Source) -> bool:
    """By title or address; of an address its end is enough."""
    wanted, url = _plain(expected), source.url.lower().rstrip("/")
    return wanted == _plain(source.title) or url == wanted.rstrip("/") or url.endswith("/" + wanted.strip("/"))


def _plain(text: str) -> str:
    """Without case, emphasis and line breaks, by which a sentence does not change."""
    return " ".join(text.casefold().replace("*", "").replace("`", "").split())
