"""Open, snoozed, resolved, and back: by staff, by a visitor's message; and what the AI knows afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from conversations.queries.timeline import history_since_resolve
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.clients.sockets import Frame
from tests.servers.stack import Stack

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"status": "resolved"}, "Ben resolved the conversation."),
        ({"status": "snoozed", "snoozed_until": TOMORROW}, "Ben snoozed the conversation."),
        ({"assignee": "cleo"}, "Ben assigned Cleo."),
        ({"assignee": "ben"}, "Ben took the conversation."),
    ],
)
async def test_a_change_that_the_visitor_may_know_of_is_told_to_both_sides(
    vera: Visitor, ben: StaffMember, people_only: Cast, changes: dict[str, Any], sentence: str
) -> None:
    if "assignee" in changes:
        changes = {"assignee": getattr(people_only, changes["assignee"]).pk}
    async with vera.socket() as chat, ben.socket() as inbox:
        state = patch(ben, vera, **changes)
        told = await inbox.expect("conversation_updated")
        assert told["conversation"] == state
        assert told["activity"]["content"] == sentence
        seen = await chat.expect("conversation_updated")
        assert seen["conversation"]["status"] == state["status"]
        assert "activity" not in seen, "who did what is for the staff"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"labels": ["vip", "refund"]}, "Ben set the labels to refund, vip."),
        ({"priority": "urgent"}, "Ben set the priority to urgent."),
    ],
)
async def test_labels_and_priority_are_the_staffs_own(
    vera: Visitor, ben: StaffMember, changes: dict[str, Any], sentence: str
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        patch(ben, vera, **changes)
        assert (await inbox.expect("conversation_updated"))["activity"]["content"] == sentence
        await inbox.say("Hello", conversation_id=vera.conversation_id)
        assert (await chat.expect("new_message"))["prev"] == 0


async def test_a_visitors_message_wakes_a_snoozed_conversation(vera: Visitor, ben: StaffMember) -> None:
    patch(ben, vera, status="snoozed", snoozed_until=TOMORROW)
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say("One more thing")
        update = await inbox.expect("conversation_updated", rev=2)
    assert (update["conversation"]["status"], update["conversation"]["snoozed_until"]) == ("open", None)


async def test_a_visitors_message_reopens_a_resolved_conversation(vera: Visitor, ben: StaffMember) -> None:
    patch(ben, vera, status="resolved")
    async with vera.socket() as chat, ben.socket() as inbox:
        said = await chat.say("One more thing")
        assert (said["rev"], said["prev"]) == (2, 1)
        for socket in (chat, inbox):
            assert (await socket.expect("conversation_updated", rev=2))["conversation"]["status"] == "open"


async def test_a_word_of_the_staff_does_not_reopen_it(vera: Visitor, ben: StaffMember) -> None:
    patch(ben, vera, status="resolved")
    async with ben.socket() as inbox:
        await inbox.say("Take care", conversation_id=vera.conversation_id)
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json()["status"] == "resolved"


async def test_a_message_to_a_resolved_conversation_while_another_is_open_is_a_conflict_that_names_it(
    vera: Visitor, ben: StaffMember
) -> None:
    patch(ben, vera, status="resolved")
    old = vera.conversation_id
    async with vera.socket() as chat:
        new = vera.open()["conversation"]["id"]
        assert new != old
        client_id = str(uuid4())
        await chat.send("chat_message", client_id=client_id, content="To the old one")
        rejected = await chat.expect("rejected")
    assert (rejected["code"], rejected["conversation_id"], rejected["client_id"]) == ("conflict", new, client_id)
    body = {"client_id": client_id, "content": "To the old one"}
    answer = vera.rest.post(f"widget/conversations/{old}/messages/", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    assert answer.json()["error"]["conversation_id"] == new
    assert ben.rest.get(f"conversations/{old}/").json()["status"] == "resolved"


async def test_a_resend_to_a_resolved_conversation_reopens_nothing(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat:
        first = await chat.say("Hello")
        patch(ben, vera, status="resolved")
        await chat.send("chat_message", client_id=first["message"]["client_id"], content="Hello")
        assert await chat.expect("new_message") == first
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json()["status"] == "resolved"


async def test_staff_cannot_reopen_it_while_another_is_open(vera: Visitor, ben: StaffMember) -> None:
    patch(ben, vera, status="resolved")
    old = vera.conversation_id
    new = vera.open()["conversation"]["id"]
    answer = ben.rest.patch(f"conversations/{old}/", {"status": "open"})
    assert (answer.status_code, answer.json()["error"]["conversation_id"]) == (409, new)


async def test_after_reopening_the_ai_answers_again_and_knows_only_what_was_said_since(
    each_stack: Stack, cast: Cast
) -> None:
    vera, ben = visit(each_stack, cast.acme), log_in(each_stack, cast.ben)
    vera.open()
    async with vera.socket() as chat, ben.socket() as inbox:
        await inbox.say("A person was here", conversation_id=vera.conversation_id)
        patch(ben, vera, status="resolved")
        await chat.say("A new question")
        assert (await chat.expect("conversation_updated", rev=3))["conversation"]["handled_by"] == "ai"
        answer = await chat.expect("new_message", rev=4)
        assert answer["message"]["role"] == "assistant"
        history = await db(history_since_resolve, UUID(vera.conversation_id))
    assert [content for _, _, content in history] == ["A new question", answer["message"]["content"]]


async def test_an_assignee_must_see_the_website(vera: Visitor, ben: StaffMember, people_only: Cast) -> None:
    for nobody in (people_only.mallory.pk, 2**31, 10**17):
        answer = ben.rest.patch(f"conversations/{vera.conversation_id}/", {"assignee": nobody})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert patch(ben, vera, assignee=people_only.cleo.pk)["assignee"]["name"] == "Cleo"
    assert patch(ben, vera, assignee=None)["assignee"] is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"status": "closed"},
        {"status": None},
        {"priority": "highest"},
        {"priority": None},
        {"labels": None},
        {"labels": "vip"},
        {"labels": [""]},
        {"labels": ["x" * 61]},
        {"labels": ["a\0b"]},
        {"labels": ["x"] * 51},
        {"snoozed_until": TOMORROW},
        {"status": "snoozed", "snoozed_until": "tomorrow"},
        {"status": "snoozed", "snoozed_until": "2030-01-01T00:00:00"},
        {"handled_by": "ai"},
        {"rev": 7},
        {"assignee": "me"},
    ],
)
async def test_what_makes_no_sense_changes_nothing(vera: Visitor, ben: StaffMember, changes: dict[str, Any]) -> None:
    answer = ben.rest.patch(f"conversations/{vera.conversation_id}/", changes)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json()["rev"] == 0


async def test_mallory_changes_nothing_at_acme(vera: Visitor, ben: StaffMember, mallory: StaffMember) -> None:
    for changes in ({"status": "resolved"}, {"labels": ["mine"]}, {"assignee": mallory.user.pk}):
        assert mallory.rest.patch(f"conversations/{vera.conversation_id}/", changes).status_code == 404
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json()["rev"] == 0


def patch(ben: StaffMember, vera: Visitor, **changes: Any) -> Frame:
    answer = ben.rest.patch(f"conversations/{vera.conversation_id}/", changes)
    assert answer.status_code == 200, answer.text
    state: Frame = answer.json()
    return state
