"""The crowd of the fault suite behind Caddy: some without sockets, some asking the assistant, and all of them timed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

from conversations.client.link import Link
from conversations.client.timeline import Frame
from tests.faults.crowd import WITH_ASSISTANT, Crowd, Person, Visitor, home, until
from tests.faults.ground import Ground

WITHOUT_SOCKETS = 2
ANSWERED = 150.0  # seconds until an answer is given up; each time it is cut off it begins anew
APART = 7.0  # seconds between the beginnings of long answers
KNOCK = 0.1  # seconds between two requests that nothing else may hide
LETTERS = str.maketrans("0123456789", "ghijklmnop")
QUESTIONS = ("I forgot my password {}", "I forgot my password {}, tell me at length")


class Nowhere(Link):
    """In place of the link of somebody whose network lets no socket through."""

    async def run(self) -> None:
        await asyncio.Event().wait()


class WithoutSocket(Visitor):
    """Everything goes over HTTP."""

    def __init__(self, url: str, token: str, conversation_id: str, **options: Any) -> None:
        super().__init__(url, token, conversation_id, **options)
        self.link = Nowhere("", self.rest.connection_token, self.take)


class Timed(Visitor):
    """Notes when it is told that nobody of the staff is there."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.told_away = 0
        super().__init__(*arguments, **options)

    def take(self, frame: Frame) -> None:
        self.told_away += frame["type"] == "presence" and not frame["available"]
        super().take(frame)


@dataclass
class Absences:
    """How long, and how often, somebody was without a socket."""

    left_at: float = 0.0
    lengths: list[float] = field(default_factory=list)

    def note(self, online: bool) -> None:
        now = time.monotonic()
        if online and self.left_at:
            self.lengths.append(now - self.left_at)
        self.left_at = 0.0 if online else now


class Traffic(Crowd):
    """A crowd whose first visitors ask the assistant one thing after the other. `at_length`: all but the first of them
    get answers that outlast the patience of a worker that is to end.
    """

    def __init__(self, ground: Ground, at_length: bool) -> None:
        super().__init__(ground, None, 0)
        self.at_length = at_length
        self.absences: dict[str, Absences] = {}
        self.answers: Counter[int] = Counter()  # questions by how many answers they got
        self.odd: list[str] = []  # the ends of conversations whose question did not get one answer
        self.knocks: Counter[str] = Counter()  # requests by what came of them
        self.enough = asyncio.Event()  # of questions

    def run(self, person: Person) -> Person:
        noted = self.absences[person.name] = Absences()
        person.chat.link.on_change = noted.note
        return super().run(person)

    def visitor_chat(self, number: int, url: str, token: str, conversation: str) -> Visitor:
        without = number >= 20 - WITHOUT_SOCKETS
        return (WithoutSocket if without else Timed)(url, token, conversation, **self.options)

    @property
    def with_sockets(self) -> list[Person]:
        return [one for one in self.everybody if not isinstance(one.chat, WithoutSocket)]

    async def talk_as(self, person: Person) -> None:
        if person in self.visitors[:WITH_ASSISTANT]:
            await self._ask_as(person)
        else:
            await super().talk_as(person)

    async def _ask_as(self, person: Person) -> None:
        """The next question when the one before it is answered, as one that comes in between would supersede it."""
        place = self.visitors.index(person)
        is_long = self.at_length and place > 0
        await asyncio.sleep(place * APART if is_long else 0)
        while not self.enough.is_set():
            # Each in words of its own: who asks the same three times gets a person.
            client_id = person.say(home(person), QUESTIONS[is_long].format(f"{new_word()} {new_word()}"))
            with suppress(TimeoutError):
                await until(lambda: answers_to(person, client_id) > 0, ANSWERED)  # noqa: B023
            await asyncio.sleep(1)
            found = answers_to(person, client_id)
            self.answers[found] += 1
            if found != 1:
                entries = self.staff[0].chat.timeline(home(person)).entries[-4:]
                self.odd.append(" | ".join(f"{one['kind']} {one['role']}: {one['content'][:60]}" for one in entries))

    async def asked_enough(self) -> None:
        """No further questions; ends when those that are open are answered or given up."""
        self.enough.set()
        asking = self._talking[:WITH_ASSISTANT]
        await asyncio.wait(asking, timeout=ANSWERED + 10)

    async def knock(self) -> None:
        """A reading and a writing request in turn, each on a connection of its own, until cancelled."""
        visitor, verify = self.visitors[-1], self.ground.trust or True
        base, headers = f"{self.ground.url}/api/v1/widget/", {"Authorization": f"Bearer {visitor.token}"}
        options: dict[str, Any] = {"base_url": base, "headers": headers, "verify": verify, "trust_env": False}
        async with httpx2.AsyncClient(**options, limits=httpx2.Limits(max_keepalive_connections=0), timeout=30) as http:
            key = self.ground.seeds["keys"]["people"]
            while True:
                for method, path in (("GET", f"config/{key}/"), ("POST", f"conversations/{home(visitor)}/typing/")):
                    body = {"is_typing": True} if method == "POST" else None
                    try:
                        self.knocks[str((await http.request(method, path, json=body)).status_code)] += 1
                    except httpx2.HTTPError as error:
                        self.knocks[type(error).__name__] += 1
                    await asyncio.sleep(KNOCK)


def new_word() -> str:
    return uuid4().hex[:8].translate(LETTERS)


def answers_to(person: Person, client_id: str) -> int:
    """How many messages of the assistant there are between this question and what the visitor said next."""
    found, is_after = 0, False
    for entry in person.chat.timeline(home(person)).entries:
        if entry["client_id"] == client_id:
            is_after = True
        elif is_after and entry["role"] == "user":
            break
        elif is_after and entry["role"] == "assistant" and not entry["is_manual"]:
            found += 1
    return found
