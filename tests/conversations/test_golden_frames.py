"""The golden frames: one conversation as the server tells it to both sides, for the tests of the TypeScript store.

WRITE_GOLDEN=1 .venv/bin/python -m pytest -n 0 tests/conversations/test_golden_frames.py     records it anew
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conversations.models import Conversation
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import Rest, StaffMember, Visitor, log_in, visit
from tests.clients.sockets import Socket
from tests.conversations.answering import Answer
from tests.servers.stack import Stack

pytestmark = pytest.mark.usefixtures("core")
GOLDEN = Path(__file__).parents[2] / "frontend" / "testing" / "golden" / "frames.json"
LASTING = ("chunk", "reply_cancelled", "new_message", "message_updated", "conversation_updated")
SOURCES = [{"title": "Returns", "url": "https://acme.test/returns"}]
# When these are told depends on the second in which they are asked for.
UNSTEADY = {
    "visitor_delivered_rev": 0,
    "staff_delivered_rev": 0,
    "last_seen_at": "",
    "first_seen_at": "",
    "user_agent": "",
}


@dataclass
class Listener:
    """One side of the conversation: what it was told at each step, and what a fresh read said then."""

    socket: Socket
    rest: Rest
    address: str
    heard: int = 0
    known: dict[str, Any] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)

    async def record(self) -> None:
        """Waits until everything that happened was told; what was told is what a fresh read says."""
        fresh = self.rest.get(self.address + "entries/", after=0).json()
        await self.socket.until(lambda: max([0, *(one.get("rev", 0) for one in self.socket.seen)]) >= fresh["rev"])
        await self.socket.round_trip()
        frames = sorted((one for one in self.socket.seen[self.heard :] if one["type"] in LASTING), key=place)
        self.heard = len(self.socket.seen)
        for message in filter(None, (one.get("message") or one.get("activity") for one in frames)):
            self.known[message["id"]] = message
        assert sorted(self.known.values(), key=lambda one: one["seq"]) == sorted(
            fresh["entries"], key=lambda one: one["seq"]
        )
        self.steps.append({"rev": fresh["rev"], "conversation": fresh["conversation"], "frames": frames})


def place(frame: dict[str, Any]) -> tuple[int, int]:
    """How those overtake each other that come on different ways is not for this test."""
    return frame.get("rev", 0), LASTING.index(frame["type"])


class Scene:
    """What Vera, Ben and the AI do to the conversation, one thing after the other."""

    def __init__(self, vera: Visitor, ben: StaffMember, chat: Socket, inbox: Socket) -> None:
        self.vera, self.ben, self.chat, self.inbox = vera, ben, chat, inbox
        self.said: dict[str, str] = {}

    async def writes(self, text: str) -> None:
        await self.chat.say(text)

    async def replies(self, text: str, note: bool = False) -> None:
        acknowledged = await self.inbox.say(text, conversation_id=self.vera.conversation_id, note=note)
        self.said[text] = acknowledged["message"]["id"]

    async def edits(self, text: str, becomes: str) -> None:
        assert self.ben.rest.patch(self.at(f"messages/{self.said[text]}/"), {"content": becomes}).status_code == 200

    async def deletes(self, text: str) -> None:
        assert self.ben.rest.delete(self.at(f"messages/{self.said[text]}/")).status_code == 200

    async def changes(self, **state: Any) -> None:
        assert self.ben.rest.patch(self.at(""), state).status_code == 200

    async def does(self, what: str) -> None:
        assert self.ben.rest.post(self.at(what)).status_code == 200

    async def asks_for_a_person(self) -> None:
        assert self.vera.rest.post(self.vera.path("handoff/")).status_code == 200

    async def answers(self, text: str, sources: list[dict[str, str]] | None = None) -> None:
        answer = await self.begins(text)
        await answer.finish(text, sources)

    async def begins(self, text: str) -> Answer:
        """Half of an answer, then all of it, still being written."""
        answer = await Answer.begin(self.vera, await self.epoch())
        for part in (text[: len(text) // 2], text):
            await answer.chunk(part)
            for socket in (self.chat, self.inbox):
                await socket.expect("chunk", message_id=str(answer.id), content=part)
        return answer

    async def is_interrupted(self, text: str, reply: str) -> None:
        answer = await self.begins(text)
        await self.replies(reply)
        for socket in (self.chat, self.inbox):
            await socket.expect("reply_cancelled", message_id=str(answer.id))

    def at(self, rest: str) -> str:
        return f"conversations/{self.vera.conversation_id}/{rest}"

    async def epoch(self) -> int:
        return (await db(Conversation.objects.for_system().get, pk=self.vera.conversation_id)).takeover_epoch


def story(scene: Scene) -> list[Callable[[], Awaitable[object]]]:
    """Everything that changes a conversation, for one side or both. The AI's own worker never has a reason to speak."""
    return [
        lambda: scene.answers("Hello! I am the assistant."),
        lambda: scene.does("take-over/"),
        lambda: scene.writes("Where is my order?"),
        lambda: scene.replies("She is a good customer", note=True),
        lambda: scene.replies("On its way."),
        lambda: scene.edits("On its way.", "On its way, since this morning."),
        lambda: scene.replies("Wrong person", note=True),
        lambda: scene.deletes("Wrong person"),
        lambda: scene.changes(labels=["delivery"]),
        lambda: scene.writes("Thank you!"),
        lambda: scene.writes("And can I send it back?"),
        lambda: scene.replies("4111 1111"),
        lambda: scene.deletes("4111 1111"),
        lambda: scene.changes(status="resolved"),
        lambda: scene.changes(status="open"),
        lambda: scene.changes(assignee=None),
        lambda: scene.does("hand-back/"),
        lambda: scene.answers("Within **30 days**.", SOURCES),
        lambda: scene.is_interrupted("You can also", "I take this one."),
        lambda: scene.does("hand-back/"),
        lambda: scene.asks_for_a_person(),
        lambda: scene.writes("Are you there?"),
        lambda: scene.edits("I take this one.", "I take this one. Ben"),
    ]


