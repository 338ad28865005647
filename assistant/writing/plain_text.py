"""A model asked for a text and nothing but a text, for the staff: no tool, no passages."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from accounts.models import Website
from assistant.budgets import ANSWER_TOKENS, tokens_of
from assistant.providers.base import ProviderFailed, Usage
from assistant.providers.compatible.concessions import COUNTED, ask_for_less
from assistant.providers.compatible.endpoint import Endpoint
from assistant.providers.compatible.reading import Reading
from assistant.spending import NotAsked, on_budget
from assistant.writing.suggestion import Suggestion

PATIENCE = 45.0  # seconds; somebody is waiting for it


async def write_text(website: Website, endpoint: Endpoint, rules: str, said: str) -> Suggestion:
    """On the website's budget. Cancelled, it lets go of the endpoint."""
    messages = [{"role": "system", "content": rules}, {"role": "user", "content": said}]
    body = {"model": endpoint.model, "messages": messages, "stream": True}
    reading, asked = Reading(), tokens_of(rules + said)
    try:
        async with (
            on_budget(website.pk, Usage(asked, ANSWER_TOKENS)) as use,
            asyncio.timeout(PATIENCE),
            aclosing(ask_for_less(endpoint, "text", [body | COUNTED, body])) as events,
        ):
            async for event in events:
                reading.take(event)
                await use.afford(reading.used(asked))
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
