"""A model asked for a text and nothing but a text, for the staff: no tool, no passages."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from accounts.models import Website
from assistant.budgets import ANSWER_TOKENS, tokens_of
from assistant.providers.base import ProviderFailed, Usage
from assistant.providers.compatible.endpoint import Endpoint, ask
from assistant.providers.compatible.reading import Reading
from assistant.spending import NotAsked, on_budget
from assistant.writing.suggestion import Suggestion

PATIENCE = 45.0  # seconds; somebody is waiting for it


async def write_text(website: Website, endpoint: Endpoint, rules: str, said: str) -> Suggestion:
    """On the website's budget. Cancelled, it lets go of the endpoint."""
    messages = [{"role": "system", "content": rules}, {"role": "user", "content": said}]
    body = {"model": endpoint.model, "messages": messages, "stream": True}
    reading, may_use = Reading(), Usage(tokens_of(len(rules) + len(said)), ANSWER_TOKENS)
    try:
        async with (
            on_budget(website.pk, may_use) as use,
            asyncio.timeout(PATIENCE),
            aclosing(ask(endpoint, body)) as events,
        ):
            async for event in events:
                reading.take(event)
                use.said, use.counted = reading.content, reading.usage or Usage()
                if event.last:
                    break
    except NotAsked as refused:
        return Suggestion(detail=f"No text: {refused}.", by=endpoint.model)
    except ProviderFailed as failed:
        return Suggestion(detail=f"No text: {failed}.", by=endpoint.model)
    except TimeoutError:
        return Suggestion(detail="No text: the AI endpoint did not finish in time.", by=endpoint.model)
    if reading.ended != "stop" or not reading.spoken.strip():
        return Suggestion(detail="No text: the AI endpoint sent nothing that can be used.", by=endpoint.model)
    return Suggestion(reading.spoken.strip(), by=endpoint.model)
