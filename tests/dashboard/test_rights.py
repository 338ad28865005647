"""What an open staff socket may see between the moment a change is told and the moment it has been read."""

from __future__ import annotations

import asyncio
import threading
from uuid import UUID, uuid4

import pytest

from accounts.actors import Staff
from conversations.errors import NotFound
from dashboard import rights
from dashboard.rights import StaffSocket

ACME, BLOG = 1, 2
OF_ACME, OF_BLOG = uuid4(), uuid4()


class Reading:
    """The rights that Postgres holds; a reading takes as long as a test lets it."""

    def __init__(self, *websites: int) -> None:
        self.websites = websites
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.may_end.set()

    def __call__(self, actor: Staff) -> Staff:
        found = self.websites
        self.begun.set()
        assert self.may_end.wait(10)
        return ben(*found)


def ben(*websites: int) -> Staff:
    return Staff(7, uuid4(), "Ben", "", "ben@staff.example.test", {one: f"Website {one}" for one in websites})


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    async def website_of(conversation_id: UUID) -> int:
        return {OF_ACME: ACME, OF_BLOG: BLOG}[conversation_id]

    held = Reading(ACME, BLOG)
    monkeypatch.setattr(rights, "actor_again", held)
    monkeypatch.setattr(rights, "website_of", website_of)
    return held


def bens_socket() -> StaffSocket:
    socket = StaffSocket()
    socket.begin_as(ben(ACME, BLOG), None)
    return socket


async def test_a_website_that_is_taken_away_is_out_of_reach_before_anything_was_read(reading: Reading) -> None:
    socket = bens_socket()
    assert await socket.website(OF_ACME) == ACME
    reading.websites = (BLOG,)
    reading.may_end.clear()
    socket.hear_of_rights({BLOG})
    assert set(socket.actor.websites) == {BLOG}
    asked = asyncio.create_task(socket.website(OF_ACME))
    reading.may_end.set()
    with pytest.raises(NotFound):
        await asked
    assert await socket.website(OF_BLOG) == BLOG


async def test_what_was_read_before_a_change_does_not_bring_back_what_is_gone(reading: Reading) -> None:
    socket = bens_socket()
    reading.may_end.clear()
    heartbeat = asyncio.create_task(socket.follow_rights())
    await asyncio.to_thread(reading.begun.wait, 10)  # it has read both websites, and is on its way back
    reading.websites = (BLOG,)
    socket.hear_of_rights({BLOG})
    reading.may_end.set()
    await heartbeat
    assert set(socket.actor.websites) == {BLOG}
    with pytest.raises(NotFound):
        await socket.website(OF_ACME)


async def test_a_website_that_is_given_comes_with_what_was_read(reading: Reading) -> None:
    reading.websites = (BLOG,)
    socket = bens_socket()
    await socket.follow_rights()
    reading.websites = (ACME, BLOG)
    socket.hear_of_rights({ACME, BLOG})
    assert await socket.website(OF_ACME) == ACME
