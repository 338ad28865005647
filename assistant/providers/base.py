"""What every provider is asked and what it answers: a stream of growing texts that ends in one outcome."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol

from accounts.models import Website

Kind = Literal["answer", "ask", "hand_off", "no_answer"]
Speaker = Literal["visitor", "assistant", "staff", "system"]


@dataclass(frozen=True, slots=True)
class Turn:
    speaker: Speaker
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """The conversation so far, oldest first; it ends with what the visitor wrote since the last answer.

    `if_unsure` is the reason for which to hand over when nothing answers it; empty: offer a person.
    `link_hosts` are those that the owner lets answers link to, apart from the sources'.
    """

    website: Website
    turns: list[Turn]
    if_unsure: str = ""
    link_hosts: tuple[str, ...] = ()
    spoken: str = ""

    @property
    def language(self) -> str:
        """That the visitor's chat speaks, else the website's."""
        return self.spoken or self.website.language

    @property
    def text(self) -> str:
        """What is to be answered: several messages in a row are one question."""
        return "\n".join(turn.content for turn in self.turns[self._answered() :])

    @property
    def last_answer(self) -> str:
        """What the visitor answers to, if anything."""
        earlier = self.turns[: self._answered()]
        return earlier[-1].content if earlier else ""

    @property
    def earlier(self) -> str:
        """What the visitor asked before, if anything."""
        asked = [turn.content for turn in self.turns[: self._answered()] if turn.speaker == "visitor"]
        return asked[-1] if asked else ""

    def _answered(self) -> int:
        """How many turns come before the visitor's last ones."""
        count = len(self.turns)
        while count and self.turns[count - 1].speaker == "visitor":
            count -= 1
        return count


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Partial:
    """The whole text so far."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the endpoint counted them."""

    input_tokens: int | None = None
    output_tokens: int | None = None

    @property
    def is_known(self) -> bool:
        return self.input_tokens is not None and self.output_tokens is not None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended. `reason` belongs to `hand_off`; `used` are the ids and ranks of the passages looked at.

    `is_unsure`: it shows what was found, though that may be no answer.
    """

    kind: Kind
    text: str = ""
    sources: tuple[Source, ...] = ()
    reason: str = ""
    used: tuple[tuple[int, float], ...] = ()
    usage: Usage = Usage()
    is_unsure: bool = False


class ProviderFailed(Exception):
    """There will be no answer. The message says why, for the staff, and quotes nothing that came from elsewhere.

    `begun`: somebody worked on it, and will want to be paid.
    """

    def __init__(self, reason: str, *, begun: bool = True) -> None:
        super().__init__(reason)
        self.begun = begun


class Provider(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        """Any number of `Partial`, then one `Outcome`. Closing the generator stops the work behind it.

        Raises ProviderFailed.
        """
        ...
