"""Who asks for too much is told to wait, and how long; nobody else feels it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from uuid import uuid4

import httpx2
import pytest

from tests.cast import Cast
from tests.clients.people import PASSWORD, Rest, StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack

TINY_FRAME = bytes([0x81, 0x80 | 2, 0, 0, 0, 0]) + b"{}"  # masked with nothing


@pytest.fixture
def vera(strict_stack: Stack, people_only: Cast) -> Visitor:
    visitor = visit(strict_stack, people_only.acme)
    visitor.open()
    return visitor


@pytest.fixture
def ben(strict_stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(strict_stack, people_only.ben)


# --- messages ---


async def test_a_visitor_may_send_a_burst_and_then_waits_as_long_as_they_are_told(
    vera: Visitor, people_only: Cast
) -> None:
    victor = visit(vera.stack, people_only.acme)
    victor.open()
    async with vera.socket() as chat, victor.socket() as others_chat:
        for number in range(3):
            await chat.say(f"{number}")
        client_id = await chat.say_soon("one too many")
        rejected = await chat.expect("rejected")
        assert (rejected["code"], rejected["client_id"]) == ("rate_limited", client_id)
        assert 0 < rejected["retry_after"] <= 1
        await others_chat.say("I have done nothing")
        await asyncio.sleep(rejected["retry_after"] + 0.01)
        await chat.send("chat_message", client_id=client_id, content="one too many")
        assert (await chat.expect("new_message", rev=4))["message"]["client_id"] == client_id


async def test_staff_have_a_limit_of_their_own(vera: Visitor, ben: StaffMember, people_only: Cast) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with ben.socket() as inbox, cleo.socket() as cleos:
        for number in range(2):
            await inbox.say(f"{number}", conversation_id=vera.conversation_id)
        await inbox.say_soon("one too many", conversation_id=vera.conversation_id)
        assert (await inbox.expect("rejected"))["code"] == "rate_limited"
        await cleos.say("I have done nothing", conversation_id=vera.conversation_id)


async def test_socket_and_rest_count_together_and_rest_says_how_long_to_wait(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat:
        for number in range(3):
            await chat.say(f"{number}")
        answer = vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "one too many"})
        assert_must_wait(answer, at_most=1)
    path = f"conversations/{vera.conversation_id}/messages/"
    answers = [ben.rest.post(path, {"client_id": uuid4(), "content": f"{number}"}) for number in range(4)]
    assert [answer.status_code for answer in answers[:2]] == [201] * 2
    assert_must_wait(answers[-1], at_most=1)


async def test_commands_that_are_no_messages_have_a_limit_that_no_client_meets_in_good_faith(vera: Visitor) -> None:
    async with vera.socket() as chat:
        for _ in range(90):
            await chat.send("typing", is_typing=True)
        rejected = await chat.expect("rejected")
        assert (rejected["code"], rejected["retry_after"] > 0) == ("rate_limited", True)
        await chat.say("Messages have their own")


# --- sockets ---


@pytest.mark.slow
async def test_who_floods_a_socket_with_nonsense_is_read_ever_more_seldom(vera: Visitor, people_only: Cast) -> None:
    victor = visit(vera.stack, people_only.acme)
    victor.open()
    async with vera.socket() as chat, victor.socket() as others_chat:
        await others_chat.round_trip()
        began = time.monotonic()
        chat.connection.transport.write(TINY_FRAME * 2000)
        await others_chat.round_trip()
        await chat.until(lambda: len(chat.seen_of("rejected")) >= 100)
        assert time.monotonic() - began > 0.5, "after the first 60 there are some 40 a second"


async def test_thousands_of_frames_in_one_piece_are_not_kept_for_later(stack: Stack, people_only: Cast) -> None:
    """On uvicorn; Daphne takes everything into its memory."""
    vera = await asyncio.to_thread(visit, stack, people_only.acme)
    vera.open()
    async with vera.socket() as chat:
        chat.connection.transport.write(TINY_FRAME * 30_000)
        assert await chat.closed() == ({}, 1008)


async def test_an_address_may_have_so_many_sockets_and_no_more(vera: Visitor, ben: StaffMember) -> None:
    tokens = [vera.rest.connection_token() for _ in range(4)]
    async with vera.socket(token=tokens[0]), vera.socket(token=tokens[1]) as second, vera.socket(token=tokens[2]):
        async with vera.socket(greeted=False, token=tokens[3]) as one_too_many:
            assert await one_too_many.closed_with() == ("too_many", 4029)
        async with ben.socket() as from_elsewhere:
            await from_elsewhere.expect("connected")
        await second.round_trip()


async def test_an_address_may_connect_so_often_in_a_minute_and_others_feel_nothing_of_it(
    ben: StaffMember, vera: Visitor
) -> None:
    """Over all web processes, in the round trip that takes the token; a token that nobody gave counts as well."""
    token = ben.rest.connection_token()  # before, so that nothing flows in while it is fetched
    closings: list[tuple[str, int]] = []
    while len(closings) <= 80 and ("too_many", 4029) not in closings:
        async with ben.socket(token="x" * 43, greeted=False) as guess:
            closings.append(await guess.closed_with())
    assert len(closings) > 40, "it was refused too early"
    assert set(closings[:-1]) == {("not_authenticated", 4001)}
    async with ben.socket(greeted=False, token=token) as good:
        assert await good.closed_with() == ("too_many", 4029)
    async with vera.socket() as from_elsewhere:
        await from_elsewhere.round_trip()
    said = httpx2.get(f"{ben.stack.url}/metrics", headers={"X-Forwarded-For": "127.0.0.1"}, trust_env=False).text
    assert 'chatplatform_rate_limited_total{limit="connect",outcome="refused"}' in said


async def test_a_socket_that_is_closed_makes_room(vera: Visitor, ben: StaffMember) -> None:
    for _ in range(3):
        async with ben.socket(), ben.socket(), ben.socket() as third:
            await third.expect("connected")


async def test_the_token_is_judged_before_the_number_of_sockets(ben: StaffMember) -> None:
    async with ben.socket(), ben.socket(), ben.socket(), ben.socket(greeted=False, token=None) as fourth:
        assert await fourth.closed_with() == ("not_authenticated", 4001)


# --- a minute's worth ---


async def test_sessions_are_limited_by_address(strict_stack: Stack, people_only: Cast) -> None:
    body = {"website_key": people_only.acme.website_key}
    busy, other = Rest(strict_stack), Rest(strict_stack)
    until_refused(lambda: busy.post("widget/sessions/", body), granted=201, limit=3)
    assert other.post("widget/sessions/", body).status_code == 201


async def test_an_address_cannot_hide_behind_what_it_says_of_itself(strict_stack: Stack, people_only: Cast) -> None:
    """Only what our own proxy has written counts: the last entry."""
    body = {"website_key": people_only.acme.website_key}
    busy = Rest(strict_stack)

    def as_somebody_else() -> httpx2.Response:
        forwarded = {"X-Forwarded-For": f"10.0.0.1, {uuid4()}, {busy.address}"}
        return busy.post("widget/sessions/", body, headers=forwarded)

    until_refused(as_somebody_else, granted=201, limit=3)


async def test_connection_tokens_are_limited_by_visitor_and_not_for_staff(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    other = visit(vera.stack, people_only.acme)
    until_refused(lambda: vera.rest.post("auth/ws-connection-token/"), granted=201, limit=4)
    assert other.rest.post("auth/ws-connection-token/").status_code == 201
    assert {ben.rest.post("auth/ws-connection-token/").status_code for _ in range(9)} == {201}


@pytest.mark.slow
async def test_log_ins_are_limited_by_address(strict_stack: Stack, people_only: Cast) -> None:
    thief, ben = Rest(strict_stack), people_only.ben
    until_refused(
        lambda: thief.post("auth/token/", {"email": f"{uuid4()}@example.test", "password": "guess"}),
        granted=401,
        limit=3,
    )
    elsewhere = Rest(strict_stack)
    assert elsewhere.post("auth/token/", {"email": ben.email, "password": PASSWORD}).status_code == 200


@pytest.mark.slow
async def test_log_ins_are_limited_by_account_wherever_they_come_from(strict_stack: Stack, people_only: Cast) -> None:
    def guess() -> httpx2.Response:
        return Rest(strict_stack).post("auth/token/", {"email": people_only.ben.email.upper(), "password": "guess"})

    until_refused(guess, granted=401, limit=3)


def until_refused(attempt: Callable[[], httpx2.Response], *, granted: int, limit: int) -> None:
    """So many are granted in a minute. A minute may end in between, so up to twice as many are tried."""
    answers: list[httpx2.Response] = []
    while len(answers) <= 2 * limit:
        answers.append(attempt())
        if answers[-1].status_code == 429:
            break
        assert answers[-1].status_code == granted, answers[-1].text
    assert len(answers) > limit, "it was refused too early"
    assert_must_wait(answers[-1], at_most=60)


def assert_must_wait(answer: httpx2.Response, at_most: int) -> None:
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limited"), answer.text
    assert 1 <= int(answer.headers["Retry-After"]) <= at_most
    assert 0 < answer.json()["error"]["retry_after"] <= at_most
