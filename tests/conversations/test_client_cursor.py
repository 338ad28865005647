"""The client that heals: what it takes for complete, and what it asks for again."""

from __future__ import annotations

import asyncio
from typing import Any

from conversations.client.cursor import GAP
from conversations.client.timeline import Timeline

HERE = "6e1bd4d1-7a5a-4a39-a2ae-6b9b2b6c9d10"


def watched() -> tuple[Timeline, list[dict[str, Any]]]:
    asked: list[dict[str, Any]] = []

    def send(command: dict[str, Any]) -> bool:
        asked.append(command)
        return True

    return Timeline(HERE, "visitor", send), asked


def message(rev: int, prev: int) -> dict[str, Any]:
    body = {"id": str(rev), "seq": rev, "rev": rev, "client_id": None, "content": f"number {rev}"}
    return {"type": "new_message", "conversation_id": HERE, "rev": rev, "prev": prev, "message": body}


async def test_frames_that_overtake_each_other_are_no_gap() -> None:
    timeline, asked = watched()
    for rev in (3, 1, 2):
        timeline.apply(message(rev, rev - 1))
    await asyncio.sleep(GAP * 1.5)
    assert (timeline.cursor.value, asked) == (3, [])
    assert [one["seq"] for one in timeline.entries] == [1, 2, 3]


async def test_a_gap_that_does_not_close_is_asked_for_until_it_does() -> None:
    timeline, asked = watched()
    timeline.apply(message(1, 0))
    timeline.apply(message(3, 2))
    await asyncio.sleep(GAP * 1.5)
    assert (timeline.cursor.value, asked) == (1, [{"type": "resume", "after": 1}])
    entries = [message(rev, 0)["message"] for rev in (2, 3)]
    timeline.apply({"type": "resumed", "rev": 3, "conversation": {"rev": 3}, "entries": entries, "complete": True})
    assert (timeline.cursor.value, timeline.cursor.is_behind) == (3, False)


async def test_a_state_does_not_stand_in_for_the_message_that_changed_it() -> None:
    timeline, asked = watched()
    timeline.apply({"type": "conversation_updated", "rev": 1, "prev": 1, "conversation": {"rev": 1}})
    await asyncio.sleep(GAP * 1.5)
    assert (timeline.cursor.value, asked) == (0, [{"type": "resume", "after": 0}])
    timeline.stop()
