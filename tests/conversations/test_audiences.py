"""Visitors never receive notes, staff-only activity, e-mail addresses or internal ids of people.

Beside this, tests/clients/contract.py looks at every frame and answer that any visitor gets in any test.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import ValidationError

from accounts.models import User
from conversations import audiences
from conversations.rows import EntryRow
from foundation.db import db
from tests.cast import Cast
from tests.clients.contract import check_frame, check_nothing_private
from tests.clients.people import Rest, StaffMember, Visitor, log_in, visit
from tests.clients.sockets import Socket
from tests.servers.stack import Stack

SECRET = "quetzal"  # a word that stands in everything that is not for visitors


async def test_nothing_private_is_in_anything_a_visitor_gets(each_stack: Stack, people_only: Cast) -> None:
    ben, cleo = log_in(each_stack, people_only.ben), log_in(each_stack, people_only.cleo)
    log_in(each_stack, people_only.ada).rest.patch(f"websites/{people_only.acme.pk}/", {"visitor_drafts": True})
    vera = visit(each_stack, people_only.acme)
    opened = vera.open("Hello")
    got: list[Any] = [vera.session, opened]
    async with vera.socket() as chat, vera.socket() as other_tab, ben.socket() as inbox, cleo.socket() as cleos:
        await chat.send("typing", is_typing=True, draft=f"{SECRET} draft")
        await private_matters(vera, ben, inbox, people_only)
        await inbox.say("Hello Vera", conversation_id=vera.conversation_id)
        await cleos.send("typing", conversation_id=vera.conversation_id, is_typing=True)
        await cleos.send("view", conversation_id=vera.conversation_id)
        await chat.send("request_human")
        await chat.send("resume", after=0)
        await chat.expect("resumed")
        last = await inbox.say("Goodbye", conversation_id=vera.conversation_id)
        for socket in (chat, other_tab):
            await socket.expect("new_message", rev=last["rev"])
        got += [*chat.seen, *other_tab.seen]
    got += all_answers(vera)
    assert any(SECRET in json.dumps(frame) for frame in inbox.seen), "the staff have seen it"
    assert len(got) > 15
    for told in got:
        text = json.dumps(told)
        assert SECRET not in text
        assert "@staff.example.test" not in text
        check_nothing_private(told)


async def test_an_internal_id_is_not_hidden_in_what_visitors_learn_of_people(
    each_stack: Stack, people_only: Cast
) -> None:
    ben = log_in(each_stack, people_only.ben)
    vera = visit(each_stack, people_only.acme)
    vera.open()
    async with vera.socket() as chat, ben.socket() as inbox:
        await inbox.say("Hello", conversation_id=vera.conversation_id)
        author = (await chat.expect("new_message"))["message"]["author"]
        update = await chat.expect("conversation_updated")
    assert author == update["conversation"]["agent"]
    assert author == {"id": str(people_only.ben.public_id), "name": "Ben", "avatar_url": None}


async def test_a_person_without_a_name_is_not_shown_by_their_address(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    await db(User.objects.filter(pk=people_only.ben.pk).update, name="")
    async with vera.socket() as chat:
        ben.rest.post(f"conversations/{vera.conversation_id}/take-over/")
        update = await chat.expect("conversation_updated")
    assert update["conversation"]["agent"]["name"] == "Support"
    assert update["activity"]["content"] == "Support joined the conversation."


def test_what_is_for_staff_has_no_form_for_visitors(people_only: Cast) -> None:
    """A mistake further up ends in an error and not at the visitor."""
    note = EntryRow(
        id=people_only.ben.public_id,
        conversation_id=people_only.ben.public_id,
        website_id=1,
        seq=1,
        rev=1,
        kind="note",
        role="assistant",
        audience="staff",
        content=SECRET,
        created_at=people_only.acme.created_at,
    )
    with pytest.raises(ValueError, match="not for visitors"):
        audiences.message_for_visitor(note)


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "note"},
        {"entries": [{"kind": "note"}]},
        {"author": {"id": 7, "name": "Ben"}},
        {"conversation": {"labels": []}},
        {"detail": "ask ben@staff.example.test"},
    ],
    ids=str,
)
def test_the_look_at_every_frame_sees_what_it_should(told: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        check_nothing_private(told)


def test_the_look_at_every_frame_knows_the_documents() -> None:
    check_frame("visitor", {"type": "pong"})
    with pytest.raises(ValidationError):
        check_frame("visitor", {"type": "pong", "surprise": 1})
    with pytest.raises(KeyError):
        check_frame("visitor", {"type": "subscribed"})


async def private_matters(vera: Visitor, ben: StaffMember, inbox: Socket, cast: Cast) -> None:
    """Every kind of thing that is not for Vera, each with the secret word in it."""
    conversation = f"conversations/{vera.conversation_id}/"
    note = (await inbox.say(f"{SECRET} note", note=True, conversation_id=vera.conversation_id))["message"]["id"]
    ben.rest.patch(f"{conversation}messages/{note}/", {"content": f"{SECRET} note, edited"})
    for changes in (
        {"labels": [f"{SECRET} label"]},
        {"priority": "urgent"},
        {"assignee": cast.cleo.pk},
        {"assignee": None},
        {"status": "snoozed"},
        {"status": "resolved", "labels": [f"{SECRET} label", "other"]},
        {"status": "open"},
    ):
        ben.rest.patch(conversation, changes)
    ben.rest.delete(f"{conversation}messages/{note}/")
    await inbox.say(f"{SECRET} note that stays", note=True, conversation_id=vera.conversation_id)


def all_answers(vera: Visitor) -> list[Any]:
    """Everything that a visitor can ask for."""
    paths = ["entries/", "entries/?after=0", "entries/?before=99"]
    answers = [vera.rest.get(vera.path(path)) for path in paths]
    answers.append(vera.rest.get("widget/conversations/"))
    answers.append(vera.rest.post("widget/conversations/"))
    answers.append(vera.rest.post(vera.path("read/"), {"rev": 99}))
    answers.append(vera.rest.post(vera.path("handoff/")))
    key = vera.session["widget"]["website_key"]
    answers.append(Rest(vera.stack).get(f"widget/config/{key}/"))
    again = {"website_key": key, "visitor_token": vera.session["visitor_token"]}
    answers.append(Rest(vera.stack).post("widget/sessions/", again))
    assert all(answer.status_code < 300 for answer in answers)
    return [answer.json() for answer in answers]
