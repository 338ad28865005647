"""Vera at her chat and the staff at the inbox, both by the client that heals, who write to each other all the while."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import Any, Self

import httpx2

from conversations.client.rest import Rest
from tests.faults.crowd import Colleague, Person, Visitor, until
from tests.rolling.traffic import Absences

PAUSE = 0.4  # below the limit of five messages a second
SETTLED = 60.0  # seconds, after which whatever is still missing is lost
OWNER = {"email": "owner@acme.test", "password": "demo-pass-2026"}
RIGHTS = ["conversations:read", "conversations:write"]


@dataclass
class Heard:
    """What it was like: numbers of messages, and seconds of the unluckiest."""

    messages: int
    without_socket: float
    until_heard: float

    def __str__(self) -> str:
        return (
            f"{self.messages} messages between Vera and the staff over sockets, each stored once, seen once by both, "
            "in one order; nobody had to send one again; longest pause: "
            f"{self.without_socket:.1f} s without a socket, {self.until_heard:.1f} s until a message was heard"
        )


class Talk:
    """`with Talk(url) as talk:` they write meanwhile; then `talk.heard`. AssertionError at its end when anything was
    lost, doubled or put into another order. The staff comes with an API key, as a log-in would end before a long run.
    """

    def __init__(self, url: str, trust: ssl.SSLContext | None = None) -> None:
        self.url, self.trust = url, trust
        self.enough, self.begun = Event(), Event()
        self.absences = {"Vera": Absences(), "staff": Absences()}

    def __enter__(self) -> Self:
        self.visitor_token, self.conversation, self.key = self._introduced()
        self._thread = ThreadPoolExecutor(1)
        self._talking: Future[Heard] = self._thread.submit(lambda: asyncio.run(self._talk()))
        while not self.begun.wait(0.2):
            if self._talking.done():
                self._talking.result()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.enough.set()
        try:
            with suppress(*([BaseException] if kind else [])):  # what has failed before says more
                self.heard = self._talking.result()
        finally:
            self._thread.shutdown()

    def _introduced(self) -> tuple[str, str, str]:
        """Vera's token, her conversation, and the staff's key."""
        verify = self.trust or True
        with httpx2.Client(base_url=f"{self.url}/api/v1/", timeout=30, trust_env=False, verify=verify) as http:

            def post(path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
                answer = http.post(path, json=body, headers={"Authorization": f"Bearer {token}"} if token else {})
                assert answer.is_success, answer.text
                told: dict[str, Any] = answer.json()
                return told

            token = post("widget/sessions/", {"website_key": "demo-acme"})["visitor_token"]
            conversation = post("widget/conversations/", {}, token)["conversation"]["id"]
            post(f"widget/conversations/{conversation}/handoff/", {}, token)  # the AI need not answer all that
            access = post("auth/token/", OWNER)["access"]
            key = post("api-keys/", {"name": "Talk", "scopes": RIGHTS}, access)["key"]
        return token, conversation, key

    async def _talk(self) -> Heard:
        vera_chat = Visitor(self.url, self.visitor_token, self.conversation, trust=self.trust)
        vera = Person("Vera", vera_chat, self.visitor_token)
        staff = Person("staff", Colleague(self.url, self.key, trust=self.trust), self.key)
        for one in (vera, staff):
            one.chat.link.on_change = self.absences[one.name].note
        assert isinstance(staff.chat, Colleague)
        await staff.chat.begin()
        running = [asyncio.create_task(one.chat.run()) for one in (vera, staff)]
        try:
            await until(lambda: vera.chat.link.online and staff.chat.link.online, SETTLED)
            writing = [asyncio.create_task(self._write(one)) for one in (vera, staff)]
            await self._first_heard(vera, staff)
            self.begun.set()
            await asyncio.gather(*writing)
            return await self._judged(vera, staff)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _write(self, one: Person) -> None:
        while not self.enough.is_set():
            one.say(self.conversation, f"{one.name}, number {len(one.sent) + 1}")
            await asyncio.sleep(PAUSE)

    async def _first_heard(self, *people: Person) -> None:
        await until(lambda: all(len(one.chat.known_at) > len(one.sent) for one in people), SETTLED)

    async def _judged(self, vera: Person, staff: Person) -> Heard:
        sent = {**vera.sent, **staff.sent}
        everybody = (vera, staff)

        def settled() -> bool:
            return all(one.chat.link.online and sent.keys() <= one.chat.known_at.keys() for one in everybody)

        with suppress(TimeoutError):
            await until(settled, SETTLED)
        orders = []
        for one in everybody:
            failed = one.chat.timeline(self.conversation).outbox.failures
            assert not failed, f"{one.name} would have to send again: {failed}"
            orders.append(only(sent, await self._stored(one), f"stored, as {one.name} reads it"))
            orders.append(only(sent, one.chat.timeline(self.conversation).entries, f"seen by {one.name}"))
        assert all(order == orders[0] for order in orders), f"the order differs: {orders}"
        for one in everybody:
            assert [name for name in orders[0] if name in one.sent] == list(one.sent), f"{one.name}'s are in disorder"
        lengths = [seconds for noted in self.absences.values() for seconds in noted.lengths]
        pairs = ((vera, staff), (staff, vera))
        waits = [hearer.chat.known_at[name] - at for one, hearer in pairs for name, at in one.said_at.items()]
        return Heard(len(sent), max(lengths, default=0.0), max(waits))

    async def _stored(self, one: Person) -> list[dict[str, Any]]:
        """By a fresh read."""
        rest, complete = Rest(self.url, one.token, timeout=30, trust=self.trust), False
        found: list[dict[str, Any]] = []
        try:
            while not complete:
                after = max((entry["rev"] for entry in found), default=0)
                page = await rest.get(rest.conversation(self.conversation) + "entries/", after=after)
                found += page["entries"]
                complete = page["complete"]
        finally:
            await rest.close()
        return sorted(found, key=lambda entry: int(entry["seq"]))


def only(sent: dict[str, str], entries: list[dict[str, Any]], where: str) -> list[str]:
    """The client_ids of what was sent, in order, each once."""
    found = [entry["client_id"] for entry in entries if entry["client_id"] in sent]
    lost = sent.keys() - set(found)
    doubled = [name for name, times in Counter(found).items() if times > 1]
    assert not lost, f"{len(lost)} of {len(sent)} are not {where}"
    assert not doubled, f"{len(doubled)} of {len(sent)} are {where} more than once"
    return found
