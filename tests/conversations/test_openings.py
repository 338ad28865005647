"""A visitor has at most one open conversation with a website, whatever races there are."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from django.db import transaction

from conversations.actions.messages import Post, post_message
from conversations.errors import Conflict
from conversations.models import Conversation
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import Rest, StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack


async def test_twenty_openings_at_once_are_one_conversation(each_stack: Stack, people_only: Cast) -> None:
    vera = visit(each_stack, people_only.acme)
    answers = await asyncio.gather(*[asyncio.to_thread(vera.rest.post, "widget/conversations/") for _ in range(20)])
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["conversation"]["id"] for answer in answers}) == 1


async def test_twenty_first_messages_at_once_are_one_conversation_with_twenty_messages(
    each_stack: Stack, people_only: Cast
) -> None:
    vera, ben = visit(each_stack, people_only.acme), log_in(each_stack, people_only.ben)
    bodies = [{"client_id": str(uuid4()), "content": f"{number}"} for number in range(20)]
    path = "widget/conversations/"
    answers = await asyncio.gather(*[asyncio.to_thread(vera.rest.post, path, body) for body in bodies])
    ids = {answer.json()["conversation"]["id"] for answer in answers}
    assert len(ids) == 1
    assert sorted(answer.json()["message"]["seq"] for answer in answers) == list(range(1, 21))
    assert len(ben.rest.get("conversations/").json()["results"]) == 1


async def test_opening_again_gives_the_open_one_and_after_resolving_a_new_one(vera: Visitor, ben: StaffMember) -> None:
    first = vera.conversation_id
    again = vera.rest.post("widget/conversations/")
    assert (again.status_code, again.json()) == (200, {"conversation": again.json()["conversation"], "message": None})
    assert again.json()["conversation"]["id"] == first
    ben.rest.patch(f"conversations/{first}/", {"status": "snoozed"})
    assert vera.rest.post("widget/conversations/").json()["conversation"]["id"] == first
    ben.rest.patch(f"conversations/{first}/", {"status": "resolved"})
    new = vera.rest.post("widget/conversations/")
    assert new.status_code == 201
    assert new.json()["conversation"]["id"] != first


async def test_a_first_message_that_is_sent_twice_is_there_once(each_stack: Stack, people_only: Cast) -> None:
    vera = visit(each_stack, people_only.acme)
    body = {"client_id": str(uuid4()), "content": "Hello"}
    first, second = (vera.rest.post("widget/conversations/", body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["message"] == second.json()["message"]
    assert (second.json()["conversation"]["rev"], first.json()["conversation"]["rev"]) == (1, 1)


async def test_a_first_message_that_is_repeated_after_its_conversation_has_ended_opens_no_other(
    each_stack: Stack, people_only: Cast
) -> None:
    vera, ben = visit(each_stack, people_only.acme), log_in(each_stack, people_only.ben)
    body = {"client_id": str(uuid4()), "content": "Hello"}
    first = vera.rest.post("widget/conversations/", body).json()
    ben.rest.patch(f"conversations/{first['conversation']['id']}/", {"status": "resolved"})
    again = vera.rest.post("widget/conversations/", body)
    assert again.status_code == 200
    assert again.json()["message"] == first["message"]
    assert (again.json()["conversation"]["id"], again.json()["conversation"]["status"]) == (
        first["conversation"]["id"],
        "resolved",
    )
    assert len(vera.rest.get("widget/conversations/").json()["results"]) == 1


async def test_a_message_that_reopens_while_another_is_being_opened_is_a_conflict(
    vera: Visitor, ben: StaffMember, people_only: Cast, core: None
) -> None:
    """The other one is not committed yet when the message is judged; the unique index decides."""
    old = vera.conversation_id
    ben.rest.patch(f"conversations/{old}/", {"status": "resolved"})
    opening, finish = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def open_slowly() -> UUID:
        with transaction.atomic():
            closed = Conversation.objects.for_system().get(pk=old)
            made = Conversation.objects.create(website_id=closed.website_id, visitor_id=closed.visitor_id)
            loop.call_soon_threadsafe(opening.set)
            asyncio.run_coroutine_threadsafe(finish.wait(), loop).result(timeout=10)
        return made.pk

    slowly = asyncio.ensure_future(db(open_slowly))
    await opening.wait()
    posting = asyncio.create_task(post_message(Post(UUID(old), "Hello again", "user")))
    async with asyncio.timeout(10):
        while not await db(somebody_waits):
            pass
    finish.set()
    new = await slowly
    refusal = (await asyncio.gather(posting, return_exceptions=True))[0]
    assert isinstance(refusal, Conflict)
    assert refusal.conversation_id == new


async def test_two_resolved_conversations_of_one_visitor_cannot_both_be_reopened_at_once(
    vera: Visitor, ben: StaffMember, core: None
) -> None:
    first = vera.conversation_id
    ben.rest.patch(f"conversations/{first}/", {"status": "resolved"})
    second = vera.open()["conversation"]["id"]
    ben.rest.patch(f"conversations/{second}/", {"status": "resolved"})
    posts = [post_message(Post(UUID(one), "Hello again", "user")) for one in (first, second)]
    results = await asyncio.gather(*posts, return_exceptions=True)
    refusals = [result for result in results if isinstance(result, Conflict)]
    assert len(refusals) == 1
    assert str(refusals[0].conversation_id) in (first, second)


async def test_a_website_that_is_switched_off_opens_nothing(each_stack: Stack, people_only: Cast) -> None:
    vera, ada = visit(each_stack, people_only.acme), log_in(each_stack, people_only.ada)
    ada.rest.patch(f"websites/{people_only.acme.pk}/", {"is_active": False})
    assert vera.rest.post("widget/conversations/").status_code == 401, (
        "the visitor's token is no longer good for anything"
    )
    session = Rest(each_stack).post("widget/sessions/", {"website_key": people_only.acme.website_key})
    assert session.status_code == 404
    assert Rest(each_stack).get(f"widget/config/{people_only.acme.website_key}/").status_code == 404


async def test_the_same_person_on_another_website_is_another_visitor(each_stack: Stack, people_only: Cast) -> None:
    on_acme = visit(each_stack, people_only.acme)
    token = on_acme.session["visitor_token"]
    on_globex = visit(each_stack, people_only.globex, visitor_token=token)
    assert on_globex.session["visitor"]["id"] != on_acme.session["visitor"]["id"]
    assert on_globex.session["visitor_token"] != token


def somebody_waits() -> bool:
    """Whether a statement of ours waits for another transaction."""
    with transaction.atomic():
        return Conversation.objects.for_system().extra(where=[WAITING]).exists()


WAITING = "EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
