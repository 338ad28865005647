"""What every source of vectors is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.embeddings.vectors import Vector


@dataclass(frozen=True, slots=True)
class Embedded:
    """A vector for each text, in their order, and what was read for them, as far as somebody counted."""

    vectors: list[Vector]
    tokens: int | None = None

    @property
    def dimension(self) -> int:
        return self.vectors[0].dimension


class EmbeddingFailed(Exception):
    """There are no vectors. The message says why, for the staff, and quotes nothing that came from elsewhere.

    `is_passing`: another attempt may go better. `is_for_text`: it may be a text's fault, that of being too long.
    """

    def __init__(self, reason: str, *, is_passing: bool = False, is_for_text: bool = False) -> None:
        super().__init__(reason)
        self.is_passing, self.is_for_text = is_passing, is_for_text


class Embedder(Protocol):
    """`name` tells vectors of different models apart. `is_billed`: somebody wants to be paid for what it reads."""

    @property
    def name(self) -> str: ...

    @property
    def is_billed(self) -> bool: ...

    async def embed(self, texts: Sequence[str]) -> Embedded:
        """At least one text; one attempt, as long as it takes: the caller limits the time. Raises EmbeddingFailed."""
        ...
