"""The moment a person of the staff writes, the AI is silent: at whatever point of its answer that is.

Here the real worker answers, with chunks, and the agent breaks in at random moments.
"""

from __future__ import annotations

import asyncio
import random

import pytest

from assistant.knowledge.articles import ArticleText, write_article
from conversations.models import Entry
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.clients.sockets import DashboardSocket, Frame, Socket
from tests.servers.stack import Stack

MOMENTS, ROUNDS = 20, 5  # at once, and one after the other, on each of the two servers: 200 in all
LONGEST_ANSWER = 3.0  # seconds, with those in which the assistant waits whether the visitor goes on
QUIET = 0.4  # seconds in which something that should not come would come
ARTICLE = ArticleText(
    slug="delivery",
    title="Delivery times and costs",
    body="Delivery takes two to three working days. " * 12,
    url="https://acme.test/delivery",
)


@pytest.fixture
def rounds(each_stack: Stack, cast: Cast) -> list[list[Visitor]]:
    write_article(cast.acme, ARTICLE)
    found = [visit(each_stack, cast.acme) for _ in range(MOMENTS * ROUNDS)]
    for one in found:
        one.open()
    return [found[at : at + MOMENTS] for at in range(0, len(found), MOMENTS)]


@pytest.fixture
def ben(each_stack: Stack, cast: Cast) -> StaffMember:
    return log_in(each_stack, cast.ben)


@pytest.mark.slow
async def test_after_a_persons_first_word_there_is_no_chunk_and_no_answer_of_the_ai(
    rounds: list[list[Visitor]], ben: StaffMember
) -> None:
    moments = random.Random(7)
    interrupted = [await one_round(visitors, ben, moments) for visitors in rounds]
    print(f"{sum(interrupted)} of {MOMENTS * ROUNDS} answers were interrupted in the middle")
    assert sum(interrupted) >= 3 * ROUNDS, "some must have been interrupted, or this shows nothing"


async def one_round(visitors: list[Visitor], ben: StaffMember, moments: random.Random) -> int:
    """How many answers had begun and not ended when Ben wrote."""
    async with ben.socket() as inbox, ben.socket() as watching:
        chats = [await one.socket().__aenter__() for one in visitors]
        try:
            breaking_in = [
                break_in(chat, inbox, one, moments.uniform(0, LONGEST_ANSWER))
                for chat, one in zip(chats, visitors, strict=True)
            ]
            await asyncio.gather(*breaking_in, read_on(inbox, watching))
            await asyncio.sleep(QUIET)
            for socket in (*chats, inbox, watching):
                await socket.round_trip()
        finally:
            for chat in chats:
                await chat.connection.close()
    for chat, one in zip(chats, visitors, strict=True):
        for socket in (chat, inbox, watching):
            assert said_after_ben(socket, one.conversation_id) == []
    assert await db(stored_after_ben, visitors) == []
    return sum(map(was_interrupted, chats))


async def break_in(chat: Socket, inbox: DashboardSocket, vera: Visitor, delay: float) -> None:
    """Vera asks, and Ben answers after the delay."""
    await chat.say_soon("How long does delivery take?")
    await asyncio.sleep(delay)
    await inbox.say_soon("Ben here, let me help", conversation_id=vera.conversation_id)
    await chat.until(lambda: any(is_bens(frame) for frame in chat.seen))


def was_interrupted(chat: Socket) -> bool:
    """Whether the AI had begun and not ended when Ben wrote."""
    return bool(chat.seen_of("chunk")) and bool(chat.seen_of("reply_cancelled"))


async def read_on(*sockets: Socket) -> None:
    """Until Ben's messages are back from everywhere."""
    for socket in sockets:
        await socket.until(lambda socket=socket: sum(map(is_bens, socket.seen)) == MOMENTS)  # type: ignore[misc]


def is_bens(frame: Frame) -> bool:
    return bool(frame["type"] == "new_message" and frame["message"]["is_manual"])


def said_after_ben(socket: Socket, conversation_id: str) -> list[Frame]:
    """What this socket was told of the AI after Ben's word.

    A message that was stored before his may be told after it, since worker and web server publish by themselves;
    clients put it in its place by `seq`. A chunk may not.
    """
    told = [frame for frame in socket.seen if frame.get("conversation_id") == conversation_id]
    place = next(place for place, frame in enumerate(told) if is_bens(frame))
    later = [frame for frame in told[place:] if of_the_ai(frame)]
    return [frame for frame in later if frame.get("rev") is None or frame["rev"] > told[place]["rev"]]


def of_the_ai(frame: Frame) -> bool:
    if frame["type"] == "typing":
        return bool(frame["from"] == "assistant" and frame["is_typing"])
    if frame["type"] == "new_message":
        return bool(frame["message"]["role"] == "assistant" and not frame["message"]["is_manual"])
    return bool(frame["type"] == "chunk")


def stored_after_ben(visitors: list[Visitor]) -> list[str]:
    stored = Entry.objects.for_system().filter(conversation__in=[one.conversation_id for one in visitors])
    bens = {entry.conversation_id: entry.seq for entry in stored.filter(is_manual=True)}
    of_ai = stored.filter(role="assistant", is_manual=False)
    return [entry.content for entry in of_ai if entry.seq > bens[entry.conversation_id]]
