"""Messages that go to the database together are judged one by one: a bad one harms no neighbour."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from conversations.actions.messages import CALL, Post, Posted, _store, columns_of, post_message
from conversations.errors import NotFound, Stale
from conversations.models import Conversation, Entry
from conversations.rows import Writer
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import Visitor, log_in, visit
from tests.clients.sockets import Socket
from tests.conversations.answering import Answer
from tests.servers.stack import Stack

pytestmark = pytest.mark.usefixtures("core")


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    visitor = visit(stack, people_only.acme)
    visitor.open()
    return visitor


async def test_a_row_of_a_batch_may_be_stored_known_stale_or_not_found_and_its_neighbours_do_not_care(
    vera: Visitor,
) -> None:
    client_id = uuid4()
    outcomes = await _store(
        [
            of(vera, "one"),
            of(vera, "nowhere", conversation_id=uuid4()),
            of(vera, "two", client_id=client_id),
            of(vera, "too late", role="assistant", epoch=0),
            of(vera, "two", client_id=client_id),
            of(vera, "three"),
        ]
    )
    assert [one.outcome for one in outcomes] == ["stored", "not_found", "stored", "stale", "known", "stored"]
    assert [one.seq for one in outcomes if one.outcome == "stored"] == [1, 2, 3]
    assert [one.visitor_prev for one in outcomes if one.outcome == "stored"] == [0, 1, 2]


async def test_the_same_client_id_twice_in_one_batch_is_one_message_with_the_same_answer(vera: Visitor) -> None:
    client_id = uuid4()
    first, second = await asyncio.gather(*[post_message(of(vera, "once", client_id=client_id)) for _ in range(2)])
    assert (first.known, second.known) == (False, True)
    assert first.entry.id == second.entry.id
    assert first.event.for_visitor() == second.event.for_visitor()
    assert await contents(vera) == ["once"]


async def test_a_row_that_the_database_cannot_take_fails_alone(vera: Visitor) -> None:
    """A colleague's account was deleted between their click and the statement."""
    gone = Writer("Nobody", user_id=2**40)
    results = await asyncio.gather(
        post_message(of(vera, "before")),
        post_message(of(vera, "from nobody", role="assistant", is_manual=True, author=gone)),
        post_message(of(vera, "after")),
        return_exceptions=True,
    )
    assert isinstance(results[1], psycopg.errors.ForeignKeyViolation)
    assert await contents(vera) == ["before", "after"]


async def test_unknown_conversations_do_not_disturb_a_batch(vera: Visitor) -> None:
    posts = [of(vera, f"{number}", conversation_id=uuid4() if number % 2 else None) for number in range(20)]
    results = await asyncio.gather(*[post_message(post) for post in posts], return_exceptions=True)
    assert [type(result) for result in results] == [Posted, NotFound] * 10
    assert await contents(vera) == [f"{number}" for number in range(0, 20, 2)]


async def test_two_hundred_posts_at_once_get_two_hundred_numbers_without_a_hole(vera: Visitor) -> None:
    posted = await asyncio.gather(*[post_message(of(vera, f"{number}")) for number in range(200)])
    assert sorted(one.entry.seq for one in posted) == list(range(1, 201))
    row = await db(Conversation.objects.for_system().get, pk=vera.conversation_id)
    assert (row.rev, row.visitor_rev, row.message_count, row.unread_count) == (200, 200, 200, 200)


async def test_a_batch_of_notes_and_messages_gives_the_visitor_an_unbroken_chain(vera: Visitor) -> None:
    kinds = ["message", "note", "note", "message", "note", "message"]
    outcomes = await _store([of(vera, kind, kind=kind, role="assistant", is_manual=True) for kind in kinds])
    assert [(one.seq, one.visitor_prev) for one in outcomes] == [(1, 0), (2, 1), (3, 1), (4, 1), (5, 4), (6, 4)]
    row = await db(Conversation.objects.for_system().get, pk=vera.conversation_id)
    assert (row.rev, row.visitor_rev) == (6, 6)


