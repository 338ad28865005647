"""What comes over the wire: server-sent events, each a JSON document, or one document where streaming is unknown."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
from pydantic import BaseModel, Field, ValidationError, field_validator

from assistant.providers.base import ProviderFailed

MOST_BYTES = 4_000_000  # of a whole answer; 10 000 characters one by one, each in a document of its own, fit
LONGEST_EVENT = 400_000  # bytes
UNREADABLE = "the AI endpoint sent something that cannot be read"


class Function(BaseModel):
    name: str | None = None
    arguments: str | None = None

    @field_validator("arguments", mode="before")
    @classmethod
    def as_text(cls, value: Any) -> Any:
        return json.dumps(value) if isinstance(value, dict) else value


class ToolCall(BaseModel):
    index: int | None = None
    function: Function = Field(default_factory=Function)


class Delta(BaseModel):
    content: str | None = None
    tool_calls: list[ToolCall] | None = None


class Choice(BaseModel):
    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: str | None = None


class Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Event(BaseModel):
    """A piece of the answer. `last`: the endpoint has said that nothing follows."""

    choices: list[Choice] = Field(default_factory=list)
    usage: Usage | None = None
    error: Any = None
    last: bool = False


async def events_in(response: httpx2.Response) -> AsyncGenerator[Event]:
    """Raises ProviderFailed for what cannot be read, or is too much."""
    # By its first character, not by its type: that is often missing or wrong.
    waiting, length, is_document = b"", 0, None
    async for piece in response.aiter_bytes():
        length, waiting = length + len(piece), waiting + piece
        if is_document is None and waiting.strip():
            is_document = waiting.lstrip().startswith(b"{")
        if length > MOST_BYTES or (not is_document and len(waiting) > LONGEST_EVENT and b"\n" not in piece):
            raise ProviderFailed("the AI endpoint sent far too much")
        if is_document:
            continue
        *lines, waiting = waiting.split(b"\n")
        for line in lines:
            event = _event_of(line)
            if event is not None:
                yield event
    last = _document(waiting) if is_document else _event_of(waiting)
    if last is not None:
        yield last


def _event_of(line: bytes) -> Event | None:
    """None for what carries no data: empty lines, comments that keep the connection alive, names."""
    if not line.startswith(b"data:"):
        return None
    data = line[5:].strip()
    return Event(last=True) if data == b"[DONE]" else _read(data)


def _document(data: bytes) -> Event:
    event = _read(data)
    event.last = True
    return event


def _read(data: bytes) -> Event:
    try:
        event = Event.model_validate_json(data)
    except ValidationError:
        raise ProviderFailed(UNREADABLE) from None
    if event.error is not None:
        raise ProviderFailed("the AI endpoint reported an error in place of an answer")
    return event
