"""Whoever was away gets exactly what they missed, whatever their cursor is and however much it was."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from conversations.actions.messages import Post, post_message
from tests.clients.people import StaffMember, Visitor
from tests.clients.sockets import Frame, Socket
from tests.servers.stack import Stack


async def test_a_resume_from_nothing_is_the_whole_history_with_the_state(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        said = [await chat.say("one"), await inbox.say("two", conversation_id=vera.conversation_id)]
        resumed = await resume(chat, 0)
    assert [entry["content"] for entry in resumed["entries"]] == ["one", "two"]
    assert resumed["entries"][0] == said[0]["message"]
    assert (resumed["rev"], resumed["complete"], resumed["conversation_id"]) == (2, True, vera.conversation_id)
    assert resumed["conversation"]["handled_by"] == "human"
    assert resumed["conversation"]["agent"]["name"] == "Ben"


async def test_from_every_cursor_one_gets_what_changed_after_it_and_nothing_else(
    vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        last = await a_lively_conversation(vera, ben, chat, inbox)
        for socket, fields in ((chat, {}), (inbox, {"conversation_id": vera.conversation_id})):
            whole = (await resume(socket, 0, **fields))["entries"]
            assert [entry["rev"] for entry in whole] == sorted(entry["rev"] for entry in whole)
            for cursor in range(last + 3):
                part = await resume(socket, cursor, **fields)
                assert part["entries"] == [entry for entry in whole if entry["rev"] > cursor]
                assert part["complete"] is True


async def test_edits_and_deletions_are_replayed(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        edited = (await inbox.say("Teh answer", conversation_id=vera.conversation_id))["message"]["id"]
        deleted = (await inbox.say("A slip of the tongue", conversation_id=vera.conversation_id))["message"]["id"]
        await chat.expect("new_message", rev=2)
    messages = f"conversations/{vera.conversation_id}/messages/"
    ben.rest.patch(f"{messages}{edited}/", {"content": "The answer"})
    ben.rest.delete(f"{messages}{deleted}/")
    async with vera.socket() as chat:
        entries = (await resume(chat, 2))["entries"]
    assert [(one["seq"], one["rev"], one["content"], one["deleted"]) for one in entries] == [
        (1, 3, "The answer", False),
        (2, 4, "", True),
    ]


async def test_the_state_is_part_of_every_resume(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat:
        await chat.say("Hello")
    ben.rest.patch(f"conversations/{vera.conversation_id}/", {"status": "resolved"})
    async with vera.socket() as chat, ben.socket() as inbox:
        assert (await resume(chat, 99))["conversation"]["status"] == "resolved"
        assert (await resume(inbox, 99, conversation_id=vera.conversation_id))["conversation"]["status"] == "resolved"


async def test_a_long_absence_comes_in_pages_whose_highest_rev_is_the_next_cursor(
    vera: Visitor, ben: StaffMember, core: None
) -> None:
    await fill(vera, 550)
    async with vera.socket() as chat, ben.socket() as inbox:
        for socket, fields in ((chat, {}), (inbox, {"conversation_id": vera.conversation_id})):
            pages = await resume_to_the_end(socket, 0, **fields)
            assert [len(page["entries"]) for page in pages] == [250, 250, 50]
            assert [page["complete"] for page in pages] == [False, False, True]
            assert all(page["rev"] == 550 for page in pages)
            assert [entry["seq"] for page in pages for entry in page["entries"]] == list(range(1, 551))


async def test_a_page_that_is_exactly_full_is_complete(vera: Visitor, core: None) -> None:
    await fill(vera, 250)
    async with vera.socket() as chat:
        page = await resume(chat, 0)
    assert (len(page["entries"]), page["complete"]) == (250, True)


async def test_pages_of_long_messages_are_shorter_so_that_a_slow_reader_gets_to_their_end(
    vera: Visitor, ben: StaffMember, core: None
) -> None:
    await fill(vera, 25, "😀" * 9_990)
    async with vera.socket() as chat, ben.socket() as inbox:
        for socket, fields in ((chat, {}), (inbox, {"conversation_id": vera.conversation_id})):
            pages = await resume_to_the_end(socket, 0, **fields)
            assert [len(page["entries"]) for page in pages] == [10, 10, 5]
            assert [entry["seq"] for page in pages for entry in page["entries"]] == list(range(1, 26))
    latest = ben.rest.get(f"conversations/{vera.conversation_id}/entries/").json()
    assert ([entry["seq"] for entry in latest["entries"]], latest["complete"]) == (list(range(16, 26)), False)
    oldest = ben.rest.get(f"conversations/{vera.conversation_id}/entries/", before=6).json()
    assert ([entry["seq"] for entry in oldest["entries"]], oldest["complete"]) == (list(range(1, 6)), True)


async def test_what_changes_between_two_pages_is_not_missed(vera: Visitor, ben: StaffMember, core: None) -> None:
    async with ben.socket() as inbox:
        early = (await inbox.say("Teh first", conversation_id=vera.conversation_id))["message"]["id"]
    await fill(vera, 300)
    async with vera.socket() as chat:
        first = await resume(chat, 0)
        ben.rest.patch(f"conversations/{vera.conversation_id}/messages/{early}/", {"content": "The first"})
        rest = await resume_to_the_end(chat, first["entries"][-1]["rev"])
    replayed = rest[-1]["entries"][-1]
    assert (replayed["seq"], replayed["rev"], replayed["content"]) == (1, 302, "The first")
    seqs = {entry["seq"] for page in [first, *rest] for entry in page["entries"]}
    assert seqs == set(range(1, 302))


async def test_the_same_pages_come_over_rest(vera: Visitor, ben: StaffMember, core: None) -> None:
    await fill(vera, 255)
    for rest, path in (
        (vera.rest, vera.path("entries/")),
        (ben.rest, f"conversations/{vera.conversation_id}/entries/"),
    ):
        first = rest.get(path, after=0).json()
        second = rest.get(path, after=first["entries"][-1]["rev"]).json()
        assert [len(page["entries"]) for page in (first, second)] == [250, 5]
        assert [page["complete"] for page in (first, second)] == [False, True]
        latest = rest.get(path).json()
        assert [entry["seq"] for entry in latest["entries"]] == list(range(206, 256))
        assert latest["complete"] is False
        older = rest.get(path, before=6, limit=3).json()
        assert [entry["seq"] for entry in older["entries"]] == [3, 4, 5]
        oldest = rest.get(path, before=4, limit=3).json()
        assert (len(oldest["entries"]), oldest["complete"]) == (3, True)
        assert latest["rev"] == latest["conversation"]["rev"] == 255


@pytest.mark.parametrize(
    "query", [{"after": "x"}, {"after": -1}, {"before": "1.5"}, {"limit": "many"}, {"after": 1, "before": 2}]
)
async def test_a_cursor_that_makes_no_sense_is_invalid(vera: Visitor, ben: StaffMember, query: dict[str, Any]) -> None:
    for rest, path in (
        (vera.rest, vera.path("entries/")),
        (ben.rest, f"conversations/{vera.conversation_id}/entries/"),
    ):
        answer = rest.get(path, **query)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


async def test_mallory_resumes_nothing_of_acme(vera: Visitor, mallory: StaffMember, each_stack: Stack) -> None:
    async with vera.socket() as chat, mallory.socket() as inbox:
        await chat.say("Ours")
        await inbox.send("resume", conversation_id=vera.conversation_id, after=0)
        assert (await inbox.expect("rejected"))["code"] == "not_found"
    assert mallory.rest.get(f"conversations/{vera.conversation_id}/entries/").status_code == 404


async def a_lively_conversation(vera: Visitor, ben: StaffMember, chat: Socket, inbox: Socket) -> int:
    """Messages, notes, edits, deletions and changes of state; the last number."""
    conversation = {"conversation_id": vera.conversation_id}
    messages = f"conversations/{vera.conversation_id}/messages/"
    for number in range(3):
        await chat.say(f"question {number}")
        answer = (await inbox.say(f"answer {number}", **conversation))["message"]["id"]
        note = (await inbox.say(f"note {number}", note=True, **conversation))["message"]["id"]
        ben.rest.patch(f"{messages}{answer}/", {"content": f"better answer {number}"})
        ben.rest.patch(f"conversations/{vera.conversation_id}/", {"labels": [f"label {number}"]})
    ben.rest.delete(f"{messages}{note}/")
    state: Frame = ben.rest.patch(f"conversations/{vera.conversation_id}/", {"status": "snoozed"}).json()
    return int(state["rev"])


async def fill(vera: Visitor, count: int, content: str = "") -> None:
    """So many messages, at once."""
    await asyncio.gather(
        *[post_message(Post(UUID(vera.conversation_id), f"{content}{number}", "user")) for number in range(count)]
    )


async def resume(socket: Socket, after: int, **fields: Any) -> Frame:
    await socket.send("resume", after=after, **fields)
    return await socket.expect("resumed")


async def resume_to_the_end(socket: Socket, after: int, **fields: Any) -> list[Frame]:
    """All pages, as a client asks for them."""
    pages = [await resume(socket, after, **fields)]
    while not pages[-1]["complete"]:
        pages.append(await resume(socket, pages[-1]["entries"][-1]["rev"], **fields))
    return pages
