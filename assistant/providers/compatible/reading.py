"""From pieces to an answer: what the model has said so far, and how it wants it to be taken.

Models say it by calling the tool `reply`. Those that cannot begin with a word in capitals; some write the tool's
arguments as text. What is none of this is an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, get_args

from pydantic_core import from_json

from assistant.budgets import tokens_of
from assistant.providers.base import Kind, ProviderFailed, Usage
from assistant.providers.compatible.events import UNREADABLE, Delta, Event

LONGEST = 10_000  # characters; a message may not be longer
KINDS: tuple[Kind, ...] = get_args(Kind)
WORD = re.compile(r"\s*[*_`\"]*(ANSWER|ASK|HAND_?OFF|NO_?ANSWER)\b[*_`\":.]*[ \t]*(?:\n+|$|\s)")
MAYBE_WORD = re.compile(r"\s*[*_`\"]*[A-Z_]{0,10}[*_`\":.]*")
TOO_LONG = f"the AI endpoint wrote more than {LONGEST} characters"
THOUGHT, SPOKEN = "<think>", "</think>"
FENCE = re.compile(r"^\s*```(?:json)?|```\s*$")


@dataclass(frozen=True, slots=True)
class Said:
    """`kind` None: not known yet, nothing may be shown. `sources` are the numbers of the passages it names."""

    kind: Kind | None = None
    text: str = ""
    reason: str = ""
    sources: tuple[int, ...] = ()


@dataclass(slots=True)
class Reading:
    """Takes events one by one. Raises ProviderFailed for an answer that is too long."""

    content: str = ""
    arguments: str = ""
    usage: Usage | None = None
    ended: str = ""  # why, in the endpoint's word

    def take(self, event: Event) -> None:
        if event.usage is not None:
            self.usage = Usage(event.usage.prompt_tokens, event.usage.completion_tokens)
        for choice in event.choices[:1]:
            self._add(choice.delta or choice.message or Delta())
            self.ended = choice.finish_reason or self.ended
        if event.last:
            self.ended = self.ended or "stop"
        # Escaped as JSON a text can be longer than it is; some think aloud before they speak.
        if len(self.spoken) > LONGEST or len(self.arguments) > 2 * LONGEST or len(self.content) > 20 * LONGEST:
            raise ProviderFailed(TOO_LONG)

    def used(self, asked: int) -> Usage:
        """By the endpoint's count once it is there, else by the length of what has come; `asked` are our tokens."""
        written, counted = tokens_of(self.content + self.arguments), self.usage or Usage()
        if counted.is_known and (self.ended or (counted.output_tokens or 0) >= written):
            return counted
        return Usage(asked, written, is_estimated=True)

    @property
    def spoken(self) -> str:
        """The content without the thoughts that some models put before it."""
        content = self.content.lstrip()
        if content.startswith(THOUGHT):
            return content.partition(SPOKEN)[2].lstrip()
        return "" if THOUGHT.startswith(content) else content

    def said(self) -> Said:
        """So far; after the end, all of it. Raises ProviderFailed when it makes no sense."""
        if self.arguments or self.spoken.startswith(("{", "```")):
            return self._called()
        return self._written()

    def _add(self, delta: Delta) -> None:
        self.content += delta.content or ""
        for call in delta.tool_calls or []:
            if not call.index:  # the first call only; some leave its number out
                self.arguments += call.function.arguments or ""

    def _called(self) -> Said:
        given = self._given()
        kind: Kind | None = given.get("outcome")
        text = given.get("text")
        words = text if isinstance(text, str) else ""
        if kind not in KINDS:
            if not self.ended:
                return Said()
            if not given and not self.arguments:
                return Said("answer", self.spoken)  # it only looked like JSON
            if not words:
                raise ProviderFailed(UNREADABLE)
            kind = "answer"
        reason, sources = given.get("reason"), given.get("sources")
        return Said(
            kind,
            words or (self.spoken if self.arguments else ""),
            reason if isinstance(reason, str) else "",
            tuple(one for one in sources if isinstance(one, int)) if isinstance(sources, list) else (),
        )

    def _given(self) -> dict[str, Any]:
        raw = self.arguments or FENCE.sub("", self.spoken)
        try:
            given = from_json(raw, allow_partial=False if self.ended else "trailing-strings")
        except ValueError:
            if self.ended and self.arguments:
                raise ProviderFailed(UNREADABLE) from None
            return {}
        if not isinstance(given, dict):
            return {}
        nested = given.get("arguments", given.get("parameters"))  # {"name": "reply", "arguments": {…}}
        return nested if isinstance(nested, dict) else given

    def _written(self) -> Said:
        spoken = self.spoken
        word = WORD.match(spoken)
        if word is None:
            undecided = not self.ended and MAYBE_WORD.fullmatch(spoken)
            return Said() if undecided else Said("answer", spoken)
        kind = _KIND_OF[word[1].replace("_", "")]
        rest = spoken[word.end() :]
        return Said(kind, reason=rest) if kind == "hand_off" else Said(kind, rest)


_KIND_OF: dict[str, Kind] = {kind.replace("_", "").upper(): kind for kind in KINDS}
