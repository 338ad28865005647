"""Twenty visitors and three dashboards who talk without a pause, through the client that heals."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Self

import httpx2

from conversations.client.chat import Chat, VisitorChat
from conversations.client.inbox import StaffChat
from conversations.client.timeline import Frame, Message
from tests.faults.ground import Ground
from tests.faults.proxy import Proxy

VISITORS, WITH_ASSISTANT = 20, 4
PACE = 1.0  # seconds between two messages of somebody
PING = 2.5
PAGE = 250  # entries of a page of a resume
LONG = "x" * 9000
STORM = 20.0  # seconds at most


class Counted(Chat):
    """Counts the frames it gets, by type, and notes when it first knew of each message."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.heard: Counter[str] = Counter()
        self.known_at: dict[str, float] = {}  # by client_id
        super().__init__(*arguments, on_message=self._note, **options)

    def _note(self, message: Message) -> None:
        self.known_at.setdefault(message["client_id"] or message["id"], time.monotonic())

    def take(self, frame: Frame) -> None:
        self.heard[frame["type"]] += 1
        super().take(frame)


class Visitor(Counted, VisitorChat):
    """Notices when the assistant is writing."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.writing = asyncio.Event()
        super().__init__(*arguments, **options)

    def take(self, frame: Frame) -> None:
        if frame["type"] == "chunk":
            self.writing.set()
        super().take(frame)


class Colleague(Counted, StaffChat):
    """A member of the staff."""


@dataclass
class Person:
    """One client. `sent` holds the client_id and the conversation of each message."""

    name: str
    chat: Visitor | Colleague
    token: str
    sent: dict[str, str] = field(default_factory=dict)
    said_at: dict[str, float] = field(default_factory=dict)

    def say(self, conversation_id: str, content: str) -> str:
        now = time.monotonic()
        client_id = self.chat.timeline(conversation_id).post(content)
        self.said_at[client_id] = now
        self.sent[client_id] = conversation_id
        return client_id

    @property
    def is_waiting(self) -> bool:
        """Something was said that is not acknowledged. What has failed is tried again, as a person would."""
        for timeline in list(self.chat.timelines.values()):
            for client_id in timeline.outbox.failures:
                timeline.outbox.retry(client_id)
        return self.waiting > 0

    @property
    def waiting(self) -> int:
        """How much that was said is not acknowledged."""
        return sum(len(timeline.outbox.waiting) for timeline in list(self.chat.timelines.values()))


class Crowd:
    """Every second visitor, and the first dashboard, come through the proxy. Laptops sleep for `asleep` seconds."""

    def __init__(self, ground: Ground, proxy: Proxy | None, asleep: float) -> None:
        self.ground, self.proxy, self.asleep = ground, proxy, asleep
        self.proxied = proxy.url if proxy else ground.url
        self.options: dict[str, Any] = {"ping_seconds": PING, "trust": ground.trust}
        self.visitors: list[Person] = []
        self.staff: list[Person] = []
        self.extra: list[Person] = []  # further tabs and devices
        self.laptops: list[Laptop] = []
        self._random = Random(4)
        self._tasks: list[asyncio.Task[None]] = []
        self._talking: list[asyncio.Task[None]] = []
        self._numbers = iter(range(1_000_000))

    async def __aenter__(self) -> Self:
        for number, token in enumerate(self.ground.seeds["staff"]):
            self.staff.append(self.run(Person(f"staff {number}", self.inbox(token, number == 0), token)))
        for number in range(VISITORS):
            self.visitors.append(self.run(await self._visitor(number)))
        return self

    async def __aexit__(self, *_: object) -> None:
        for laptop in self.laptops:
            laptop.close()
        for task in [*self._talking, *self._tasks]:
            task.cancel()
        await asyncio.gather(*self._talking, *self._tasks, return_exceptions=True)

    @property
    def everybody(self) -> list[Person]:
        return [*self._always, *self.extra]

    @property
    def _always(self) -> list[Person]:
        return [*self.visitors, *self.staff]

    @property
    def with_people(self) -> list[Person]:
        return self.visitors[WITH_ASSISTANT:]

    @property
    def slow(self) -> list[Person]:
        """Two who come through the proxy: much is written to them while their links are slow."""
        return self.visitors[-3::2]

    def inbox(self, token: str, through_proxy: bool) -> Colleague:
        return Colleague(self.proxied if through_proxy else self.ground.url, token, **self.options)

    def tab(self, visitor: Person) -> Visitor:
        """Another tab of the same visitor."""
        return Visitor(self.ground.url, visitor.token, home(visitor), **self.options)

    def join(self, person: Person) -> Person:
        """From now on they have to see what the others see."""
        self.extra.append(self.run(person))
        return person

    def talk(self) -> None:
        """Begin to talk, until `hush`."""
        self._talking = [asyncio.create_task(self.talk_as(person)) for person in [*self.visitors, *self.staff]]

    async def fill(self) -> None:
        """A long page of history everywhere, so that resumes do not grow while faults are compared with each other."""
        for conversation, visitor in self.conversations():
            text = LONG if visitor in self.slow else ""
            for number in range(PAGE):
                visitor.say(conversation, f"{visitor.name}, history {number} {text}")
            await self.everything_said()

    async def everything_said(self) -> None:
        await until(lambda: not any(person.is_waiting for person in self.everybody), 60)

    async def storm(self) -> None:
        """All ask for a page of all they know at the same moment, as after an outage; ends when they have it."""
        asked = 0
        before = self._resumed()
        for person in self._always:
            for timeline in list(person.chat.timelines.values()):
                asked += person.chat.link.send(timeline.addressed({"type": "resume", "after": 0}))
        with suppress(TimeoutError):  # a link that ends meanwhile does not answer
            await until(lambda: self._resumed() >= before + asked, STORM)

    def _resumed(self) -> int:
        return sum(person.chat.heard["resumed"] for person in self._always)

    async def hush(self) -> None:
        for task in self._talking:
            task.cancel()
        await asyncio.gather(*self._talking, return_exceptions=True)

    def say_as(self, person: Person) -> str:
        """A new message of theirs, unlike any other, where they may write."""
        staff = person in self.staff
        conversation_id = home(self._random.choice(self.with_people)) if staff else home(person)
        return person.say(conversation_id, f"{person.name}, number {next(self._numbers)}")

    async def talk_as(self, person: Person) -> None:
        while True:
            asks_assistant = person in self.visitors[:WITH_ASSISTANT]
            await asyncio.sleep(PACE * self._random.uniform(0.5, 1.5) * (4 if asks_assistant else 1))
            self.say_as(person)

    async def _visitor(self, number: int) -> Person:
        key = self.ground.seeds["keys"]["assistant" if number < WITH_ASSISTANT else "people"]
        verify, base = self.ground.trust or True, f"{self.ground.url}/api/v1/widget/"
        async with httpx2.AsyncClient(base_url=base, trust_env=False, verify=verify, timeout=30) as http:
            session = (await http.post("sessions/", json={"website_key": key})).json()
            token = session["visitor_token"]
            opened = await http.post("conversations/", json={}, headers={"Authorization": f"Bearer {token}"})
        conversation = opened.json()["conversation"]["id"]
        chat = self.visitor_chat(number, self.proxied if number % 2 else self.ground.url, token, conversation)
        return Person(f"visitor {number}", chat, token)

    def visitor_chat(self, number: int, url: str, token: str, conversation: str) -> Visitor:
        return Visitor(url, token, conversation, **self.options)

    def run(self, person: Person) -> Person:
        self._tasks.append(asyncio.create_task(person.chat.run()))
        return person

    def conversations(self) -> Iterator[tuple[str, Person]]:
        for visitor in self.visitors:
            yield home(visitor), visitor


class Laptop:
    """A thread with an event loop of its own, which can be stopped as a closed lid stops it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._running: list[Future[None]] = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        self.loop.run_forever()
        self.loop.close()

    def open(self, people: list[Person]) -> None:
        for person in people:
            self._running.append(asyncio.run_coroutine_threadsafe(person.chat.run(), self.loop))

    def sleep(self, seconds: float) -> None:
        self.loop.call_soon_threadsafe(time.sleep, seconds)

    def close(self) -> None:
        for one in self._running:
            one.cancel()
        self.loop.call_soon_threadsafe(self.loop.call_later, 1.0, self.loop.stop)


async def until(condition: Callable[[], bool], seconds: float) -> None:
    """Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            if condition():
                return
            await asyncio.sleep(0.05)


def home(visitor: Person) -> str:
    """The visitor's one conversation."""
    assert isinstance(visitor.chat, VisitorChat)
    return visitor.chat.conversation_id


def lines(messages: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What has to be equal everywhere, in order."""
    return [(one["seq"], one["rev"], one["id"], one["client_id"], one["content"]) for one in messages]
