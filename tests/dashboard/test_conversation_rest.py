"""What staff and their programs do with a conversation over REST; sockets are told of it like of anything else."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack


async def test_a_message_over_rest_is_told_to_everybody_with_the_program_that_sent_it(
    vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        body = {"client_id": str(uuid4()), "content": "How can I help?"}
        answer = ben.rest.post(f"conversations/{vera.conversation_id}/messages/", body)
        assert answer.status_code == 201
        told = await inbox.expect("new_message")
        assert answer.json() == {"message": told["message"], "rev": told["rev"]}
        assert told["message"]["client_id"] == body["client_id"]
        assert (await chat.expect("new_message"))["message"]["is_manual"] is True


def test_a_resend_is_answered_with_the_first_result(stack: Stack, people_only: Cast) -> None:
    vera, ben = visit(stack, people_only.acme), log_in(stack, people_only.ben)
    vera.open()
    path, body = f"conversations/{vera.conversation_id}/messages/", {"client_id": str(uuid4()), "content": "Once"}
    first, second = ben.rest.post(path, body), ben.rest.post(path, body | {"content": "Once, but different"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len(ben.rest.get(f"conversations/{vera.conversation_id}/entries/").json()["entries"]) == 1


async def test_a_note_over_rest_stays_among_staff(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        body = {"client_id": str(uuid4()), "content": "Between us", "note": True}
        assert (
            ben.rest.post(f"conversations/{vera.conversation_id}/messages/", body).json()["message"]["kind"] == "note"
        )
        assert (await inbox.expect("new_message"))["message"]["kind"] == "note"
        await inbox.say("Hello", conversation_id=vera.conversation_id)
        assert (await chat.expect("new_message"))["message"]["content"] == "Hello"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"content": ""}, "invalid"),
        ({"content": "a\0b"}, "invalid"),
        ({"content": "\ud83d"}, "invalid"),
        ({"content": "x" * 10_001}, "too_long"),
        ({"client_id": "x"}, "invalid"),
        ({"client_id": None}, "invalid"),
        ({"note": "perhaps"}, "invalid"),
        ({"attachments": ["6e1bd4d1-7a5a-4a39-a2ae-6b9b2b6c9d10"]}, "invalid"),
        ({"role": "user"}, "invalid"),
    ],
    ids=ascii,
)
def test_a_message_that_makes_no_sense_is_not_stored(
    stack: Stack, people_only: Cast, change: dict[str, object], code: str
) -> None:
    vera, ben = visit(stack, people_only.acme), log_in(stack, people_only.ben)
    vera.open()
    body = {"client_id": str(uuid4()), "content": "Hello"} | change
    for rest, path in (
        (ben.rest, f"conversations/{vera.conversation_id}/messages/"),
        (vera.rest, vera.path("messages/")),
    ):
        answer = rest.post(path, body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json()["rev"] == 0


def test_take_over_and_hand_back_answer_with_the_new_state(stack: Stack, cast: Cast) -> None:
    vera, ben = visit(stack, cast.acme), log_in(stack, cast.ben)
    vera.open()
    taken = ben.rest.post(f"conversations/{vera.conversation_id}/take-over/").json()
    assert (taken["handled_by"], taken["assignee"]["id"], taken["rev"]) == ("human", cast.ben.pk, 1)
    given = ben.rest.post(f"conversations/{vera.conversation_id}/hand-back/").json()
    assert (given["handled_by"], given["assignee"], given["rev"]) == ("ai", None, 2)
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json() == given


def test_the_staffs_form_of_a_conversation(stack: Stack, people_only: Cast) -> None:
    vera, ben = visit(stack, people_only.acme), log_in(stack, people_only.ben)
    vera.open("Hello")
    state = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
    visitor = state.pop("visitor")
    moments = {state.pop(name) for name in ("last_message_at", "created_at", "waiting_since")}
    assert all(moment.endswith("Z") for moment in moments)
    assert visitor["id"] == vera.session["visitor"]["id"]
    assert state == {
        "id": vera.conversation_id,
        "website_id": people_only.acme.pk,
        "rev": 1,
        "status": "open",
        "handled_by": "human",
        "assignee": None,
        "subject": "Hello",
        "preview": "Hello",
        "message_count": 1,
        "unread_count": 1,
        "visitor_delivered_rev": 0,
        "visitor_read_rev": 0,
        "staff_delivered_rev": 0,
        "staff_read_rev": 0,
        "labels": [],
        "attributes": {},
        "priority": "normal",
        "rating": None,
        "snoozed_until": None,
    }
