"""A model's answer: asked with the passages that fit, shown as it grows, and taken as one of four outcomes."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from django.conf import settings

from assistant.providers.base import Outcome, Partial, ProviderFailed, Question, Source, Usage
from assistant.providers.builtin.phrases import phrases_for
from assistant.providers.builtin.provider import wish_for_person
from assistant.providers.claims import CLAIMED, is_claimed
from assistant.providers.compatible.endpoint import Endpoint, Refused, ask
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


# Endpoints and models that refused the tool, so that each is asked twice only once in the life of a process.
_without_tool: set[tuple[str, str]] = set()


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
        prompt = await db(prompt_for, question, self.manner)
        kept = prompt.kept_from(self.endpoint.key)
        screen = Screen(prompt, kept)
        pause, due = 1 / settings.AI_CHUNKS_PER_SECOND, 0.0
        async with aclosing(self._readings(prompt)) as readings:
            async for reading in readings:
                if reading.ended or time.monotonic() < due:  # fifty answers at once have a lot of pieces
                    continue
                due = time.monotonic() + pause
                partial = screen.shown(reading.said())
                if partial:
                    yield Partial(partial)
        yield _outcome(prompt, kept, reading)

    async def _readings(self, prompt: Prompt) -> AsyncGenerator[Reading]:
        """The answer after each of its pieces. An endpoint that will not have the tool is asked without it."""
        place = (self.endpoint.base_url, self.endpoint.model)
        if place not in _without_tool:
            try:
                async with aclosing(self._asked(prompt, with_tool=True)) as readings:
                    async for reading in readings:
                        yield reading
                return
            except Refused as refused:
                if not refused.plainer:
                    raise
        async with aclosing(self._asked(prompt, with_tool=False)) as readings:
            async for reading in readings:
                _without_tool.add(place)
                yield reading

    async def _asked(self, prompt: Prompt, with_tool: bool) -> AsyncGenerator[Reading]:
        reading, finished = Reading(), False
        async with aclosing(ask(self.endpoint, prompt.body(self.endpoint.model, with_tool))) as events:
            try:
                async for event in events:
                    reading.take(event)
                    finished = bool(reading.ended)
                    yield reading
                    if event.last:
                        break
            except ProviderFailed:
                if not finished:  # what is wrong after the end takes nothing from an answer
                    raise
        if not reading.ended:
            broken = reading.content or reading.arguments
            raise ProviderFailed("the AI endpoint broke off in the middle of its answer" if broken else UNREADABLE)


def _outcome(prompt: Prompt, kept: Kept, reading: Reading) -> Outcome:
    if reading.ended in FAILED_ENDINGS:
        raise ProviderFailed(FAILED_ENDINGS[reading.ended])
    said = reading.said()
    usage = reading.usage or Usage()
    used = tuple((one.passage_id, round(one.rank, 4)) for one in prompt.passages)
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
