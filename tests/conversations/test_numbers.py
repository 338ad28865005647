"""Every durable change has a number: no hole for those who may see it, no trace for those who may not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor
from tests.clients.sockets import DashboardSocket, Frame, Socket

ID = "6e1bd4d1-7a5a-4a39-a2ae-6b9b2b6c9d10"
DURABLE = ("new_message", "message_updated", "conversation_updated")


async def test_every_durable_change_counts_one_and_staff_see_a_chain_without_a_hole(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        last = await change_everything(vera, ben, chat, inbox)
        changes = durable(inbox)
    assert sorted(changes) == list(range(1, last + 1))
    assert all(prev == rev - 1 for rev, prev in changes.items())


async def test_a_visitors_chain_skips_what_is_not_for_them_and_has_no_hole(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await change_everything(vera, ben, chat, inbox)
        seen, everything = durable(chat), durable(inbox)
    revs = sorted(seen)
    assert [seen[rev] for rev in revs] == [0, *revs[:-1]]
    assert set(revs) < set(everything)


async def test_no_number_that_a_visitor_is_told_lies_beyond_what_they_may_see(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say("Hello")
        for number in range(3):
            await inbox.say(f"note {number}", note=True, conversation_id=vera.conversation_id)
        patch(ben, vera, labels=["vip"])
        await inbox.send("read", conversation_id=vera.conversation_id, rev=5)
        await chat.until(lambda: any(frame["read_rev"] for frame in chat.seen_of("read")))
        assert chat.seen_of("read")[-1]["read_rev"] == 1
        await chat.send("resume", after=0)
        assert highest(await chat.expect("resumed")) == 1
        assert highest(chat.seen) == 1
    for path in ("entries/", "entries/?after=0"):
        assert highest(vera.rest.get(vera.path(path)).json()) == 1
    assert highest(vera.rest.get("widget/conversations/").json()) == 1
    assert highest(vera.rest.post(vera.path("read/"), {"rev": 1}).json()) == 1
    assert highest(vera.rest.post("widget/conversations/").json()) == 1
    async with vera.socket() as chat:
        assert highest(await chat.expect("connected")) == 1


async def test_an_entry_keeps_its_place_and_takes_the_number_of_its_last_change(
    vera: Visitor, ben: StaffMember
) -> None:
    async with ben.socket() as inbox:
        first = (await inbox.say("one", conversation_id=vera.conversation_id))["message"]
        await inbox.say("two", conversation_id=vera.conversation_id)
        path = f"conversations/{vera.conversation_id}/messages/{first['id']}/"
        edited = ben.rest.patch(path, {"content": "one!"}).json()
        deleted = ben.rest.delete(path).json()
    assert [(one["seq"], one["rev"]) for one in (first, edited, deleted)] == [(1, 1), (1, 3), (1, 4)]


async def test_an_activity_has_the_number_of_its_change(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say("Hello")
        patch(ben, vera, status="resolved")
        update = await inbox.expect("conversation_updated")
    assert (update["rev"], update["prev"]) == (2, 1)
    assert (update["activity"]["seq"], update["activity"]["rev"], update["activity"]["kind"]) == (2, 2, "activity")


async def test_what_changes_nothing_counts_nothing_and_tells_nobody(vera: Visitor, ben: StaffMember) -> None:
    async with ben.socket() as inbox:
        before = patch(ben, vera, labels=["vip"], priority="high")
        for changes in ({"labels": ["vip"]}, {"priority": "high"}, {"status": "open"}, {"assignee": None}, {}):
            assert patch(ben, vera, **changes)["rev"] == before["rev"] == 1
        await inbox.say("next", conversation_id=vera.conversation_id)
        assert [frame["rev"] for frame in inbox.seen_of("conversation_updated")] in ([1], [1, 2])


async def test_one_call_that_changes_much_is_one_change(vera: Visitor, ben: StaffMember, people_only: Cast) -> None:
    after = patch(ben, vera, labels=["b", "a", "a"], priority="urgent", assignee=people_only.cleo.pk, status="resolved")
    assert (after["rev"], after["labels"], after["priority"], after["status"]) == (1, ["a", "b"], "urgent", "resolved")
    entries = ben.rest.get(f"conversations/{vera.conversation_id}/entries/").json()["entries"]
    assert [entry["kind"] for entry in entries] == ["activity"]


async def test_two_hundred_messages_at_once_get_two_hundred_numbers_without_a_hole(
    vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        contents = [f"message {number}" for number in range(100)]
        await asyncio.gather(
            *[chat.say_soon(content) for content in contents],
            *[inbox.say_soon(content, conversation_id=vera.conversation_id) for content in contents],
        )
        await chat.until(lambda: len(chat.seen_of("new_message")) == 200)
        await inbox.until(lambda: len(inbox.seen_of("new_message")) == 200)
        for socket in (chat, inbox):
            assert sorted(frame["rev"] for frame in socket.seen_of("new_message")) == list(range(1, 201))
        await chat.send("resume", after=0)
        resumed = await chat.expect("resumed")
    assert [entry["seq"] for entry in resumed["entries"]] == list(range(1, 201))
    mine = [entry["content"] for entry in resumed["entries"] if entry["role"] == "user"]
    assert mine == contents, "one socket's messages keep their order"


async def change_everything(vera: Visitor, ben: StaffMember, chat: Socket, inbox: DashboardSocket) -> int:
    """Every kind of durable change there is. All of them have been seen; the number of the last one."""
    conversation = {"conversation_id": vera.conversation_id}
    await chat.say("Hello")
    message = (await inbox.say("Hello", **conversation))["message"]["id"]
    note = (await inbox.say("Hm", note=True, **conversation))["message"]["id"]
    for entry in (message, note):
        path = f"conversations/{vera.conversation_id}/messages/{entry}/"
        ben.rest.patch(path, {"content": "edited"})
        ben.rest.delete(path)
    changes: list[dict[str, Any]] = [
        {"labels": ["vip"]},
        {"priority": "high"},
        {"assignee": None},
        {"assignee": ben.user.pk},
        {"status": "snoozed", "snoozed_until": "2030-01-01T00:00:00Z"},
        {"status": "open"},
    ]
    for change in changes:
        patch(ben, vera, **change)
    steps: list[Callable[[], Any]] = [
        lambda: inbox.send("hand_back", **conversation),
        lambda: chat.send("request_human"),
        lambda: inbox.send("take_over", **conversation),
    ]
    for step in steps:
        await step()
        await inbox.expect("conversation_updated")
    patch(ben, vera, status="resolved")
    await chat.say("One more thing")
    posted = ben.rest.post(f"conversations/{vera.conversation_id}/messages/", {"client_id": ID, "content": "Bye"})
    last: int = posted.json()["rev"]
    for socket in (chat, inbox):
        await socket.expect("new_message", rev=last)
    return last


def durable(socket: Socket) -> dict[int, int]:
    """`prev` by `rev` of all durable changes that this socket was told; the same number twice must agree.

    The state that a message has changed comes under the message's number and builds on it: no link of its own.
    """
    chain: dict[int, int] = {}
    for frame in socket.seen:
        if frame["type"] in DURABLE and frame["prev"] != frame["rev"]:
            assert chain.setdefault(frame["rev"], frame["prev"]) == frame["prev"]
    return chain


def highest(told: Any) -> int:
    """The highest number in any field that holds one."""
    if isinstance(told, list):
        return max(map(highest, told), default=0)
    if not isinstance(told, dict):
        return 0
    own: list[int] = [value for key, value in told.items() if key in ("rev", "prev", "seq") or key.endswith("_rev")]
    return max([*own, *map(highest, told.values())])


def patch(ben: StaffMember, vera: Visitor, **changes: Any) -> Frame:
    answer = ben.rest.patch(f"conversations/{vera.conversation_id}/", changes)
    assert answer.status_code == 200, answer.text
    state: Frame = answer.json()
    return state
