"""A model's answer: asked with the passages that fit, shown as it grows, and taken as one of four outcomes."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings

from assistant.budgets import tokens_of
from assistant.embeddings.asking import with_meaning
from assistant.providers.base import Outcome, Partial, ProviderFailed, Question, Source, Usage
from assistant.providers.builtin.phrases import phrases_for
from assistant.providers.builtin.provider import wish_for_person
from assistant.providers.claims import CLAIMED, UNCHECKED, cannot_be_checked, is_claimed
from assistant.providers.compatible.concessions import ask_for_less
from assistant.providers.compatible.endpoint import Endpoint
from assistant.providers.compatible.events import UNREADABLE
from assistant.providers.compatible.leaks import Kept
from assistant.providers.compatible.prompt import Manner, Prompt, prompt_for
from assistant.providers.compatible.reading import LONGEST, TOO_LONG, Reading
from assistant.providers.compatible.screen import Screen
from assistant.providers.safe_text import safe_text, without_marks
from foundation.db import db

LONGEST_REASON = 200  # characters
MOST_SOURCES = 3
ROOM = 200  # characters that an offer of ours may add to a text
FAILED_ENDINGS = {
    "length": "the AI endpoint cut its answer off at its limit of tokens",
    "content_filter": "the AI endpoint's content filter stopped the answer",
}


@dataclass(frozen=True, slots=True)
class Compatible:
    endpoint: Endpoint
    manner: Manner = field(default_factory=Manner)
    name: str = "openai-compatible"

    @property
    def model(self) -> str:
        return self.endpoint.model

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        wish = wish_for_person(question, phrases_for(question.language))
        if wish is not None:
            yield replace(wish, usage=Usage(0, 0))
            return
        prompt = await db(prompt_for, await with_meaning(question), self.manner)
        requests = prompt.requests(self.model)
        kept = prompt.kept_from(self.endpoint.key)
        screen, reading = Screen(prompt, kept), Reading()
        asked = tokens_of(json.dumps(requests[0], ensure_ascii=False))
        pause, due = 1 / settings.AI_CHUNKS_PER_SECOND, 0.0
        yield Partial("", reading.used(asked))
        try:
            async with aclosing(self._read(reading, requests)) as pieces:
                async for _ in pieces:
                    if reading.ended or time.monotonic() < due:  # fifty answers at once have a lot of pieces
                        continue
                    due = time.monotonic() + pause
                    yield Partial(screen.shown(reading.said()), reading.used(asked))
        except ProviderFailed:
            yield Partial("", reading.used(asked))
            raise
        yield Partial("", reading.used(asked))  # before it is judged: what cannot be shown is paid for, too
        yield _outcome(prompt, kept, reading, reading.used(asked))

    async def _read(self, reading: Reading, requests: Sequence[dict[str, Any]]) -> AsyncGenerator[None]:
        """Take the answer in, piece by piece."""
        finished = False
        async with aclosing(ask_for_less(self.endpoint, "answer", requests)) as events:
            try:
                async for event in events:
                    reading.take(event)
                    finished = bool(reading.ended)
                    yield
                    if event.last:
                        break
            except ProviderFailed:
                if not finished:  # what is wrong after the end takes nothing from an answer
                    raise
        if not reading.ended:
            broken = reading.content or reading.arguments
            raise ProviderFailed("the AI endpoint broke off in the middle of its answer" if broken else UNREADABLE)


def _outcome(prompt: Prompt, kept: Kept, reading: Reading, usage: Usage) -> Outcome:
    if reading.ended in FAILED_ENDINGS:
        raise ProviderFailed(FAILED_ENDINGS[reading.ended])
    said = reading.said()
    used = tuple((one.passage_id, round(one.score, 4)) for one in prompt.passages)
    if said.kind == "hand_off":
        return Outcome("hand_off", reason=_reason(prompt, kept, said.reason), used=used, usage=usage)
    text, marks = without_marks(said.text, len(prompt.passages))
    text = safe_text(text, prompt.hosts, prompt.known()).strip()
    if len(text) > LONGEST - ROOM:
        raise ProviderFailed(TOO_LONG)
    leaks = kept.is_in(said.text)
    if said.kind == "no_answer" or leaks:
        if prompt.question.if_unsure:
            return Outcome("hand_off", reason=prompt.question.if_unsure, used=used, usage=usage, is_unsure=True)
        phrases = phrases_for(prompt.question.language)
        own = text if text and not leaks else phrases.nothing
        return Outcome("no_answer", f"{own} {phrases.offer}", used=used, usage=usage)
    if not text or said.kind is None:
        raise ProviderFailed("the AI endpoint's answer was empty")
    if is_claimed(text):
        return Outcome("hand_off", reason=CLAIMED, used=used, usage=usage)
    sources = _sources(prompt, [*said.sources, *marks]) if said.kind == "answer" else ()
    if not sources and cannot_be_checked(text):
        return Outcome("hand_off", reason=UNCHECKED, used=used, usage=usage)
    return Outcome(said.kind, text, sources, used=used, usage=usage)


def _reason(prompt: Prompt, kept: Kept, given: str) -> str:
    """For the staff: in one line, and as the model's own words."""
    words = "" if kept.is_in(given) else safe_text(" ".join(given.split()), prompt.hosts, prompt.known())
    return f"the assistant says: {words[:LONGEST_REASON]}" if words else "the assistant asked for a person"


def _sources(prompt: Prompt, numbers: list[int]) -> tuple[Source, ...]:
    """The articles it names, each once; one that cannot be visited by its title."""
    named = [prompt.passages[number - 1] for number in numbers if 0 < number <= len(prompt.passages)]
    found = {one.url or one.title: Source(one.title, one.url) for one in named}
    return tuple(found.values())[:MOST_SOURCES]
