"""Who answers, the AI or people: taken over, handed back, asked for. Everybody sees it, and it is in the timeline."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.clients.sockets import Frame, Socket
from tests.servers.stack import Stack


@pytest.fixture
def vera(each_stack: Stack, cast: Cast) -> Visitor:
    """Vera with an open conversation that the AI handles."""
    visitor = visit(each_stack, cast.acme)
    visitor.open()
    return visitor


@pytest.fixture
def ben(each_stack: Stack, cast: Cast) -> StaffMember:
    return log_in(each_stack, cast.ben)


async def test_a_take_over_is_told_to_everybody_with_the_whole_state_and_its_activity(
    vera: Visitor, ben: StaffMember, cast: Cast
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await inbox.send("take_over", conversation_id=vera.conversation_id)
        seen, told = await chat.expect("conversation_updated"), await inbox.expect("conversation_updated")
    assert (told["rev"], told["prev"], told["website_id"]) == (1, 0, cast.acme.pk)
    assert (told["conversation"]["handled_by"], told["conversation"]["assignee"]["id"]) == ("human", cast.ben.pk)
    assert (seen["rev"], seen["prev"]) == (1, 0)
    public = {"id": str(cast.ben.public_id), "name": "Ben", "avatar_url": None}
    assert (seen["conversation"]["handled_by"], seen["conversation"]["agent"]) == ("human", public)
    for frame in (seen, told):
        assert (frame["activity"]["kind"], frame["activity"]["role"]) == ("activity", "system")
        assert frame["activity"]["content"] == "Ben joined the conversation."
        assert frame["activity"]["seq"] == 1


async def test_a_word_of_the_staff_is_a_take_over(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await inbox.say("Hello", conversation_id=vera.conversation_id)
        for socket in (chat, inbox):
            update = await socket.expect("conversation_updated")
            assert (update["rev"], update["prev"], update["conversation"]["handled_by"]) == (1, 1, "human")


async def test_a_hand_back_lets_the_ai_answer_and_says_so(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await inbox.say("Hello", conversation_id=vera.conversation_id)
        await inbox.send("hand_back", conversation_id=vera.conversation_id)
        seen, told = await chat.expect("conversation_updated", rev=2), await inbox.expect("conversation_updated", rev=2)
        assert (told["conversation"]["handled_by"], told["conversation"]["assignee"]) == ("ai", None)
        assert (seen["conversation"]["handled_by"], seen["conversation"]["agent"]) == ("ai", None)
        assert seen["activity"]["content"] == "The assistant is answering again."
        await chat.say("Is there anybody?")
        answer = await chat.expect("new_message")
        assert (answer["message"]["role"], answer["message"]["is_manual"]) == ("assistant", False)


async def test_what_is_so_already_changes_nothing(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        for command in ("hand_back", "take_over", "take_over"):
            await inbox.send(command, conversation_id=vera.conversation_id)
        await inbox.say("Hello", conversation_id=vera.conversation_id)
        await chat.expect("new_message", rev=2)
        assert [frame["rev"] for frame in chat.seen_of("conversation_updated")] == [1]
        assert inbox.seen_of("rejected") == []


async def test_a_second_person_does_not_take_it_from_the_first(vera: Visitor, ben: StaffMember, cast: Cast) -> None:
    cleo = log_in(vera.stack, cast.cleo)
    ben.rest.post(f"conversations/{vera.conversation_id}/take-over/")
    answer = cleo.rest.post(f"conversations/{vera.conversation_id}/take-over/").json()
    assert (answer["assignee"]["name"], answer["rev"]) == ("Ben", 1)


# --- asked for ---


async def test_a_visitor_who_wants_a_person_is_told_what_happens_next_in_the_systems_words(
    vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.send("request_human")
        update = await inbox.expect("conversation_updated")
        assert update["activity"]["content"] == "Handed over to people: the visitor asked for a person."
        assert update["conversation"]["handled_by"] == "human"
        seen = await chat.expect("conversation_updated")
        assert ("activity" in seen, seen["conversation"]["handled_by"]) == (False, "human")
        word = (await chat.expect("new_message"))["message"]
        assert (word["role"], word["author"], word["is_manual"]) == ("system", None, False)
        assert word["content"] == "Thanks, we have told the team. Somebody will be with you here shortly."
        assert (await inbox.expect("new_message"))["message"]["content"] == word["content"]


async def test_nobody_is_promised_when_nobody_is_there(vera: Visitor) -> None:
    async with vera.socket() as chat:
        await chat.send("request_human")
        assert "Nobody from the team is online" in (await chat.expect("new_message"))["message"]["content"]


@pytest.mark.parametrize("over", ["socket", "rest"])
async def test_asking_twice_is_asking_once(vera: Visitor, ben: StaffMember, over: str) -> None:
    async with vera.socket() as chat:
        for _ in range(2):
            await ask_for_a_person(vera, chat, over)
        await chat.round_trip()
        await chat.send("resume", after=0)
        resumed = await chat.expect("resumed")
    assert (resumed["rev"], len(resumed["entries"])) == (2, 1)


async def test_who_asked_for_a_person_gets_no_answer_of_the_ai_any_more(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.send("request_human")
        await chat.expect("new_message", rev=2)
        await chat.say("How long does delivery take?")
        await inbox.expect("new_message", rev=3)
        await inbox.say("I will look", conversation_id=vera.conversation_id)
        await chat.expect("new_message", rev=4)
        assert chat.seen_of("chunk") == []


async def test_a_take_over_after_the_wish_for_a_person_names_who_came(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat:
        await chat.send("request_human")
        await chat.expect("new_message", rev=2)
        ben.rest.post(f"conversations/{vera.conversation_id}/take-over/")
        assert (await chat.expect("conversation_updated", rev=3))["conversation"]["agent"]["name"] == "Ben"


# --- not to Mallory ---


@pytest.mark.parametrize("path", ["take-over/", "hand-back/", "stop/"])
async def test_mallory_decides_nothing_at_acme(vera: Visitor, ben: StaffMember, cast: Cast, path: str) -> None:
    mallory = log_in(vera.stack, cast.mallory)
    before = state(ben, vera)
    assert mallory.rest.post(f"conversations/{vera.conversation_id}/{path}").status_code == 404
    assert state(ben, vera) == before


async def test_a_visitor_decides_nothing_about_a_strangers_conversation(
    vera: Visitor, ben: StaffMember, cast: Cast
) -> None:
    stranger = visit(vera.stack, cast.acme)
    for path in ("handoff/", "stop/"):
        assert stranger.rest.post(f"widget/conversations/{vera.conversation_id}/{path}").status_code == 404
    assert state(ben, vera)["handled_by"] == "ai"


async def ask_for_a_person(vera: Visitor, chat: Socket, over: str) -> None:
    if over == "rest":
        assert vera.rest.post(vera.path("handoff/")).json()["handled_by"] == "human"
    else:
        await chat.send("request_human")


def state(ben: StaffMember, vera: Visitor) -> Frame:
    found: dict[str, Any] = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
    return found
