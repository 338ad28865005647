"""Heartbeats show that the server lives; who is silent, not allowed any more, or too slow is let go."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from accounts.models import Membership
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.clients.sockets import Socket
from tests.conversations.answering import Answer
from tests.servers.stack import Stack


@pytest.fixture
def vera(strict_stack: Stack, people_only: Cast) -> Visitor:
    visitor = visit(strict_stack, people_only.acme)
    visitor.open()
    return visitor


@pytest.fixture
def ben(strict_stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(strict_stack, people_only.ben)


# --- heartbeats ---


async def test_a_visitors_heartbeat_says_where_the_conversation_stands(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        assert (await chat.expect("connected"))["heartbeat_seconds"] == 0.3
        await chat.say("Hello")
        await inbox.say("Hello", conversation_id=vera.conversation_id)
        await inbox.say("a note", note=True, conversation_id=vera.conversation_id)
        await inbox.send("read", conversation_id=vera.conversation_id, rev=3)
        await chat.send("read", rev=2)
        expected = {"rev": 2, "visitor_read_rev": 2, "staff_delivered_rev": 2, "staff_read_rev": 2}
        assert await chat.expect("heartbeat", **expected)


async def test_staff_have_a_heartbeat_too(ben: StaffMember) -> None:
    async with ben.socket() as inbox:
        assert await inbox.expect("heartbeat") == {"type": "heartbeat"}
        await inbox.expect("heartbeat")


# --- no sign of life ---


@pytest.mark.slow
async def test_who_says_nothing_for_too_long_is_let_go_with_4008(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        assert await chat.closed_with() == ("timeout", 4008)
        assert await inbox.closed_with() == ("timeout", 4008)
        assert len(chat.seen_of("heartbeat")) >= 2, "hearing is not saying"


@pytest.mark.slow
async def test_any_word_is_a_sign_of_life(vera: Visitor) -> None:
    async with vera.socket() as chat:
        began = time.monotonic()
        while time.monotonic() - began < 3.2:
            await chat.send("ping")
            await chat.expect("heartbeat")
        await chat.round_trip()


# --- no longer allowed ---


async def test_staff_whose_account_is_closed_lose_their_sockets_with_4003(ben: StaffMember, people_only: Cast) -> None:
    async with ben.socket() as inbox:
        await db(close_account, people_only)
        assert await let_go(inbox) == ("forbidden", 4003)


async def let_go(socket: Socket) -> tuple[str, int]:
    """How a client ends that shows signs of life until then."""
    with suppress(ConnectionClosed):
        while True:
            await socket.send("ping")
            await asyncio.sleep(0.1)
    return await socket.closed_with()


async def test_staff_who_leave_the_organisation_hear_nothing_more_of_it(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    async with ben.socket() as inbox:
        await db(dismiss, people_only)
        assert await let_go(inbox) == ("forbidden", 4003)


async def test_staff_who_may_see_fewer_websites_hear_no_more_of_the_others(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    await db(join_globex_too, people_only)
    async with ben.socket() as inbox, vera.socket() as chat:
        assert len((await inbox.expect("connected"))["websites"]) == 2
        await db(dismiss, people_only)
        for _ in range(3):
            await inbox.send("ping")
            await inbox.expect("heartbeat")
        await chat.say("Is Ben still here?")
        await inbox.send("resume", conversation_id=vera.conversation_id, after=0)
        assert (await inbox.expect("rejected"))["code"] == "not_found"
        await inbox.send("chat_message", conversation_id=vera.conversation_id, client_id=uuid4(), content="I am")
        assert (await inbox.expect("rejected"))["code"] == "not_found"
        assert inbox.seen_of("new_message") == []


async def test_staff_who_may_see_one_website_more_hear_of_it_at_the_next_heartbeat(
    strict_stack: Stack, people_only: Cast, ben: StaffMember
) -> None:
    other = visit(strict_stack, people_only.globex)
    other.open()
    async with ben.socket() as inbox, other.socket() as chat:
        await db(join_globex_too, people_only)
        for _ in range(3):
            await inbox.send("ping")
            await inbox.expect("heartbeat")
        await chat.say("Hello")
        assert (await inbox.expect("new_message"))["website_id"] == people_only.globex.pk


async def test_visitors_of_a_website_that_is_switched_off_are_let_go_with_4003(
    vera: Visitor, people_only: Cast
) -> None:
    ada = log_in(vera.stack, people_only.ada)
    async with vera.socket() as chat:
        ada.rest.patch(f"websites/{people_only.acme.pk}/", {"is_active": False})
        assert await chat.closed_with() == ("forbidden", 4003)


async def test_visitors_of_a_website_that_is_deleted_are_let_go_with_4003(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    ada = log_in(vera.stack, people_only.ada)
    async with vera.socket() as chat, ben.socket() as inbox:
        assert ada.rest.delete(f"websites/{people_only.acme.pk}/").status_code == 204
        assert await chat.closed_with() == ("forbidden", 4003)
        assert await let_go(inbox) == ("forbidden", 4003)


# --- too slow ---


@pytest.mark.slow
async def test_a_reader_who_cannot_keep_up_is_cut_off_with_4008_and_can_come_back(
    new_stack: Callable[..., Stack], cast: Cast, core: None
) -> None:
    """On uvicorn, which feels that a client does not read; Daphne takes everything into its memory."""
    stack = new_stack(env={"READER_QUEUE": "10"}, worker=False)
    vera = await asyncio.to_thread(visit, stack, cast.acme)
    vera.open()
    async with vera.socket() as quick, slow_socket(vera) as slow:
        answer = await Answer.begin(vera)
        for number in range(250):
            await answer.chunk("😀" * 10_000)
            await quick.expect("chunk", index=number)
        await answer.finish("That was it")
        await quick.expect("new_message")
        assert await slow.closed_with() == ("too_slow", 4008)
        assert slow.seen_of("new_message") == [], "nothing is left out from the middle of what one reads"
        indexes = [frame["index"] for frame in slow.seen_of("chunk")]
        assert indexes == list(range(len(indexes)))
        await quick.round_trip()
    async with vera.socket() as again:
        await again.send("resume", after=0)
        assert [entry["content"] for entry in (await again.expect("resumed"))["entries"]] == ["That was it"]


def slow_socket(vera: Visitor) -> Socket:
    """With hardly any buffer, and nobody who reads until asked to."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", vera.stack.port))
    return vera.socket(sock=connection, max_queue=1)


