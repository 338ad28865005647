"""How far each side has received and read: markers only grow, and one side never moves the other's."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tests.clients.people import StaffMember, Visitor
from tests.clients.sockets import Frame, Socket


async def test_a_message_is_delivered_when_a_dashboard_has_it(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say("Hello")
        for socket in (chat, inbox):
            marks = await socket.expect("read", reader="staff")
            assert (marks["delivered_rev"], marks["read_rev"]) == (1, 0)
            assert marks["conversation_id"] == vera.conversation_id


async def test_a_message_is_delivered_when_the_visitors_page_has_it(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket(), ben.socket() as inbox:
        await inbox.say("Hello", conversation_id=vera.conversation_id)
        marks = await inbox.expect("read", reader="visitor")
        assert (marks["delivered_rev"], marks["read_rev"]) == (1, 0)


async def test_without_a_dashboard_nothing_is_delivered_until_one_resumes(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat:
        await chat.say("Anybody?")
        assert state(ben, vera)["staff_delivered_rev"] == 0
        async with ben.socket() as inbox:
            await inbox.send("resume", conversation_id=vera.conversation_id, after=0)
            assert (await chat.expect("read", reader="staff"))["delivered_rev"] == 1


async def test_without_a_page_nothing_is_delivered_until_it_resumes(vera: Visitor, ben: StaffMember) -> None:
    async with ben.socket() as inbox:
        await inbox.say("Still there?", conversation_id=vera.conversation_id)
        assert state(ben, vera)["visitor_delivered_rev"] == 0
        async with vera.socket() as chat:
            await chat.send("resume", after=0)
            assert (await inbox.expect("read", reader="visitor"))["delivered_rev"] == 1


async def test_one_side_reading_never_moves_the_other_sides_marks(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        for number in range(3):
            await chat.say(f"question {number}")
            await inbox.say(f"answer {number}", conversation_id=vera.conversation_id)
        await chat.send("read", rev=4)
        await read_up_to(inbox, 4, "visitor")
        marks = state(ben, vera)
        assert marks["visitor_read_rev"] == 4
        assert marks["staff_read_rev"] == 6, "who writes has read what stands above"
    other = state(ben, vera)
    assert (other["visitor_delivered_rev"], other["staff_delivered_rev"]) == (6, 5)


async def test_staff_reading_is_told_to_the_visitor_and_counts_down_what_is_unread(
    vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        for number in range(3):
            await chat.say(f"question {number}")
        assert state(ben, vera)["unread_count"] == 3
        await inbox.send("read", conversation_id=vera.conversation_id, rev=2)
        await read_up_to(chat, 2, "staff")
        assert (state(ben, vera)["unread_count"], state(ben, vera)["staff_read_rev"]) == (1, 2)
        assert (await connected(vera))["staff_read_rev"] == 2


async def test_the_visitor_reading_counts_down_what_is_unread_for_them(vera: Visitor, ben: StaffMember) -> None:
    async with ben.socket() as inbox:
        for number in range(3):
            await inbox.say(f"answer {number}", conversation_id=vera.conversation_id)
        await inbox.say("a note", note=True, conversation_id=vera.conversation_id)
        assert (await connected(vera))["unread_count"] == 3
        answer = vera.rest.post(vera.path("read/"), {"rev": 2}).json()
        assert (answer["unread_count"], answer["visitor_read_rev"]) == (1, 2)
        await read_up_to(inbox, 2, "visitor")


async def test_marks_never_shrink(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat:
        for number in range(3):
            await chat.say(f"question {number}")
    assert [mark(ben, vera, rev)["staff_read_rev"] for rev in (2, 1, 0, 3, 1)] == [2, 2, 2, 3, 3]
    assert [mark_as_visitor(vera, rev)["visitor_read_rev"] for rev in (3, 1)] == [3, 3]


async def test_a_mark_is_cut_to_the_last_number_there_is(vera: Visitor, ben: StaffMember) -> None:
    beyond = 2**31 - 1
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say("the only one")
        assert mark(ben, vera, beyond)["staff_read_rev"] == 1
        assert mark_as_visitor(vera, beyond)["visitor_read_rev"] == 1
        await chat.say("unread")
        assert state(ben, vera)["unread_count"] == 1
        await inbox.say("a note", note=True, conversation_id=vera.conversation_id)
        assert mark_as_visitor(vera, beyond)["visitor_read_rev"] == 2, "the note is not theirs to read"
        assert mark(ben, vera, beyond)["staff_read_rev"] == 3


async def test_a_reader_who_scrolls_is_told_about_once_at_once_and_then_once_a_second(
    vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        for number in range(20):
            await inbox.say(f"answer {number}", conversation_id=vera.conversation_id)
        began = time.monotonic()
        async with vera.socket() as fresh:
            for rev in range(1, 21):
                await fresh.send("read", rev=rev)
        await read_up_to(inbox, 20, "visitor")
        told = [frame for frame in inbox.seen_of("read") if frame["reader"] == "visitor"]
        assert len(told) <= 3 + (time.monotonic() - began)
        await chat.expect("read", reader="visitor")


async def test_who_reads_over_rest_is_told_about_no_more_often(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        for number in range(20):
            await inbox.say(f"answer {number}", conversation_id=vera.conversation_id)
        began = time.monotonic()
        for rev in range(1, 21):
            assert (await asyncio.to_thread(mark_as_visitor, vera, rev))["visitor_read_rev"] == rev
        await read_up_to(inbox, 20, "visitor")
        told = [frame["read_rev"] for frame in inbox.seen_of("read") if frame["reader"] == "visitor"]
        assert told == sorted(told)
        assert len([read for read in told if read > 0]) <= 2 + (time.monotonic() - began)
        await chat.expect("read", reader="visitor", read_rev=20)


async def test_mallory_marks_nothing_of_acme(vera: Visitor, ben: StaffMember, mallory: StaffMember) -> None:
    async with vera.socket() as chat:
        await chat.say("Hello")
    answer = mallory.rest.post(f"conversations/{vera.conversation_id}/read/", {"rev": 1})
    assert answer.status_code == 404
    async with mallory.socket() as inbox:
        await inbox.send("read", conversation_id=vera.conversation_id, rev=1)
        assert (await inbox.expect("rejected"))["code"] == "not_found"
    assert state(ben, vera)["staff_read_rev"] == 0


async def test_many_readers_at_once_end_at_the_highest(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat:
        for number in range(10):
            await chat.say(f"{number}")
    answers = await asyncio.gather(*[asyncio.to_thread(mark, ben, vera, rev) for rev in range(1, 11)])
    assert max(answer["staff_read_rev"] for answer in answers) == state(ben, vera)["staff_read_rev"] == 10
    assert state(ben, vera)["unread_count"] == 0


async def read_up_to(socket: Socket, rev: int, reader: str) -> None:
    while (await socket.expect("read", reader=reader))["read_rev"] < rev:
        pass


async def connected(vera: Visitor) -> Frame:
    async with vera.socket() as chat:
        found: Frame = (await chat.expect("connected"))["conversation"]
        return found


def state(ben: StaffMember, vera: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
    return found


def mark(ben: StaffMember, vera: Visitor, rev: int) -> dict[str, Any]:
    found: dict[str, Any] = ben.rest.post(f"conversations/{vera.conversation_id}/read/", {"rev": rev}).json()
    return found


def mark_as_visitor(vera: Visitor, rev: int) -> dict[str, Any]:
    found: dict[str, Any] = vera.rest.post(vera.path("read/"), {"rev": rev}).json()
    return found
