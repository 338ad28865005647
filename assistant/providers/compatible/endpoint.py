"""The request to the endpoint: sent, sent again while nothing has come of it, given up in time, closed when not wanted.

What an endpoint says about its own errors is never passed on: it may quote the key.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import httpx2
from django.conf import settings

from assistant.providers.base import ProviderFailed
from assistant.providers.compatible.events import Event, events_in
from assistant.providers.refusals import MEANINGS, PASSING
from foundation.logs import log
from foundation.outgoing import AddressRefused, http_client

logger = log(__name__)
PAUSES = (0.3, 1.0)  # seconds before the second and the third attempt
LONGEST_PAUSE = 5.0  # seconds; an endpoint that asks for more has refused
MOST_OF_A_REFUSAL = 4000  # bytes that are looked at


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`public_only` where a customer gave the address: then it may not lead into a private network."""

    base_url: str
    model: str
    key: str = field(default="", repr=False)
    public_only: bool = True


class Refused(ProviderFailed):
    """The endpoint refused the request as a whole. `plainer`: it might take one that asks for less."""

    def __init__(self, status: int, plainer: bool) -> None:
        super().__init__(f"the AI endpoint {MEANINGS.get(status, 'refused the request')} (HTTP {status})", begun=False)
        self.plainer = plainer


class Passing(ProviderFailed):
    """Nothing has come yet, and another attempt may go better. `pause` is what the endpoint asks for, in seconds."""

    def __init__(self, reason: str, pause: float = 0.0) -> None:
        super().__init__(reason, begun=False)
        self.pause = pause


async def ask(endpoint: Endpoint, body: dict[str, Any]) -> AsyncGenerator[Event]:
    """The events of one answer, each in time. Closing the generator closes the connection. Raises ProviderFailed."""
    now = asyncio.get_running_loop().time
    silence, end = settings.AI_FIRST_TOKEN_SECONDS, now() + settings.AI_ANSWER_SECONDS
    async with aclosing(_attempts(endpoint, body)) as events:
        while True:
            deadline = min(now() + silence, end)
            try:
                async with asyncio.timeout_at(deadline):
                    event = await anext(events)
            except StopAsyncIteration:
                return
            except TimeoutError:
                late = f"was silent for {silence:g} s" if deadline < end else "did not finish in time"
                raise ProviderFailed(f"the AI endpoint {late}") from None
            yield event


async def _attempts(endpoint: Endpoint, body: dict[str, Any]) -> AsyncGenerator[Event]:
    """Only as long as no event has come: what was begun is paid for, and must not be paid for twice."""
    for pause in (*PAUSES, None):
        try:
            async with aclosing(_attempt(endpoint, body)) as events:
                async for event in events:
                    yield event
            return
        except Passing as passing:
            if pause is None or passing.pause > LONGEST_PAUSE:
                raise
            logger.info("[AI] the endpoint is asked again", model=endpoint.model, reason=str(passing))
            await asyncio.sleep(max(passing.pause, pause * random.uniform(0.7, 1.3)))


async def _attempt(endpoint: Endpoint, body: dict[str, Any]) -> AsyncGenerator[Event]:
    begun = False
    try:
        async with _request(endpoint, body) as response:
            if response.status_code != 200:
                await _refuse(response)
            begun = True
            async for event in events_in(response):
                yield event
    except AddressRefused:
        raise ProviderFailed("the AI endpoint's address leads into a private network", begun=False) from None
    except httpx2.InvalidURL:
        raise ProviderFailed("the AI endpoint's address is none", begun=False) from None
    except httpx2.HTTPError as error:
        if begun:
            raise ProviderFailed("the AI endpoint broke off in the middle of its answer") from error
        raise Passing("the AI endpoint cannot be reached") from error


def _request(endpoint: Endpoint, body: dict[str, Any]) -> Any:
    headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    client = http_client(public_only=endpoint.public_only)
    return client.stream("POST", f"{endpoint.base_url.rstrip('/')}/chat/completions", json=body, headers=headers)


async def _refuse(response: httpx2.Response) -> None:
    status, said = response.status_code, await _beginning(response)
    # llama.cpp answers 500 to tools it was not started for, others 400 to a field they do not know.
    plainer = status in (400, 422) or b"tool" in said.lower()
    if status in PASSING and not plainer:
        raise Passing(str(Refused(status, plainer)), _pause_asked(response))
    raise Refused(status, plainer)


async def _beginning(response: httpx2.Response) -> bytes:
    said = b""
    async for piece in response.aiter_bytes():
        said += piece
        if len(said) >= MOST_OF_A_REFUSAL:
            break
    return said[:MOST_OF_A_REFUSAL]


def _pause_asked(response: httpx2.Response) -> float:
    try:
        return max(0.0, float(response.headers.get("retry-after", "0")))
    except ValueError:  # a date
        return 0.0
