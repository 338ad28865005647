"""A conversation in this process: Vera writes, the job is run by hand, and everything told to her is written down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from channels.layers import get_channel_layer

from accounts.actors import VisitorActor
from accounts.models import Website
from assistant.models import Reply
from assistant.providers.base import Outcome, Partial, Question, Source
from assistant.replying.records import Job
from conversations.actions.messages import Post, post_message
from conversations.actions.openings import open_conversation
from conversations.models import Conversation, Entry, Visitor
from conversations.rows import EntryRow, Writer
from conversations.subscribers.frames import chat_group
from foundation.db import db


class Desk:
    def __init__(self, website: Website) -> None:
        self.website = website
        self.told: list[dict[str, Any]] = []
        self._settled = asyncio.Event()

    async def __aenter__(self) -> Self:
        visitor = await db(Visitor.objects.create, website=self.website, name="Vera")
        row, _ = await open_conversation(VisitorActor(visitor.pk, self.website.pk))
        self.conversation_id: UUID = row.id
        self._layer = get_channel_layer()
        self._channel = await self._layer.new_channel("desk")
        await self._layer.group_add(chat_group(self.conversation_id), self._channel)
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self._layer.discard_channel(self._channel, [chat_group(self.conversation_id)])

    async def ask(self, text: str) -> Job:
        """Vera writes; the job that a worker would get."""
        posted = await post_message(Post(self.conversation_id, text, "user"))
        entry = posted.entry
        return Job(self.conversation_id, entry.id, self.website.pk, entry.seq, posted.event.epoch)

    async def take_over(self) -> EntryRow:
        """Ben writes, which takes over."""
        return (await post_message(post_of_ben(self.conversation_id))).entry

    async def until(self, name: str) -> dict[str, Any]:
        """The first frame of this name that Vera was told."""
        async with asyncio.timeout(5):
            while True:
                for frame in self.told:
                    if frame["type"] == name:
                        return frame
                await asyncio.sleep(0.002)

    async def settle(self) -> None:
        """Everything told so far has been written down after this."""
        self._settled.clear()
        await self._layer.send(self._channel, {"type": "desk.settled"})
        async with asyncio.timeout(5):
            await self._settled.wait()

    def last_message(self) -> dict[str, Any]:
        message: dict[str, Any] = self.told_of("new_message")[-1]["message"]
        return message

    def told_of(self, name: str) -> list[dict[str, Any]]:
        return [frame for frame in self.told if frame["type"] == name]

    async def answers(self) -> list[Entry]:
        """What the AI has said, as it is stored."""
        entries = Entry.objects.for_system().filter(conversation=self.conversation_id, role="assistant")
        return await db(list, entries.filter(is_manual=False).order_by("seq"))

    async def said_by_system(self) -> list[str]:
        entries = Entry.objects.for_system().filter(conversation=self.conversation_id, role="system", kind="message")
        return await db(list, entries.values_list("content", flat=True))

    async def told_to_staff(self) -> list[str]:
        """The activity that only the staff see."""
        entries = Entry.objects.for_system().filter(conversation=self.conversation_id, audience="staff")
        return await db(list, entries.filter(kind="activity").order_by("seq").values_list("content", flat=True))

    async def replies(self) -> list[Reply]:
        replies = Reply.objects.for_website(self.website.pk).filter(conversation=self.conversation_id)
        return await db(list, replies.order_by("began_at"))

    async def conversation(self) -> Conversation:
        return await db(Conversation.objects.for_system().get, pk=self.conversation_id)

    async def _listen(self) -> None:
        while True:
            event = await self._layer.receive(self._channel)
            if event["type"] == "desk.settled":
                self._settled.set()
            else:
                self.told.append(json.loads(event["text"]))


def post_of_ben(conversation_id: UUID) -> Post:
    return Post(conversation_id, "Ben here!", "assistant", is_manual=True, author=Writer("Ben"))


class Typist:
    """A provider that writes the words of a text one by one, with a pause after each; it knows when it was stopped."""

    name, model = "typist", ""

    def __init__(self, text: str = "one two three four", pause: float = 0.06) -> None:
        self.text, self.pause = text, pause
        self.stopped = asyncio.Event()

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        words = self.text.split()
        try:
            for end in range(1, len(words) + 1):
                yield Partial(" ".join(words[:end]))
                await asyncio.sleep(self.pause)
            yield Outcome("answer", self.text, (Source("A page", "https://acme.test/page"),))
        finally:
            self.stopped.set()


ENDLESS = " ".join(["word"] * 1000)
