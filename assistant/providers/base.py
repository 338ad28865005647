"""What every provider is asked and what it answers: a stream of growing texts that ends in one outcome."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol

from accounts.models import Website
from assistant.embeddings.meaning import Meaning

Kind = Literal["answer", "ask", "hand_off", "no_answer"]
Speaker = Literal["visitor", "assistant", "staff", "system"]
FEW_WORDS = 6  # a question so short is mostly about the one before it


@dataclass(frozen=True, slots=True)
class Turn:
    speaker: Speaker
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """The conversation so far, oldest first; it ends with what the visitor wrote since the last answer.

    `if_unsure` is the reason for which to hand over when nothing answers it; empty: offer a person.
    `link_hosts` are those that the owner lets answers link to, apart from the sources'. `meant` is None until a model
    of meanings was asked (`embeddings.asking`).
    """

    website: Website
    turns: list[Turn]
    if_unsure: str = ""
    link_hosts: tuple[str, ...] = ()
    meant: Meaning | None = None
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

    @property
    def looked_up(self) -> list[str]:
        """What passages are looked for: the question, and for a short one also together with the one before it."""
        is_short = len(self.text.split()) < FEW_WORDS
        return [self.text, f"{self.earlier}\n{self.text}"] if is_short and self.earlier else [self.text]

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
class Usage:
    """Tokens, as the endpoint counted them; `is_estimated` where it did not, by the length of the texts."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    is_estimated: bool = False

    @property
    def is_known(self) -> bool:
        return self.input_tokens is not None and self.output_tokens is not None

    @property
    def tokens(self) -> int:
        return (self.input_tokens or 0) + (self.output_tokens or 0)


@dataclass(frozen=True, slots=True)
class Partial:
    """The whole text so far, as much of it as may be seen, and what it has used so far, seen or not.

    The first one of an answer that will be paid for comes before anybody is asked, with what asking will use.
    """

    text: str
    used: Usage = Usage()


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

    @property
    def found_nothing(self) -> bool:
        """It did not answer what was asked."""
        return self.kind == "no_answer" or self.is_unsure


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
