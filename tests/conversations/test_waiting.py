"""Nobody waits unseen: since when a visitor waits for a person, and conversations that would end with nobody."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from accounts.models import Website
from conversations.actions.status import wake_conversations
from conversations.models import Conversation
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack


@pytest.fixture
def vera(stack: Stack, cast: Cast) -> Visitor:
    """Vera with an open conversation that the AI handles."""
    visitor = visit(stack, cast.acme)
    visitor.open()
    return visitor


@pytest.fixture
def ben(stack: Stack, cast: Cast) -> StaffMember:
    return log_in(stack, cast.ben)


def waiting_since(ben: StaffMember, vera: Visitor) -> str | None:
    state: dict[str, str | None] = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
    return state["waiting_since"]


def test_a_visitor_waits_until_somebody_answers_not_until_somebody_looks(vera: Visitor, ben: StaffMember) -> None:
    assert waiting_since(ben, vera) is None
    vera.rest.post(vera.path("handoff/"))
    since = waiting_since(ben, vera)
    assert since is not None
    ben.rest.post(f"conversations/{vera.conversation_id}/read/", {"rev": 100})
    say(vera, "Hello?")
    assert waiting_since(ben, vera) == since  # still the same wait
    answer(ben, vera, "Here I am.")
    assert waiting_since(ben, vera) is None
    say(vera, "Good. One more thing")
    assert waiting_since(ben, vera) is not None


def test_the_hand_over_and_its_words_are_one_change(vera: Visitor) -> None:
    state = vera.rest.post(vera.path("handoff/")).json()
    assert state["handled_by"] == "human"
    entries = vera.rest.get(vera.path("entries/"), after=0).json()["entries"]
    assert [(one["kind"], one["role"]) for one in entries] == [("message", "system")]
    again = vera.rest.post(vera.path("handoff/")).json()
    assert again["rev"] == entries[0]["rev"]  # asked twice, done once


async def test_handed_back_with_a_question_open_the_ai_answers_it(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await inbox.say("One moment.", conversation_id=vera.conversation_id)
        await chat.say("How long is the warranty?")
        await inbox.send("hand_back", conversation_id=vera.conversation_id)
        await chat.expect("conversation_updated")
        while (told := await chat.expect("new_message"))["message"]["is_manual"]:
            pass
        assert told["message"]["role"] == "assistant"


def test_where_the_assistant_is_off_nobody_is_handed_to_it(vera: Visitor, ben: StaffMember, cast: Cast) -> None:
    answer(ben, vera, "Hello, I am Ben.")
    Website.objects.filter(pk=cast.acme.pk).update(ai_enabled=False)
    refused = ben.rest.post(f"conversations/{vera.conversation_id}/hand-back/")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")


def test_when_the_assistant_is_switched_off_people_get_its_conversations(
    vera: Visitor, ben: StaffMember, cast: Cast
) -> None:
    Website.objects.filter(pk=cast.acme.pk).update(ai_enabled=False)
    say(vera, "Is anybody there?")
    state = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
    assert state["handled_by"] == "human"
    assert state["waiting_since"] is not None


async def test_a_snooze_ends(vera: Visitor, ben: StaffMember, core: None) -> None:
    until = (timezone.now() + timedelta(hours=1)).isoformat()
    path = f"conversations/{vera.conversation_id}/"
    assert ben.rest.patch(path, {"status": "snoozed", "snoozed_until": until}).status_code == 200
    await db(let_it_end, UUID(vera.conversation_id))
    await wake_conversations()  # the worker does it, too: either may be first
    state = ben.rest.get(path).json()
    assert (state["status"], state["snoozed_until"]) == ("open", None)


@pytest.mark.parametrize("moment", ["2001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_a_snooze_lies_ahead_and_not_too_far(vera: Visitor, ben: StaffMember, moment: str) -> None:
    path = f"conversations/{vera.conversation_id}/"
    assert ben.rest.patch(path, {"status": "snoozed", "snoozed_until": moment}).status_code == 400


def test_the_preview_is_of_what_is_left(vera: Visitor, ben: StaffMember) -> None:
    answer(ben, vera, "The first")
    second = answer(ben, vera, "The second")
    ben.rest.delete(f"conversations/{vera.conversation_id}/messages/{second}/")
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json()["preview"] == "The first"


def let_it_end(conversation_id: UUID) -> None:
    row = Conversation.objects.for_system().filter(pk=conversation_id)
    row.update(snoozed_until=timezone.now() - timedelta(seconds=1))


def say(vera: Visitor, content: str) -> None:
    body = {"client_id": str(uuid4()), "content": content}
    assert vera.rest.post(vera.path("messages/"), body).status_code == 201


def answer(ben: StaffMember, vera: Visitor, content: str) -> str:
    body = {"client_id": str(uuid4()), "content": content}
    posted = ben.rest.post(f"conversations/{vera.conversation_id}/messages/", body)
    message_id: str = posted.json()["message"]["id"]
    return message_id
