"""Notes that call a colleague by name: told at once, found later, and never to anybody else."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from accounts.actors import staff_actor
from accounts.colleagues import members_for
from conversations.actions.messages import Post
from conversations.actions.notes import called_in, say_as_staff
from conversations.models import Entry, Mention
from tests.cast import Cast, Role, new_person
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack


@pytest.fixture
def cleo(each_stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(each_stack, people_only.cleo)


def note(who: StaffMember, vera: Visitor, content: str, client_id: str = "", **more: object) -> None:
    body = {"client_id": client_id or str(uuid4()), "content": content, "note": True, **more}
    answer = who.rest.post(f"conversations/{vera.conversation_id}/messages/", body)
    assert answer.status_code in (200, 201), answer.text


def mentioned(who: StaffMember) -> list[str]:
    return [one["id"] for one in who.rest.get("conversations/", mentioned="me").json()["results"]]


async def test_who_is_called_in_a_note_is_told_and_finds_it_later(
    vera: Visitor, ben: StaffMember, cleo: StaffMember
) -> None:
    async with cleo.socket() as hers, ben.socket() as his, vera.socket() as chat:
        await his.send(
            "chat_message",
            client_id=str(uuid4()),
            conversation_id=vera.conversation_id,
            content="@cleo, look",
            note=True,
        )
        told = await hers.expect("mentioned")
        assert (told["conversation_id"], told["excerpt"]) == (vera.conversation_id, "@cleo, look")
        assert told["author"]["name"] == "Ben"
        await his.say("Hello Vera", conversation_id=vera.conversation_id)
        assert (await chat.expect("new_message"))["message"]["content"] == "Hello Vera"
    assert mentioned(cleo) == [vera.conversation_id]
    assert mentioned(ben) == []


def test_a_note_that_is_sent_again_calls_once(stack: Stack, people_only: Cast) -> None:
    vera, ben = visit(stack, people_only.acme), log_in(stack, people_only.ben)
    vera.open()
    client_id = str(uuid4())
    note(ben, vera, "@Cleo @Cleo", client_id)
    note(ben, vera, "@Cleo @Cleo", client_id)
    assert Mention.objects.for_system().filter(user=people_only.cleo).count() == 1


def test_only_whole_names_of_colleagues_are_calls_and_only_in_notes(stack: Stack, people_only: Cast) -> None:
    new_person("Cleo Bell", people_only.acme, Role.AGENT)
    actor = staff_actor(people_only.ada.pk)
    assert actor is not None
    everybody = members_for(actor)
    for text, names in {
        "@Cleo Bell and @ben": ["Ben", "Cleo Bell"],
        "@Cleo Bellamy": ["Cleo"],
        "@Cleopatra, ben@acme.test": [],
        "Cleo, @Mallory": [],
    }.items():
        assert sorted(one.user.shown_name for one in called_in(text, everybody)) == names, text
    vera, ben = visit(stack, people_only.acme), log_in(stack, people_only.ben)
    vera.open()
    note(ben, vera, "Say hello to @Cleo", note=False)
    assert not Mention.objects.for_system().filter(user=people_only.cleo).exists()


def test_whom_a_note_calls_is_stored_with_it_or_not_at_all(
    stack: Stack, people_only: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    vera = visit(stack, people_only.acme)
    vera.open()
    actor = staff_actor(people_only.ben.pk)
    assert actor is not None
    monkeypatch.setattr("conversations.actions.notes.members_of", fail)
    post = Post(UUID(vera.conversation_id), "@Cleo", "assistant", kind="note", is_manual=True)
    with pytest.raises(RuntimeError, match="in the middle"):
        asyncio.run(say_as_staff(actor, post))
    assert not Entry.objects.for_system().filter(conversation=UUID(vera.conversation_id)).exists()


def fail(*_: object) -> None:
    raise RuntimeError("in the middle")


async def test_mallory_is_never_called_by_acme(vera: Visitor, ben: StaffMember, mallory: StaffMember) -> None:
    async with mallory.socket() as hers:
        note(ben, vera, "@Mallory @Cleo look at this")
        await hers.round_trip()
        assert hers.seen_of("mentioned") == []
    assert mentioned(mallory) == []
