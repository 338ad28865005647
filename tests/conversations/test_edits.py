"""Staff may change and delete what they wrote themselves; everybody who saw it sees the change."""

from __future__ import annotations

from uuid import uuid4

import httpx2
import pytest

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in
from tests.clients.sockets import DashboardSocket


@pytest.mark.parametrize("what", ["edit", "delete"])
async def test_a_change_of_a_message_is_told_to_everybody(vera: Visitor, ben: StaffMember, what: str) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        message = (await inbox.say("Teh answer", conversation_id=vera.conversation_id))["message"]
        answer = change(ben, vera, message["id"], what)
        assert answer.status_code == 200
        for socket in (chat, inbox):
            update = await socket.expect("message_updated")
            assert (update["rev"], update["prev"], update["conversation_id"]) == (2, 1, vera.conversation_id)
            assert (update["message"]["id"], update["message"]["seq"]) == (message["id"], 1)
            assert update["message"]["content"] == ("The answer" if what == "edit" else "")
            assert update["message"]["deleted"] is (what == "delete")
        assert answer.json() == update["message"]


@pytest.mark.parametrize("what", ["edit", "delete"])
async def test_a_change_of_a_note_stays_among_staff(vera: Visitor, ben: StaffMember, what: str) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        note = await note_of(inbox, vera)
        change(ben, vera, note, what)
        await inbox.expect("message_updated", rev=2)
        await inbox.say("Hello", conversation_id=vera.conversation_id)
        said = await chat.expect("new_message")
        assert (said["rev"], said["prev"]) == (3, 0)
        assert chat.seen_of("message_updated") == []


async def test_one_may_not_change_what_others_wrote(vera: Visitor, ben: StaffMember, people_only: Cast) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with vera.socket() as chat, ben.socket() as inbox:
        of_vera = (await chat.say("Mine"))["message"]["id"]
        of_ben = (await inbox.say("Mine, too", conversation_id=vera.conversation_id))["message"]["id"]
    for message in (of_vera, of_ben):
        for what in ("edit", "delete"):
            answer = change(cleo, vera, message, what)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


async def test_mallory_changes_nothing_of_acme(vera: Visitor, ben: StaffMember, mallory: StaffMember) -> None:
    async with ben.socket() as inbox:
        message = (await inbox.say("Ours", conversation_id=vera.conversation_id))["message"]["id"]
    for what in ("edit", "delete"):
        assert change(mallory, vera, message, what).status_code == 404


async def test_what_does_not_exist_is_gone_already_or_is_an_activity_is_not_found(
    vera: Visitor, ben: StaffMember
) -> None:
    async with ben.socket() as inbox:
        gone = (await inbox.say("Gone", conversation_id=vera.conversation_id))["message"]["id"]
        change(ben, vera, gone, "delete")
        ben.rest.patch(f"conversations/{vera.conversation_id}/", {"status": "snoozed"})
        activity = (await inbox.expect("conversation_updated", rev=3))["activity"]["id"]
    for message in (gone, activity, str(uuid4())):
        for what in ("edit", "delete"):
            assert change(ben, vera, message, what).status_code == 404


async def test_the_preview_follows_an_edit_of_the_latest_message(vera: Visitor, ben: StaffMember) -> None:
    async with ben.socket() as inbox:
        first = (await inbox.say("first", conversation_id=vera.conversation_id))["message"]["id"]
        latest = (await inbox.say("latest", conversation_id=vera.conversation_id))["message"]["id"]
        await note_of(inbox, vera)
    change(ben, vera, first, "edit")
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json()["preview"] == "latest"
    change(ben, vera, latest, "edit")
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json()["preview"] == "The answer"


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "invalid"), ("a\0b", "invalid"), ("x" * 10_001, "too_long"), (None, "invalid"), ("\ud83d", "invalid")],
)
async def test_an_edit_is_held_to_the_same_rules_as_a_message(
    vera: Visitor, ben: StaffMember, content: str | None, code: str
) -> None:
    async with ben.socket() as inbox:
        message = (await inbox.say("fine", conversation_id=vera.conversation_id))["message"]["id"]
    answer = ben.rest.patch(f"conversations/{vera.conversation_id}/messages/{message}/", {"content": content})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def change(who: StaffMember, vera: Visitor, message: str, what: str) -> httpx2.Response:
    path = f"conversations/{vera.conversation_id}/messages/{message}/"
    return who.rest.patch(path, {"content": "The answer"}) if what == "edit" else who.rest.delete(path)


async def note_of(inbox: DashboardSocket, vera: Visitor) -> str:
    note = await inbox.say("Between us", note=True, conversation_id=vera.conversation_id)
    found: str = note["message"]["id"]
    return found
