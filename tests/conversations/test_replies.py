"""The AI's answer is watched while it is written, and whoever ends it has the last word."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from conversations.actions import messages
from conversations.actions.messages import Post
from conversations.errors import Stale
from conversations.rows import Writer
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.clients.sockets import DashboardSocket, Socket
from tests.conversations.answering import Answer
from tests.conversations.endings import ENDINGS, Ending
from tests.servers.stack import Stack

pytestmark = pytest.mark.usefixtures("core")
SOURCES = [{"title": "Delivery", "url": "https://acme.test/delivery"}]


@pytest.fixture
def vera(each_stack: Stack, cast: Cast) -> Visitor:
    """Vera with an open conversation that the AI handles."""
    visitor = visit(each_stack, cast.acme)
    visitor.open()
    return visitor


@pytest.fixture
def ben(each_stack: Stack, cast: Cast) -> StaffMember:
    return log_in(each_stack, cast.ben)


# --- watched ---


async def test_an_answer_grows_before_everybody_and_ends_as_a_message_with_the_same_id(
    vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        answer = await Answer.begin(vera)
        await answer.chunk("We deliver")
        await answer.chunk("We deliver within two days.")
        await answer.finish("We deliver within two days.", SOURCES)
        for socket in (chat, inbox):
            ended = await socket.expect("new_message")
            assert socket.seen_of("chunk") == [
                {
                    "type": "chunk",
                    "conversation_id": vera.conversation_id,
                    "message_id": str(answer.id),
                    "index": index,
                    "content": content,
                }
                for index, content in enumerate(("We deliver", "We deliver within two days."))
            ]
            message = ended["message"]
            assert (ended["rev"], ended["prev"], message["id"], message["seq"]) == (1, 0, str(answer.id), 1)
            assert (message["role"], message["is_manual"], message["client_id"]) == ("assistant", False, None)
            assert message["author"] == {"id": None, "name": "Acme Assistant", "avatar_url": None}
            assert message["sources"] == SOURCES


async def test_the_assistant_is_seen_typing(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        answer = await Answer.begin(vera)
        await answer.typing()
        for socket in (chat, inbox):
            seen = await socket.expect("typing")
            assert (seen["from"], seen["is_typing"], seen["author"]["name"]) == ("assistant", True, "Acme Assistant")


async def test_another_visitor_and_mallory_see_nothing_of_it(vera: Visitor, ben: StaffMember, cast: Cast) -> None:
    victor, mallory = visit(vera.stack, cast.acme), log_in(vera.stack, cast.mallory)
    victor.open()
    async with victor.socket() as others_chat, mallory.socket() as globex, ben.socket() as inbox:
        answer = await Answer.begin(vera)
        await answer.chunk("Only for Vera")
        await answer.finish("Only for Vera")
        await inbox.expect("new_message")
        for socket in (others_chat, globex):
            await socket.round_trip()
            assert {frame["type"] for frame in socket.seen} <= {"connected", "presence", "pong"}


# --- ended ---


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "reason"), ENDINGS, ids=[ending.__name__ for ending, _ in ENDINGS])
async def test_an_answer_that_was_ended_is_cancelled_for_everybody_and_nothing_of_it_follows(
    vera: Visitor, ben: StaffMember, ending: Ending, reason: str
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        answer = await Answer.begin(vera)
        await answer.chunk("We deliver")
        for socket in (chat, inbox):
            await socket.expect("chunk")
        await ending(chat, inbox, vera, ben)
        for socket in (chat, inbox):
            assert await socket.expect("reply_cancelled") == {
                "type": "reply_cancelled",
                "conversation_id": vera.conversation_id,
                "message_id": str(answer.id),
                "reason": reason,
            }
        await answer.chunk("We deliver within")
        with pytest.raises(Stale):
            await answer.finish("We deliver within two days.")
        await nothing_came_of(answer, chat, inbox, vera)


async def test_a_late_chunk_does_not_follow_the_message_that_took_over(vera: Visitor, ben: StaffMember) -> None:
    """Also when it was never begun here, so that no `reply_cancelled` names it."""
    async with vera.socket() as chat, ben.socket() as inbox, ben.socket() as phone:
        await inbox.say("Hello, this is Ben", conversation_id=vera.conversation_id)
        for socket in (chat, phone):
            await socket.expect("new_message")
        late = Answer(UUID(vera.conversation_id), 0, uuid4())
        await late.typing()
        await late.chunk("I am the assistant")
        await nothing_came_of(late, chat, inbox, vera)
        await nothing_came_of(late, chat, phone, vera)
        assert [frame for frame in chat.seen_of("typing") if frame["from"] == "assistant"] == []


async def test_a_late_chunk_does_not_follow_a_resume_that_shows_who_took_over(
    vera: Visitor, ben: StaffMember, cast: Cast
) -> None:
    """The live frame of the take-over was lost; the sockets learn of it from the store."""
    async with vera.socket() as chat, ben.socket() as inbox:
        answer = await Answer.begin(vera)
        writer = Writer("Ben", user_id=cast.ben.pk, public_id=cast.ben.public_id)
        post = Post(answer.conversation_id, "Hello, this is Ben", "assistant", is_manual=True, author=writer)
        await messages._store([post])
        await chat.send("resume", after=0)
        await inbox.send("resume", conversation_id=vera.conversation_id, after=0)
        for socket in (chat, inbox):
            assert (await socket.expect("resumed"))["entries"][0]["is_manual"] is True
        await answer.chunk("I am the assistant")
        await nothing_came_of(answer, chat, inbox, vera)


async def test_a_socket_that_comes_after_the_take_over_sees_nothing_of_the_answer(
    vera: Visitor, ben: StaffMember
) -> None:
    answer = await Answer.begin(vera)
    ben.rest.post(f"conversations/{vera.conversation_id}/take-over/")
    async with vera.socket() as chat, ben.socket() as inbox:
        await inbox.send("resume", conversation_id=vera.conversation_id, after=0)
        await inbox.expect("resumed")
        await answer.chunk("I am the assistant")
        await nothing_came_of(answer, chat, inbox, vera)


async def test_a_note_lets_the_ai_go_on(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        answer = await Answer.begin(vera)
        await inbox.say("Let us see", note=True, conversation_id=vera.conversation_id)
        await answer.chunk("We deliver")
        await chat.expect("chunk")
        await answer.finish("We deliver within two days.")
        assert (await chat.expect("new_message"))["prev"] == 0
        assert chat.seen_of("reply_cancelled") == []


async def test_stopping_when_nothing_is_written_changes_nothing(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.send("stop_reply")
        await inbox.send("stop_reply", conversation_id=vera.conversation_id)
        for socket in (chat, inbox):
            await socket.round_trip()
        answer = await Answer.begin(vera)
        await answer.finish("Still here")
        for socket in (chat, inbox):
            assert (await socket.expect("new_message"))["message"]["content"] == "Still here"
            assert socket.seen_of("reply_cancelled") == socket.seen_of("rejected") == []


async def test_only_the_newest_answer_may_be_finished(vera: Visitor) -> None:
    async with vera.socket() as chat:
        first = await Answer.begin(vera)
        second = await Answer.begin(vera)
        with pytest.raises(Stale):
            await first.finish("The old answer")
        await second.finish("The new answer")
        assert (await chat.expect("new_message"))["message"]["content"] == "The new answer"
        with pytest.raises(Stale):
            await second.finish("The new answer, again")


async def test_an_answer_may_not_begin_when_people_answer_or_the_conversation_is_over(
    vera: Visitor, ben: StaffMember
) -> None:
    for changes in ({"status": "resolved"}, {"status": "open"}):
        ben.rest.patch(f"conversations/{vera.conversation_id}/", changes)
        with pytest.raises(Stale):
            await Answer.begin(vera, epoch=1 if changes["status"] == "resolved" else 0)
    ben.rest.post(f"conversations/{vera.conversation_id}/take-over/")
    for epoch in range(4):
        with pytest.raises(Stale):
            await Answer.begin(vera, epoch=epoch)


async def test_after_a_hand_back_the_ai_may_answer_again_but_not_with_what_it_wrote_before(
    vera: Visitor, ben: StaffMember
) -> None:
    async with vera.socket() as chat:
        old = await Answer.begin(vera)
        ben.rest.post(f"conversations/{vera.conversation_id}/take-over/")
        assert ben.rest.post(f"conversations/{vera.conversation_id}/hand-back/").json()["handled_by"] == "ai"
        await chat.expect("conversation_updated", rev=2)
        await old.chunk("An old answer")
        with pytest.raises(Stale):
            await old.finish("An old answer")
        new = await Answer.begin(vera, epoch=2)
        await new.chunk("A new answer")
        await new.finish("A new answer")
        assert (await chat.expect("new_message"))["message"]["content"] == "A new answer"
        assert [frame["message_id"] for frame in chat.seen_of("chunk")] == [str(new.id)]


async def nothing_came_of(answer: Answer, chat: Socket, inbox: DashboardSocket, vera: Visitor) -> None:
    """What is told next has come to everybody, and what this answer wrote meanwhile has not."""
    chunks = {socket: len(chunks_of(answer, socket)) for socket in (chat, inbox)}
    end: Any = await messages.post_message(Post(answer.conversation_id, "the end", "system"))
    for socket in (chat, inbox):
        await socket.expect("new_message", rev=end.entry.rev)
        assert len(chunks_of(answer, socket)) == chunks[socket]
        assert str(answer.id) not in {frame["message"]["id"] for frame in socket.seen_of("new_message")}


def chunks_of(answer: Answer, socket: Socket) -> list[dict[str, Any]]:
    return [frame for frame in socket.seen_of("chunk") if frame["message_id"] == str(answer.id)]
