"""The answer while it is being written: shown as it grows, not faster than eyes and sockets can follow.

How far it has come is kept in the answer's row every second, so that when this worker dies, whoever does the job again
knows what was shown and what it cost.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from uuid import UUID

from assistant.providers.base import Outcome, Provider, ProviderFailed, Question, Usage
from assistant.replying.records import Job, keep_partial
from conversations.actions.replies import show_chunk, show_typing
from foundation.db import db
from foundation.logs import log

logger = log(__name__)
CHUNK_GAP = 1 / 20  # seconds: the protocol's "at most about 20 per second"
KEEP_GAP = 1.0  # seconds
SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
CUT = " …"


Afford = Callable[[Usage], Awaitable[None]]


class Draft:
    """`afford` raises ProviderFailed when no more may be used. `longest`: how many characters are shown; None: all."""

    def __init__(self, job: Job, message_id: UUID, afford: Afford, longest: int | None = None) -> None:
        self.job, self.message_id, self.afford, self.longest = job, message_id, afford, longest
        self.used = Usage()
        self.began = time.monotonic()
        self.first_chunk_ms: int | None = None
        self.text = ""  # as far as it was shown
        self._next_chunk_at, self._keep_at, self._chunks = 0.0, self.began + KEEP_GAP, 0
        self._keeping: asyncio.Task[None] | None = None

    async def write(self, provider: Provider, question: Question) -> Outcome:
        """Show the answer as it comes; its outcome. Raises what the provider raises."""
        try:
            await show_typing(self.job.conversation_id, self.job.epoch, True)
            outcome = await self._write(provider, question)
        finally:
            if self._keeping is not None:
                self._keeping.cancel()
                await asyncio.gather(self._keeping, return_exceptions=True)
        if outcome is None or (outcome.kind != "hand_off" and not outcome.text.strip()):
            raise ProviderFailed("the assistant ended without an answer")
        outcome = replace(outcome, text=shortened(outcome.text, self.longest))
        if outcome.text and not self._chunks:
            await self._show(outcome.text)
        return outcome

    def milliseconds(self) -> int:
        """Since it was begun."""
        return round((time.monotonic() - self.began) * 1000)

    async def _write(self, provider: Provider, question: Question) -> Outcome | None:
        outcome = None
        async with aclosing(provider.answer(question)) as steps:
            async for step in steps:
                if isinstance(step, Outcome):
                    outcome = step
                    continue
                if step.used.is_known:
                    self.used = step.used
                    await self.afford(step.used)
                if step.text and time.monotonic() >= self._next_chunk_at:
                    await self._show(shortened(step.text, self.longest))
        return outcome

    async def _show(self, text: str) -> None:
        self._next_chunk_at, self.text = time.monotonic() + CHUNK_GAP, text
        await show_chunk(self.job.conversation_id, self.message_id, self.job.epoch, self._chunks, text)
        self._chunks += 1
        if self.first_chunk_ms is None:
            self.first_chunk_ms = self.milliseconds()
        if time.monotonic() >= self._keep_at and (self._keeping is None or self._keeping.done()):
            self._keep_at = time.monotonic() + KEEP_GAP
            self._keeping = asyncio.create_task(self._keep(text))

    async def _keep(self, text: str) -> None:
        """Beside the writing: readers do not wait for it, and an answer needs no Postgres until it is stored."""
        try:
            await db(keep_partial, self.job, self.message_id, text)
        except Exception as error:
            logger.warning("[AI] draft not kept", message=str(self.message_id), error=type(error).__name__)


def shortened(text: str, longest: int | None) -> str:
    """Cut after the last sentence that fits, if there is one, else after the last word."""
    if longest is None or len(text) <= longest:
        return text
    room = text[: longest - len(CUT)]
    ends = [match.end() for match in SENTENCE_END.finditer(room)]
    end = ends[-1] if ends and ends[-1] > longest // 2 else max(room.rfind(" "), longest // 2)
    return room[:end].rstrip() + CUT
