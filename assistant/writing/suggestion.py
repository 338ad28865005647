"""What the staff is offered, and why there may be nothing to offer."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.providers.base import Source

NO_MODEL = "Rewriting needs an AI endpoint. An owner can set one under Settings, Assistant."


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Without a `text`, `detail` says why there is none; with one, what to mind. `by` is the provider or its model."""

    text: str = ""
    detail: str = ""
    sources: tuple[Source, ...] = ()
    by: str = ""
