"""How long a visitor waits for the first words of an answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing

from accounts.models import Website
from assistant.embeddings.meaning import NOTHING_MEANT, Meaning
from assistant.evaluation.questions import Asked
from assistant.providers.base import Question, Turn
from assistant.providers.builtin import BuiltIn
from foundation.db import close_pools
from foundation.outgoing import close_http_clients


def first_chunks(website: Website, questions: Sequence[Asked], *, by_meaning: bool = False) -> list[float]:
    """Seconds from the question to the first chunk, one question after the other. The first is asked twice, to warm."""
    texts = [questions[0].question, *[asked.question for asked in questions]]
    return asyncio.run(_first_chunks(website, texts, None if by_meaning else NOTHING_MEANT))[1:]


async def _first_chunks(website: Website, texts: Sequence[str], meant: Meaning | None) -> list[float]:
    try:
        return [await _first_chunk(Question(website, [Turn("visitor", text)], meant=meant)) for text in texts]
    finally:
        await close_pools()
        await close_http_clients()


async def _first_chunk(question: Question) -> float:
    began = time.perf_counter()
    async with aclosing(BuiltIn().answer(question)) as steps:
        await anext(steps)
    return time.perf_counter() - began
