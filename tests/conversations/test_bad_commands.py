"""A bad command gets a clear `rejected`, harms nothing, and never closes the socket."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.clients.people import StaffMember, Visitor

ID = "6e1bd4d1-7a5a-4a39-a2ae-6b9b2b6c9d10"
NOWHERE: dict[str, str] = {}
SAY = {"type": "chat_message", "client_id": ID, "content": "hello"}


def say(**changes: Any) -> str:
    return json.dumps({**SAY, **changes})


def without(field: str) -> str:
    return json.dumps({name: value for name, value in SAY.items() if name != field})


INVALID = {
    "no JSON": "hello",
    "nothing": "",
    "cut off": '{"type": "ping"',
    "an array": '[{"type": "ping"}]',
    "a number": "1",
    "a string": '"ping"',
    "null": "null",
    "two objects": '{"type": "ping"}{"type": "ping"}',
    "very deep": "[" * 60_000,
    "a deep field": '{"type":' + "[" * 60_000,
    "NaN": '{"type": "read", "rev": NaN}',
    "no type": "{}",
    "an unknown type": '{"type": "dance"}',
    "a private name": '{"type": "__class__"}',
    "a frame for a command": '{"type": "new_message"}',
    "a type that is no text": '{"type": ["ping"]}',
    "an unknown field": '{"type": "ping", "extra": 1}',
    "an unknown field of a message": say(kind="note"),
    "somebody else's role": say(role="assistant"),
    "no content": without("content"),
    "no client_id": without("client_id"),
    "empty content": say(content=""),
    "content that is a number": say(content=5),
    "content that is null": say(content=None),
    "content that is a list": say(content=["hello"]),
    "a client_id that is no UUID": say(client_id="abc"),
    "a client_id that is a number": say(client_id=7),
    "NUL": say(content="hel\0lo"),
    "a lone surrogate": say(content="\ud83d"),
    "a lone surrogate as client_id": say(client_id="\ud83d"),
    "an unknown field with a surrogate": '{"type": "ping", "\\ud83d": 1}',
    "attachments": say(attachments=[ID]),
    "attachments that are no ids": say(attachments=["x"]),
    "typing with a number": '{"type": "typing", "is_typing": 1}',
    "typing with text": '{"type": "typing", "is_typing": "true"}',
    "typing with nothing": '{"type": "typing"}',
    "a draft with NUL": '{"type": "typing", "is_typing": true, "draft": "a\\u0000"}',
    "a rev that is text": '{"type": "read", "rev": "1"}',
    "a rev that is a fraction": '{"type": "read", "rev": 1.5}',
    "a rev that is true": '{"type": "read", "rev": true}',
    "a rev below zero": '{"type": "read", "rev": -1}',
    "a rev beyond all counting": '{"type": "read", "rev": 99999999999999999999}',
    "a cursor below zero": '{"type": "resume", "after": -1}',
    "no cursor": '{"type": "resume"}',
}
ONLY_FOR_STAFF = {
    "a note": say(note=True),
    "a conversation": say(conversation_id=ID),
    "take_over": json.dumps({"type": "take_over", "conversation_id": ID}),
    "hand_back": json.dumps({"type": "hand_back", "conversation_id": ID}),
    "view": json.dumps({"type": "view", "conversation_id": None}),
    "subscribe": json.dumps({"type": "subscribe", "channel": "chat_updates"}),
    "unsubscribe": json.dumps({"type": "unsubscribe", "channel": "chat_updates"}),
}
INVALID_FOR_STAFF = {
    "no conversation": '{"type": "take_over"}',
    "a conversation that is no id": '{"type": "take_over", "conversation_id": "x"}',
    "a conversation that is null": '{"type": "read", "conversation_id": null, "rev": 1}',
    "view without a conversation": '{"type": "view"}',
    "an unknown channel": '{"type": "subscribe", "channel": "everything"}',
    "a note that is text": json.dumps({**SAY, "conversation_id": ID, "note": "yes"}),
    "a visitor's command": '{"type": "request_human"}',
    "a draft": json.dumps({"type": "typing", "conversation_id": ID, "is_typing": True, "draft": "x"}),
}


async def test_every_bad_command_of_a_visitor_is_invalid_and_the_socket_survives_them_all(vera: Visitor) -> None:
    async with vera.socket() as chat:
        for what, text in (INVALID | ONLY_FOR_STAFF).items():
            await chat.send_text(text)
            rejected = await chat.expect("rejected")
            assert rejected["code"] == "invalid", what
            assert rejected["detail"], what
        await chat.send("resume", after=0)
        assert (await chat.expect("resumed"))["entries"] == []


async def test_every_bad_command_of_staff_is_invalid_and_the_socket_survives_them_all(ben: StaffMember) -> None:
    async with ben.socket() as inbox:
        for what, text in (INVALID | INVALID_FOR_STAFF).items():
            await inbox.send_text(text)
            assert (await inbox.expect("rejected"))["code"] == "invalid", what
        await inbox.round_trip()


async def test_a_binary_frame_is_invalid_and_the_socket_survives(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        for socket in (chat, inbox):
            await socket.connection.send(json.dumps({"type": "ping"}).encode())
            assert (await socket.expect("rejected"))["code"] == "invalid"
            await socket.round_trip()


@pytest.mark.parametrize("client_id", [ID, "not-a-uuid"])
async def test_a_refusal_carries_the_client_id_that_was_given(vera: Visitor, client_id: str) -> None:
    async with vera.socket() as chat:
        await chat.send_text(say(client_id=client_id, content=""))
        assert (await chat.expect("rejected"))["client_id"] == client_id


async def test_a_refusal_without_a_client_id_makes_none_up(vera: Visitor) -> None:
    async with vera.socket() as chat:
        await chat.send("dance")
        assert "client_id" not in await chat.expect("rejected")


async def test_ten_thousand_characters_are_taken_and_one_more_is_too_long(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        for socket, fields in ((chat, NOWHERE), (inbox, {"conversation_id": vera.conversation_id})):
            assert len((await socket.say("é" * 10_000, **fields))["message"]["content"]) == 10_000
            await socket.send("chat_message", client_id=ID, content="x" * 10_001, **fields)
            rejected = await socket.expect("rejected")
            assert (rejected["code"], rejected["client_id"]) == ("too_long", ID)
            await socket.round_trip()


async def test_characters_are_counted_as_code_points(vera: Visitor) -> None:
    """An emoji is two UTF-16 units and four bytes, but one character."""
    async with vera.socket() as chat:
        assert (await chat.say("😀" * 10_000))["message"]["content"] == "😀" * 10_000
        await chat.send("chat_message", client_id=ID, content="😀" * 10_001)
        assert (await chat.expect("rejected"))["code"] == "too_long"


async def test_a_surrogate_pair_is_one_character_and_stays_it(vera: Visitor) -> None:
    async with vera.socket() as chat:
        escaped = say(content="😀")
        assert "\\ud83d\\ude00" in escaped
        await chat.send_text(escaped)
        assert (await chat.expect("new_message"))["message"]["content"] == "😀"


async def test_text_is_stored_as_it_was_written(vera: Visitor) -> None:
    text = '  <b>bold</b> & "quoted" \\ \r\n\ttab \u202eright to left\u202c \u0007 é e\u0301 %s {} \' ; --  '
    async with vera.socket() as chat:
        assert (await chat.say(text))["message"]["content"] == text
        await chat.send("resume", after=0)
        assert (await chat.expect("resumed"))["entries"][0]["content"] == text


async def test_a_refused_message_is_not_half_written(vera: Visitor) -> None:
    async with vera.socket() as chat:
        for text in (say(content="a\0"), say(content="x" * 10_001), say(attachments=[ID])):
            await chat.send_text(text)
            await chat.expect("rejected")
        assert (await chat.say("fine"))["rev"] == 1
        await chat.send("resume", after=0)
        resumed = await chat.expect("resumed")
        assert [entry["content"] for entry in resumed["entries"]] == ["fine"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["chat_message", "typing", "read", "resume", "stop_reply", "take_over", "hand_back", "view"]
)
async def test_staff_find_no_conversation_of_another_tenant(vera: Visitor, mallory: StaffMember, command: str) -> None:
    """Neither that it exists: the refusal is that for one that does not."""
    needed: dict[str, dict[str, Any]] = {
        "chat_message": {"client_id": ID, "content": "hello"},
        "typing": {"is_typing": True},
        "read": {"rev": 1},
        "resume": {"after": 0},
    }
    async with mallory.socket() as inbox, vera.socket() as chat:
        refusals = []
        for conversation_id in (vera.conversation_id, str(uuid4())):
            await inbox.send(command, conversation_id=conversation_id, **needed.get(command, {}))
            refusals.append(await inbox.expect("rejected"))
        assert refusals[0] == refusals[1]
        assert refusals[0]["code"] == "not_found"
        assert (await chat.say("still mine"))["rev"] == 1
        assert chat.seen_of("typing") == []


async def test_a_frame_of_64_kib_is_read_and_a_larger_one_ends_the_socket(vera: Visitor) -> None:
    async with vera.socket() as chat:
        await chat.send_text(padded(64 * 1024))
        await chat.expect("pong")
        await chat.send_text(padded(64 * 1024 + 1))
        assert await chat.closed_with() == ("too_large", 4009)


@pytest.mark.parametrize(
    "frame", ["é" * 40_000, b"x" * 70_000, "x" * 500_000], ids=["as UTF-8", "binary", "half a MiB"]
)
async def test_size_is_counted_in_bytes_whatever_is_in_the_frame(vera: Visitor, frame: str | bytes) -> None:
    async with vera.socket() as chat:
        await chat.connection.send(frame)
        assert await chat.closed_with() == ("too_large", 4009)


async def test_after_too_large_a_frame_one_can_come_back_and_nothing_is_lost(vera: Visitor) -> None:
    async with vera.socket() as chat:
        await chat.say("before")
        await chat.send_text(padded(70_000))
        await chat.closed_with()
    async with vera.socket() as chat:
        await chat.send("resume", after=0)
        assert [entry["content"] for entry in (await chat.expect("resumed"))["entries"]] == ["before"]


def padded(size: int) -> str:
    """A ping of so many bytes."""
    return '{"type": "ping"}'.ljust(size)
