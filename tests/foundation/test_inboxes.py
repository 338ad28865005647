"""An inbox brings each event to its reader once and in order, whether the reader can take it at once or not."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from foundation.inboxes import OVERFLOW, Inbox


class SlowReader:
    """Takes an event at once only while `is_free`; the rest it pops when it gets round to it."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox, self.is_free, self.gave_up, self.looked = inbox, True, 0, 0
        self.heard: list[Any] = []

    def take(self, event: dict[str, Any]) -> bool:
        if self.is_free:
            self.heard.append(event["n"])
        return self.is_free

    def look(self) -> None:
        self.looked += 1

    def give_up(self) -> None:
        self.gave_up += 1

    def pop_all(self) -> None:
        while (event := self.inbox.pop()) is not None:
            self.heard.append(event["n"])


@given(st.lists(st.sampled_from(["event", "stuck", "free", "pop one", "pop all"]), max_size=60))
def test_every_event_arrives_once_and_in_order(steps: list[str]) -> None:
    inbox = Inbox(1000)
    reader = SlowReader(inbox)
    inbox.read_by(reader)
    sent = 0
    for step in steps:
        if step == "event":
            inbox.put_nowait({"n": sent})
            sent += 1
        elif step == "pop one":
            event = inbox.pop()
            if event is not None:
                reader.heard.append(event["n"])
        elif step == "pop all":
            reader.pop_all()
        else:
            reader.is_free = step == "free"
    reader.pop_all()
    assert reader.heard == list(range(sent))


def test_what_came_before_there_was_a_reader_is_told_of() -> None:
    inbox = Inbox(10)
    inbox.put_nowait({"n": 0})
    reader = SlowReader(inbox)
    inbox.read_by(reader)
    assert reader.looked == 1
    inbox.put_nowait({"n": 1})  # not past the one that waits
    reader.pop_all()
    assert reader.heard == [0, 1]


def test_a_reader_who_cannot_keep_up_is_given_up_once() -> None:
    inbox = Inbox(3)
    reader = SlowReader(inbox)
    reader.is_free = False
    inbox.read_by(reader)
    for number in range(9):
        inbox.put_nowait({"n": number})
    assert (reader.gave_up, inbox.pop(), inbox.pop()) == (1, OVERFLOW, None)


async def test_without_a_reader_one_waits_for_the_next_event() -> None:
    inbox = Inbox(3)
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    inbox.put_nowait({"n": 0})
    assert await waiting == {"n": 0}