async def test_a_word_of_the_staff_in_a_batch_silences_the_ai_that_stands_behind_it_and_not_before_it(
    stack: Stack, cast: Cast
) -> None:
    for staff_first, expected in ((True, ["stored", "stale"]), (False, ["stored", "stored"])):
        vera = visit(stack, cast.acme)
        vera.open()
        answer = await Answer.begin(vera)
        rows = [
            of(vera, "Ben here", role="assistant", is_manual=True),
            of(vera, "AI here", role="assistant", epoch=0, message_id=answer.id),
        ]
        outcomes = await _store(rows if staff_first else rows[::-1])
        assert [one.outcome for one in outcomes] == expected
        with pytest.raises(Stale):
            await answer.finish("AI here, too")


async def test_a_message_of_the_visitor_that_reopens_is_judged_once_for_the_whole_batch(
    stack: Stack, people_only: Cast
) -> None:
    vera, ben = visit(stack, people_only.acme), log_in(stack, people_only.ben)
    vera.open()
    ben.rest.patch(f"conversations/{vera.conversation_id}/", {"status": "resolved"})
    outcomes = await _store([of(vera, "one"), of(vera, "two")])
    assert [one.outcome for one in outcomes] == ["stored", "stored"]
    row = await db(Conversation.objects.for_system().get, pk=vera.conversation_id)
    assert (row.status, row.takeover_epoch, row.message_count) == ("open", 2, 2)


async def test_the_ais_job_stands_and_falls_with_the_message_that_wants_it(stack: Stack, cast: Cast) -> None:
    vera, on_people = visit(stack, cast.acme), visit(stack, cast.globex)
    vera.open()
    log_in(stack, cast.mallory).rest.patch(f"websites/{cast.globex.pk}/", {"ai_enabled": False})
    on_people.open()
    client_id = uuid4()
    posts = [
        of(vera, "one", client_id=client_id),
        of(vera, "one, again", client_id=client_id),
        of(vera, "a note", kind="note", role="assistant"),
        of(on_people, "for people"),
    ]
    inside, after = await db(jobs_of_a_transaction_that_fails, posts)
    assert [job["message_id"] for job in inside] == [str(posts[0].message_id)]
    assert inside[0] | {"rev": 1, "epoch": 0, "website_id": cast.acme.pk} == inside[0]
    assert after == []


async def test_two_processes_that_post_to_the_same_conversations_do_not_deadlock(
    stack: Stack, daphne_stack: Stack, people_only: Cast
) -> None:
    """Both send to the same conversations in opposite orders, so that their batches lock them at the same time."""
    ben = log_in(stack, people_only.ben)
    visitors = [visit(stack, people_only.acme) for _ in range(6)]
    ids = [one.open()["conversation"]["id"] for one in visitors]
    other = log_in(daphne_stack, people_only.ben)
    async with ben.socket() as here, other.socket() as there:
        await asyncio.gather(say_everywhere(here, ids, 40), say_everywhere(there, ids[::-1], 40))
        assert here.seen_of("rejected") == there.seen_of("rejected") == []
    for one in ids:
        row = await db(Conversation.objects.for_system().get, pk=one)
        assert (row.rev, row.message_count) == (80, 80)


async def say_everywhere(socket: Socket, ids: list[str], times: int) -> None:
    sent = {await socket.say_soon(f"{number}", conversation_id=one) for number in range(times) for one in ids}
    await socket.until(lambda: sent <= {frame["message"]["client_id"] for frame in socket.seen_of("new_message")})


def of(vera: Visitor, content: str, *, conversation_id: UUID | None = None, **fields: object) -> Post:
    values = {"role": "user"} | fields
    return Post(conversation_id or UUID(vera.conversation_id), content, **values)  # type: ignore[arg-type]


async def contents(vera: Visitor) -> list[str]:
    entries = Entry.objects.for_system().filter(conversation=UUID(vera.conversation_id)).order_by("seq")
    return await db(list, entries.values_list("content", flat=True))


def jobs_of_a_transaction_that_fails(posts: list[Post]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What these posts have deferred before it fails, and what is left of it."""
    jobs = ProcrastinateJob.objects.filter(args__message_id__in=[str(post.message_id) for post in posts])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CALL, columns_of(posts))
        inside = list(jobs.values_list("args", flat=True))
        transaction.set_rollback(True)
    return inside, list(jobs.values_list("args", flat=True))
