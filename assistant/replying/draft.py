"""The answer while it is being written: shown as it grows, not faster than eyes and sockets can follow."""

from __future__ import annotations

import time
from contextlib import aclosing
from uuid import UUID

from assistant.providers.base import Outcome, Provider, ProviderFailed, Question
from assistant.replying.records import Job
from conversations.actions.replies import show_chunk, show_typing

CHUNK_GAP = 1 / 20  # seconds: the protocol's "at most about 20 per second"


class Draft:
    def __init__(self, job: Job, message_id: UUID) -> None:
        self.job, self.message_id = job, message_id
        self.began = time.monotonic()
        self.first_chunk_ms: int | None = None
        self._next_chunk_at, self._chunks = 0.0, 0

    async def write(self, provider: Provider, question: Question) -> Outcome:
        """Show the answer as it comes; its outcome. Raises what the provider raises."""
        await show_typing(self.job.conversation_id, self.job.epoch, True)
        outcome = None
        async with aclosing(provider.answer(question)) as steps:
            async for step in steps:
                if isinstance(step, Outcome):
                    outcome = step
                elif step.text and time.monotonic() >= self._next_chunk_at:
                    await self._show(step.text)
        if outcome is None or (outcome.kind != "hand_off" and not outcome.text.strip()):
            raise ProviderFailed("the assistant ended without an answer")
        if outcome.text and not self._chunks:
            await self._show(outcome.text)
        return outcome

    def milliseconds(self) -> int:
        """Since it was begun."""
        return round((time.monotonic() - self.began) * 1000)

    async def _show(self, text: str) -> None:
        self._next_chunk_at = time.monotonic() + CHUNK_GAP
        await show_chunk(self.job.conversation_id, self.message_id, self.job.epoch, self._chunks, text)
        self._chunks += 1
        if self.first_chunk_ms is None:
            self.first_chunk_ms = self.milliseconds()
