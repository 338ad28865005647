"""Auto-assignment: to who is there, not away, and has room; the longest waiting first; never twice."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection

from accounts.models import Availability, User
from conversations.actions.assignments import assign_waiting
from conversations.models import Conversation
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.dashboard.test_search import MANY
from tests.servers.stack import Stack


@pytest.fixture
def ben(stack: Stack, wanting: Cast) -> StaffMember:
    return log_in(stack, wanting.ben)


@pytest.fixture
def cleo(stack: Stack, wanting: Cast) -> StaffMember:
    return log_in(stack, wanting.cleo)


def waiting(stack: Stack, cast: Cast, count: int) -> list[Visitor]:
    """Visitors who asked one after the other."""
    found = [visit(stack, cast.acme) for _ in range(count)]
    for number, one in enumerate(found):
        one.open(f"Question {number}")
    return found


def owners(visitors: list[Visitor]) -> list[int | None]:
    ids = [one.conversation_id for one in visitors]
    found = dict(Conversation.objects.for_system().filter(pk__in=ids).values_list("pk", "assignee_id"))
    return [found[next(one for one in found if str(one) == wanted)] for wanted in ids]


async def settled(visitors: list[Visitor], expected: list[int | None]) -> None:
    """Waits until it is so, and looks once more a moment later."""
    for _ in range(100):
        if await db(owners, visitors) == expected:
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)
    assert await db(owners, visitors) == expected


async def limit(user: User, capacity: int) -> None:
    await db(Availability.objects.update_or_create, pk=user.pk, defaults={"capacity": capacity})


async def test_who_comes_gets_the_longest_waiting_as_far_as_they_have_room(
    stack: Stack, ben: StaffMember, wanting: Cast
) -> None:
    await limit(wanting.ben, 2)
    visitors = waiting(stack, wanting, 3)
    ben_id = wanting.ben.pk
    async with ben.socket() as inbox:
        told = await inbox.expect("conversation_updated")
        assert told["conversation"]["assignee"]["id"] == ben_id
        assert told["activity"]["content"] == "Assigned to Ben by the system."
        await settled(visitors, [ben_id, ben_id, None])
        path = f"conversations/{visitors[0].conversation_id}/"
        assert ben.rest.patch(path, {"status": "resolved"}).status_code == 200
        await settled(visitors, [ben_id, ben_id, ben_id])


@pytest.mark.slow
async def test_a_new_question_goes_to_who_has_least(
    stack: Stack, ben: StaffMember, cleo: StaffMember, wanting: Cast
) -> None:
    async with ben.socket(), cleo.socket():
        visitors = []
        for _ in range(4):
            visitors += waiting(stack, wanting, 1)
            for _ in range(100):
                if None not in await db(owners, visitors):
                    break
                await asyncio.sleep(0.05)
        given = await db(owners, visitors)
    assert sorted(one or 0 for one in given) == sorted([wanting.ben.pk, wanting.cleo.pk] * 2)


async def test_nobody_away_gets_anything_and_what_waits_for_them_goes_to_others(
    stack: Stack, ben: StaffMember, cleo: StaffMember, wanting: Cast
) -> None:
    await limit(wanting.cleo, 0)
    async with ben.socket() as inbox, cleo.socket():
        visitors = waiting(stack, wanting, 1)
        await settled(visitors, [wanting.ben.pk])
        assert ben.rest.patch(f"members/{wanting.ben.pk}/", {"is_away": True}).status_code == 200
        assert (await inbox.expect("availability"))["is_away"] is True
        visitors += waiting(stack, wanting, 1)
        await settled(visitors, [wanting.ben.pk, None])
        assert log_in(stack, wanting.ada).rest.patch(f"members/{wanting.cleo.pk}/", {"capacity": 5}).status_code == 200
        await settled(visitors, [wanting.cleo.pk, wanting.cleo.pk])


async def test_visitors_are_told_that_nobody_is_there_when_all_are_away(
    stack: Stack, ben: StaffMember, wanting: Cast
) -> None:
    vera = visit(stack, wanting.acme)
    vera.open()
    async with ben.socket(), vera.socket() as chat:
        assert ben.rest.patch(f"members/{wanting.ben.pk}/", {"is_away": True}).status_code == 200
        await chat.expect("presence", available=False)
        assert ben.rest.patch(f"members/{wanting.ben.pk}/", {"is_away": False}).status_code == 200
        await chat.expect("presence", available=True)


async def test_who_decides_at_once_decides_once(stack: Stack, ben: StaffMember, wanting: Cast, core: None) -> None:
    await limit(wanting.ben, 0)
    visitors = waiting(stack, wanting, 6)
    async with ben.socket() as inbox:
        await inbox.round_trip()
        await limit(wanting.ben, 3)
        await asyncio.gather(*[assign_waiting(wanting.acme.pk) for _ in range(6)])
        await settled(visitors, [wanting.ben.pk] * 3 + [None] * 3)


async def test_where_nobody_wants_it_nothing_is_given_out(stack: Stack, people_only: Cast, core: None) -> None:
    visitors = waiting(stack, people_only, 1)
    async with log_in(stack, people_only.ben).socket() as inbox:
        await inbox.round_trip()
        assert await assign_waiting(people_only.acme.pk) == 0
        await settled(visitors, [None])


async def test_mallory_is_never_given_anything_of_acme(stack: Stack, wanting: Cast) -> None:
    visitors = waiting(stack, wanting, 1)
    async with log_in(stack, wanting.mallory).socket() as hers:
        await hers.round_trip()
        await settled(visitors, [None])
        assert hers.seen_of("conversation_updated") == []


@pytest.mark.slow
def test_who_waits_is_found_by_an_index_that_is_there_anyway(wanting: Cast) -> None:
    """One more would be written at every message."""
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"website": wanting.acme.pk, "count": 5000})
        cursor.execute(
            "UPDATE conversations_conversation SET status = 'resolved' WHERE website_id = %s AND random() < 0.98",
            [wanting.acme.pk],
        )
        cursor.execute("ANALYZE conversations_conversation")
        cursor.execute("SET enable_seqscan = off")  # other tests' rows are few, too
        cursor.execute(
            "EXPLAIN SELECT id FROM conversations_conversation WHERE website_id = %s "
            "AND NOT status = 'resolved' AND status = 'open' "
            "AND handled_by = 'human' AND waiting_since IS NOT NULL ORDER BY waiting_since, id LIMIT 50",
            [wanting.acme.pk],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "one_open_conversation_per_visitor" in plan, plan
