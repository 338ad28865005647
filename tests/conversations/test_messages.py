"""What is said reaches everybody it is meant for, once, and its sender knows at once that it is stored."""

from __future__ import annotations

from uuid import UUID, uuid4

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack


async def test_a_visitors_message_reaches_every_dashboard_of_the_website(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with vera.socket() as chat, ben.socket() as bens, cleo.socket() as cleos:
        said = await chat.say("Hello, is anybody there?")
        for inbox in (bens, cleos):
            heard = await inbox.expect("new_message")
            assert heard["conversation_id"] == vera.conversation_id
            assert heard["website_id"] == people_only.acme.pk
            assert heard["message"] == said["message"]


async def test_a_message_carries_everything_that_the_contract_names(vera: Visitor) -> None:
    async with vera.socket() as chat:
        said = await chat.say("Hello")
    message = said["message"]
    assert message == {
        "id": str(UUID(message["id"])),
        "seq": 1,
        "rev": 1,
        "client_id": str(UUID(message["client_id"])),
        "kind": "message",
        "role": "user",
        "is_manual": False,
        "content": "Hello",
        "author": None,
        "timestamp": message["timestamp"],
        "conversation_id": vera.conversation_id,
        "attachments": [],
        "sources": [],
        "deleted": False,
    }
    assert message["timestamp"].endswith("Z")


async def test_an_answer_of_the_staff_reaches_the_visitor_as_from_a_person(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        said = (await inbox.say("How can I help?", conversation_id=vera.conversation_id))["message"]
        heard = (await chat.expect("new_message"))["message"]
    assert (heard["role"], heard["is_manual"]) == ("assistant", True)
    assert heard["author"] == {"id": str(people_only.ben.public_id), "name": "Ben", "avatar_url": None}
    assert said["author"] == {"id": people_only.ben.pk, "name": "Ben", "avatar_url": None}


async def test_what_acme_and_its_visitor_say_never_reaches_mallory(
    vera: Visitor, ben: StaffMember, mallory: StaffMember, people_only: Cast
) -> None:
    other = visit(vera.stack, people_only.globex)
    other.open()
    async with vera.socket() as chat, ben.socket() as inbox, mallory.socket() as globex, other.socket() as others_chat:
        await globex.send("subscribe", channel="chat_updates")
        await chat.say("Our secret")
        await inbox.say("Safe with me", conversation_id=vera.conversation_id)
        await chat.send("typing", is_typing=True)
        await inbox.expect("typing")
        await others_chat.say("Hello Globex")
        await globex.expect("new_message")
        assert {frame["conversation_id"] for frame in globex.seen if "conversation_id" in frame} == {
            other.conversation_id
        }
        assert {frame["type"] for frame in others_chat.seen} <= {"connected", "presence", "new_message", "read"}


async def test_another_visitor_of_the_same_website_hears_nothing(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    victor = visit(vera.stack, people_only.acme)
    victor.open()
    async with vera.socket() as chat, victor.socket() as others_chat, ben.socket() as inbox:
        await chat.say("For Acme only")
        await inbox.say("For Vera only", conversation_id=vera.conversation_id)
        await inbox.say("For Victor", conversation_id=victor.conversation_id)
        assert (await others_chat.expect("new_message"))["message"]["content"] == "For Victor"
        assert len(others_chat.seen_of("new_message")) == 1


# --- the acknowledgement ---


async def test_the_sender_gets_exactly_one_copy_and_so_does_everybody_else(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, vera.socket() as other_tab, ben.socket() as inbox, ben.socket() as phone:
        for number in range(5):
            await chat.say(f"from Vera {number}")
            await inbox.say(f"from Ben {number}", conversation_id=vera.conversation_id)
        last = (await chat.say("the last"))["rev"]
        for socket in (other_tab, inbox, phone):
            await socket.expect("new_message", rev=last)
        await chat.round_trip()
        for socket in (chat, other_tab, inbox, phone):
            assert sorted(frame["rev"] for frame in socket.seen_of("new_message")) == list(range(1, 12))


async def test_a_visitors_other_tab_gets_the_message_with_the_same_client_id(vera: Visitor) -> None:
    async with vera.socket() as chat, vera.socket() as other_tab:
        said = await chat.say("Hello")
        assert await other_tab.expect("new_message") == said


# --- the resend ---


async def test_a_resend_is_answered_with_the_first_message_to_the_sender_alone(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, vera.socket() as other_tab, ben.socket() as inbox:
        first = await chat.say("Only once")
        client_id = first["message"]["client_id"]
        await chat.say("between")
        await chat.send("chat_message", client_id=client_id, content="Only once")
        assert await chat.expect("new_message", rev=1) == first
        await chat.say("after")
        for others in (other_tab, inbox):
            await others.expect("new_message", rev=3)
            assert [frame["rev"] for frame in others.seen_of("new_message")] == [1, 2, 3]


async def test_a_resend_after_a_reconnect_makes_no_second_message(vera: Visitor, ben: StaffMember) -> None:
    client_id = str(uuid4())
    answers = []
    for _ in range(3):
        async with vera.socket() as chat:
            await chat.send("chat_message", client_id=client_id, content="Did this arrive?")
            answers.append(await chat.expect("new_message"))
    assert answers[0] == answers[1] == answers[2]
    answer = vera.rest.post(vera.path("messages/"), {"client_id": client_id, "content": "Did this arrive?"})
    assert (answer.status_code, answer.json()["message"]) == (200, answers[0]["message"])
    async with ben.socket() as inbox:
        await inbox.send("resume", conversation_id=vera.conversation_id, after=0)
        assert len((await inbox.expect("resumed"))["entries"]) == 1


async def test_a_resend_keeps_its_place_so_that_no_change_in_between_is_jumped(vera: Visitor, ben: StaffMember) -> None:
    """Vera's client knows nothing after rev 1. What the resend says must not make it believe that it knows more."""
    async with vera.socket() as chat, ben.socket() as inbox:
        conversation = {"conversation_id": vera.conversation_id}
        await chat.say("one")
        bens = (await inbox.say("two", **conversation))["message"]["id"]
        ben.rest.patch(f"conversations/{vera.conversation_id}/messages/{bens}/", {"content": "two, edited"})
        ben.rest.patch(f"conversations/{vera.conversation_id}/", {"status": "snoozed"})
        await inbox.say("for us", note=True, **conversation)
        first = await chat.say("the resent one")
    async with vera.socket() as chat:
        await chat.send("chat_message", client_id=first["message"]["client_id"], content="the resent one")
        again = await chat.expect("new_message")
    assert (again["rev"], again["prev"]) == (first["rev"], first["prev"]) == (6, 4)


async def test_a_resend_of_a_message_that_was_edited_meanwhile_shows_the_edit(vera: Visitor, ben: StaffMember) -> None:
    async with ben.socket() as inbox:
        first = await inbox.say("Teh answer", conversation_id=vera.conversation_id)
        message = first["message"]
        ben.rest.patch(f"conversations/{vera.conversation_id}/messages/{message['id']}/", {"content": "The answer"})
        await inbox.send(
            "chat_message", client_id=message["client_id"], content="Teh answer", conversation_id=vera.conversation_id
        )
        again = await inbox.expect("new_message")
    assert (again["rev"], again["prev"]) == (first["rev"], first["prev"])
    assert (again["message"]["content"], again["message"]["rev"]) == ("The answer", 2)


async def test_the_same_client_id_in_another_conversation_is_another_message(vera: Visitor, people_only: Cast) -> None:
    victor = visit(vera.stack, people_only.acme)
    victor.open()
    client_id = str(uuid4())
    async with vera.socket() as chat, victor.socket() as others_chat:
        for socket in (chat, others_chat):
            await socket.send("chat_message", client_id=client_id, content="Hello")
        ids = {(await socket.expect("new_message"))["message"]["id"] for socket in (chat, others_chat)}
    assert len(ids) == 2


async def test_a_visitor_who_guesses_the_client_id_of_a_note_is_not_shown_it(vera: Visitor, ben: StaffMember) -> None:
    async with ben.socket() as inbox, vera.socket() as chat:
        note = await inbox.say("Careful with this one", note=True, conversation_id=vera.conversation_id)
        await chat.send("chat_message", client_id=note["message"]["client_id"], content="guess")
        assert (await chat.expect("rejected"))["code"] == "conflict"
        assert "Careful" not in str(chat.seen)


# --- notes ---


async def test_a_note_is_for_the_staff_alone(vera: Visitor, ben: StaffMember, people_only: Cast) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with vera.socket() as chat, ben.socket() as inbox, cleo.socket() as cleos:
        note = await inbox.say("She is a friend of Ada", note=True, conversation_id=vera.conversation_id)
        assert note["message"]["kind"] == "note"
        assert (await cleos.expect("new_message"))["message"] == note["message"]
        await inbox.say("Hello Vera", conversation_id=vera.conversation_id)
        assert (await chat.expect("new_message"))["message"]["content"] == "Hello Vera"
        await chat.send("resume", after=0)
        assert [entry["content"] for entry in (await chat.expect("resumed"))["entries"]] == ["Hello Vera"]
    entries = vera.rest.get(vera.path("entries/")).json()["entries"]
    assert [entry["content"] for entry in entries] == ["Hello Vera"]


async def test_a_note_takes_nothing_over_and_counts_as_no_message(cast: Cast, each_stack: Stack) -> None:
    vera, ben = visit(each_stack, cast.acme), log_in(each_stack, cast.ben)
    vera.open()
    async with ben.socket() as inbox:
        await inbox.say("Let us see what it says", note=True, conversation_id=vera.conversation_id)
    conversation = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
    assert conversation["handled_by"] == "ai"
    assert conversation["message_count"] == conversation["unread_count"] == 0
    assert (conversation["preview"], conversation["assignee"]) == ("", None)


# --- what the row knows ---


async def test_counts_preview_and_subject_follow_each_message(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say("The first question " + "x" * 300)
        await chat.say("and a second")
        before = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
        await inbox.say("An answer", conversation_id=vera.conversation_id)
        after = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
        await chat.say("Thanks")
        last = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
    assert before["subject"] == ("The first question " + "x" * 300)[:120]
    assert [state["message_count"] for state in (before, after, last)] == [2, 3, 4]
    assert [state["unread_count"] for state in (before, after, last)] == [2, 0, 1]
    assert [state["preview"] for state in (before, after, last)] == ["and a second", "An answer", "Thanks"]
    assert before["last_message_at"] < after["last_message_at"] < last["last_message_at"]
    assert before["subject"] == last["subject"]


async def test_the_first_answer_of_staff_makes_them_the_assignee(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with ben.socket() as inbox, cleo.socket() as cleos:
        await inbox.say("I am on it", conversation_id=vera.conversation_id)
        await cleos.say("Me too", conversation_id=vera.conversation_id)
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json()["assignee"]["name"] == "Ben"


async def test_a_website_that_is_switched_off_takes_no_message_of_visitors(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    ada = log_in(vera.stack, people_only.ada)
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say("before")
        ada.rest.patch(f"websites/{people_only.acme.pk}/", {"is_active": False})
        assert await chat.closed_with() == ("forbidden", 4003)
        after = vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "after"})
        assert after.status_code == 401  # the key is no website of ours for now
        assert (await inbox.say("we can still write", conversation_id=vera.conversation_id))["rev"] == 2
