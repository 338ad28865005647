"""Vectors from an OpenAI-compatible endpoint. What it says of its own errors is never passed on: it may be the key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx2
from pydantic import BaseModel, Field, ValidationError

from assistant.embeddings.base import Embedded, EmbeddingFailed
from assistant.embeddings.vectors import NotAVector, Vector
from assistant.providers.refusals import MEANINGS, PASSING
from foundation.outgoing import http_client

MOST_BYTES = 64_000_000  # of an answer
MOST_NUMBERS = 8192  # of a vector
UNREADABLE = "the embedding endpoint sent something that cannot be read"
FOR_TEXT = {400, 413, 422}  # a text that is too long is refused by one of these, if it is not cut


class _Item(BaseModel):
    index: int | None = None
    embedding: list[float] = Field(min_length=1, max_length=MOST_NUMBERS)


class _Usage(BaseModel):
    prompt_tokens: int | None = None


class _Answer(BaseModel):
    data: list[_Item]
    usage: _Usage | None = None


@dataclass(frozen=True, slots=True)
class EmbeddingEndpoint:
    """The operator's, so it may be in a private network."""

    base_url: str
    model: str
    key: str = field(default="", repr=False)
    is_billed: bool = True

    @property
    def name(self) -> str:
        return self.model

    async def embed(self, texts: Sequence[str]) -> Embedded:
        try:
            return _embedded(await self._asked(texts), len(texts))
        except httpx2.InvalidURL:
            raise EmbeddingFailed("the embedding endpoint's address is none") from None
        except httpx2.HTTPError:
            raise EmbeddingFailed("the embedding endpoint cannot be reached", is_passing=True) from None

    async def _asked(self, texts: Sequence[str]) -> bytes:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        body = {"model": self.model, "input": list(texts), "encoding_format": "float"}
        url = f"{self.base_url.rstrip('/')}/embeddings"
        async with http_client(public_only=False).stream("POST", url, json=body, headers=headers) as response:
            if response.status_code != 200:
                raise _refused(response.status_code)
            content = bytearray()
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > MOST_BYTES:
                    raise EmbeddingFailed(UNREADABLE)
        return bytes(content)


def _refused(status: int) -> EmbeddingFailed:
    reason = f"the embedding endpoint {MEANINGS.get(status, 'refused the request')} (HTTP {status})"
    return EmbeddingFailed(reason, is_passing=status in PASSING, is_for_text=status in FOR_TEXT)


def _embedded(content: bytes, count: int) -> Embedded:
    """One vector for each text, all of one dimension, whatever the order in which they came."""
    try:
        answer = _Answer.model_validate(json.loads(content))
        given = {place if one.index is None else one.index: one for place, one in enumerate(answer.data)}
        vectors = [Vector.of(given[place].embedding) for place in range(count)]
    except (ValueError, ValidationError, KeyError, NotAVector, RecursionError):
        raise EmbeddingFailed(UNREADABLE) from None
    if len(answer.data) != count or len({vector.dimension for vector in vectors}) != 1:
        raise EmbeddingFailed(UNREADABLE)
    tokens = answer.usage.prompt_tokens if answer.usage else None
    return Embedded(vectors, tokens if tokens and tokens > 0 else None)