def close_account(people_only: Cast) -> None:
    people_only.ben.is_active = False
    people_only.ben.save()


def dismiss(people_only: Cast) -> None:
    Membership.objects.filter(user=people_only.ben, organisation=people_only.acme.organisation).delete()


def join_globex_too(people_only: Cast) -> None:
    Membership.objects.create(user=people_only.ben, organisation=people_only.globex.organisation)


@pytest.mark.slow
async def test_who_reads_nothing_at_all_leaves_no_connection_behind(strict_stack: Stack, cast: Cast) -> None:
    """A link whose client takes nothing any more never ends by itself: what waits on it would be kept for good."""
    vera = await asyncio.to_thread(visit, strict_stack, cast.acme)
    vera.open()
    async with slow_socket(vera) as deaf:
        port = deaf.connection.local_address[1]
        answer = await Answer.begin(vera)
        for _ in range(150):
            await answer.chunk("😀" * 10_000)
        assert is_open(strict_stack, port)
        until = time.monotonic() + 25
        while is_open(strict_stack, port):
            assert time.monotonic() < until
            await asyncio.sleep(0.2)


def is_open(stack: Stack, port: int) -> bool:
    """Whether the server holds a connection to this port of ours."""
    held = psutil.Process(stack.web.pid).net_connections("tcp")
    return any(one.raddr and one.raddr.port == port for one in held)