async def test_the_golden_frames_are_what_the_server_tells_both_sides(stack: Stack, cast: Cast) -> None:
    vera, ben = visit(stack, cast.acme), log_in(stack, cast.ben)
    vera.open()
    async with vera.socket() as chat, ben.socket() as inbox:
        scene = Scene(vera, ben, chat, inbox)
        sides = {
            "visitor": Listener(chat, vera.rest, vera.path("")),
            "staff": Listener(inbox, ben.rest, scene.at("")),
        }
        for happens in story(scene):
            await happens()
            for side in sides.values():
                await side.record()
    recorded = steadied({name: side.steps for name, side in sides.items()})
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(written(recorded))
    assert recorded == json.loads(GOLDEN.read_text()), "the server tells something else; WRITE_GOLDEN=1 records it anew"


def steadied(recorded: Any) -> Any:
    """With ids, addresses and times that are the same in every run; equal ones stay equal, order stays order."""
    text = json.dumps(recorded)
    text = re.sub(r'"(\w+)-[0-9a-f]{12}@', r'"\1@', text)
    moments = sorted(set(re.findall(r'"(\d{4}-\d\d-\d\dT[^"]+)"', text)))
    times = {moment: f"2026-03-01T12:{place // 60:02}:{place % 60:02}Z" for place, moment in enumerate(moments)}
    found = dict.fromkeys(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text))
    ids = {one: f"00000000-0000-4000-8000-{place:012}" for place, one in enumerate(found, start=1)}
    for before, after in (times | ids).items():
        text = text.replace(before, after)
    numbers: dict[int, int] = {}

    def steady(value: Any, name: str = "") -> Any:
        if name in UNSTEADY:
            return UNSTEADY[name]
        if isinstance(value, dict):
            return {key: steady(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [steady(inner) for inner in value]
        if name in ("id", "website_id") and isinstance(value, int):
            return numbers.setdefault(value, len(numbers) + 1)
        return value

    return steady(json.loads(text))


def written(recorded: dict[str, list[dict[str, Any]]]) -> str:
    """A line for each frame, so that a change can be read."""
    sides = []
    for name, steps in recorded.items():
        lines = [
            f'  {{"rev": {step["rev"]}, "conversation": {json.dumps(step["conversation"])}, "frames": [\n   '
            + ",\n   ".join(json.dumps(frame) for frame in step["frames"])
            + "\n  ]}"
            for step in steps
        ]
        sides.append(f' "{name}": [\n' + ",\n".join(lines) + "\n ]")
    return "{\n" + ",\n".join(sides) + "\n}\n"
