"""Nobody is there: the visitor leaves an e-mail address, in a form or in what they write, and the staff see it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from conversations.actions.contacts import email_in
from conversations.actions.takeovers import COMING, NOBODY_HERE, NOBODY_HERE_BUT_KNOWN
from conversations.models import Visitor as StoredVisitor
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.clients.sockets import Socket
from tests.servers.stack import Stack

MAIL = "vera@example.com"
THANKS = f"Thank you. If we miss each other here, we will write to {MAIL}."


@pytest.fixture
def vera(each_stack: Stack, cast: Cast) -> Visitor:
    """Vera with an open conversation that the AI handles."""
    visitor = visit(each_stack, cast.acme)
    visitor.open()
    return visitor


@pytest.fixture
def ben(each_stack: Stack, cast: Cast) -> StaffMember:
    return log_in(each_stack, cast.ben)


async def system_says(chat: Socket) -> str:
    while True:
        message = (await chat.expect("new_message"))["message"]
        if message["role"] == "system":
            said: str = message["content"]
            return said


async def test_an_address_in_what_a_visitor_writes_is_taken_when_nobody_was_there(
    vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat:
        await chat.send("request_human")
        assert await system_says(chat) == NOBODY_HERE
        assert chat.seen_of("conversation_updated")[-1]["conversation"]["asks_email"] is True
        async with ben.socket() as inbox:
            await chat.say(f"My parcel is late. Write to me: {MAIL}, please!")
            assert await system_says(chat) == THANKS
            told = await inbox.expect("conversation_updated", conversation_id=vera.conversation_id)
    assert told["activity"]["content"] == f"The visitor left an e-mail address: {MAIL}."
    assert told["conversation"]["visitor"]["email"] == MAIL
    assert card(ben, vera)["email"] == MAIL
    assert "activity" not in chat.seen_of("conversation_updated")[-1]
    assert chat.seen_of("conversation_updated")[-1]["conversation"]["asks_email"] is False


async def test_an_address_in_a_form_is_taken_and_answered_once(vera: Visitor, ben: StaffMember) -> None:
    vera.rest.post(vera.path("handoff/"))
    for _ in range(2):
        answer = vera.rest.post(vera.path("contact/"), {"email": MAIL})
        assert (answer.status_code, answer.json()["asks_email"]) == (200, False)
    assert card(ben, vera)["email"] == MAIL
    said = [one["content"] for one in vera.rest.get(vera.path("entries/"), after=0).json()["entries"]]
    assert said == [NOBODY_HERE, THANKS]


@pytest.mark.parametrize("email", ["", "vera", "vera@", "a@b", "vera@example.com and more", "x" * 250 + "@example.com"])
async def test_what_is_no_address_is_refused(vera: Visitor, ben: StaffMember, email: str) -> None:
    answer = vera.rest.post(vera.path("contact/"), {"email": email})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert card(ben, vera)["email"] == ""


async def test_an_address_is_not_taken_while_the_ai_answers_or_somebody_is_there(
    vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat, ben.socket():
        await chat.say(f"Is {MAIL} a good address?")
        await chat.send("request_human")
        assert await system_says(chat) == COMING
        await chat.say(f"My friend is {MAIL}")
        await chat.round_trip()
    assert card(ben, vera)["email"] == ""


async def test_whom_a_person_has_answered_is_not_asked_any_more(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat:
        await chat.send("request_human")
        assert await system_says(chat) == NOBODY_HERE
        body = {"client_id": str(uuid4()), "content": "Here I am."}
        assert ben.rest.post(f"conversations/{vera.conversation_id}/messages/", body).status_code == 201
        while (await chat.expect("conversation_updated"))["conversation"]["asks_email"]:
            pass
        await chat.say(f"My friend is {MAIL}")
        await chat.round_trip()
    assert card(ben, vera)["email"] == ""


async def test_whose_address_is_known_is_not_asked_for_it_again(vera: Visitor) -> None:
    await db(StoredVisitor.objects.for_system().filter(pk=vera.session["visitor"]["id"]).update, email=MAIL)
    async with vera.socket() as chat:
        await chat.send("request_human")
        assert await system_says(chat) == NOBODY_HERE_BUT_KNOWN
        assert chat.seen_of("conversation_updated")[-1]["conversation"]["asks_email"] is False


async def test_an_address_that_the_website_has_proved_is_not_overwritten(vera: Visitor, ben: StaffMember) -> None:
    stored = StoredVisitor.objects.for_system().filter(pk=vera.session["visitor"]["id"])
    await db(stored.update, email="proved@example.com", external_id="42")
    assert vera.rest.post(vera.path("contact/"), {"email": MAIL}).status_code == 200
    assert card(ben, vera)["email"] == "proved@example.com"


async def test_nobody_leaves_an_address_for_another_and_mallory_sees_none(
    vera: Visitor, ben: StaffMember, cast: Cast
) -> None:
    stranger, mallory = visit(vera.stack, cast.acme), log_in(vera.stack, cast.mallory)
    vera.rest.post(vera.path("handoff/"))
    assert stranger.rest.post(vera.path("contact/"), {"email": "mallory@globex.test"}).status_code == 404
    assert card(ben, vera)["email"] == ""
    async with mallory.socket() as globex:
        vera.rest.post(vera.path("contact/"), {"email": MAIL})
        await globex.round_trip()
        assert MAIL not in str(globex.seen)
    assert mallory.rest.get(f"conversations/{vera.conversation_id}/").status_code == 404


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("vera@example.com", MAIL),
        ("It is vera@example.com.", MAIL),
        ("<vera@example.com>", MAIL),
        ("Me: vera@example.com, my brother: bob@example.com", MAIL),
        ("wrong@ but vera@example.com", MAIL),
        ("@vera", ""),
        ("a @ b", ""),
    ],
)
def test_an_address_is_found_among_words(text: str, email: str) -> None:
    assert email_in(text) == email


def card(ben: StaffMember, vera: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = ben.rest.get(f"conversations/{vera.conversation_id}/").json()["visitor"]
    return found
