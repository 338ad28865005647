"""Files both ways: who may send, see and fetch them, and what becomes of those that nobody sent."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image

from conversations.actions.attachments import remove_files
from conversations.models import Attachment, Conversation
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def picture(width: int = 40, height: int = 30, kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height), "#3454d1").save(content, kind)
    return content.getvalue()


def sent_by_visitor(vera: Visitor, name: str = "shot.png", content: bytes = b"") -> dict[str, Any]:
    answer = vera.rest.upload(vera.path("attachments/"), name, content or picture())
    assert answer.status_code == 201, answer.text
    taken: dict[str, Any] = answer.json()
    return taken


def sent_by_staff(ben: StaffMember, vera: Visitor, name: str = "offer.pdf", content: bytes = PDF) -> dict[str, Any]:
    answer = ben.rest.upload(f"conversations/{vera.conversation_id}/attachments/", name, content)
    assert answer.status_code == 201, answer.text
    taken: dict[str, Any] = answer.json()
    return taken


async def test_a_visitors_picture_reaches_the_staff_with_its_size(vera: Visitor, ben: StaffMember) -> None:
    taken = sent_by_visitor(vera)
    assert (taken["name"], taken["content_type"], taken["width"], taken["height"]) == ("shot.png", "image/png", 40, 30)
    async with vera.socket() as chat, ben.socket() as inbox:
        said = await chat.say("My screen", attachments=[taken["id"]])
        told = await inbox.expect("new_message")
    assert said["message"]["attachments"] == told["message"]["attachments"] == [taken]
    read = ben.rest.get(f"conversations/{vera.conversation_id}/entries/").json()["entries"]
    assert [entry["attachments"] for entry in read] == [[taken]]
    fetched = ben.rest.download(taken["url"])
    assert (fetched.status_code, len(fetched.content)) == (200, taken["size"])
    assert Image.open(io.BytesIO(fetched.content)).size == (40, 30)


async def test_a_file_of_the_staff_reaches_the_visitor_over_rest_and_socket(vera: Visitor, ben: StaffMember) -> None:
    taken = sent_by_staff(ben, vera)
    async with vera.socket() as chat:
        body = {"client_id": uuid4(), "content": "Our offer", "attachments": [taken["id"]]}
        posted = ben.rest.post(f"conversations/{vera.conversation_id}/messages/", body)
        assert posted.status_code == 201
        told = await chat.expect("new_message")
    assert told["message"]["attachments"] == posted.json()["message"]["attachments"] == [taken]
    fetched = vera.rest.download(taken["url"])
    assert (fetched.status_code, fetched.content) == (200, PDF)


async def test_a_message_has_its_files_in_the_order_in_which_it_names_them(vera: Visitor) -> None:
    files = [sent_by_visitor(vera, name) for name in ("one.png", "two.png", "three.png")][::-1]
    async with vera.socket() as chat:
        said = await chat.say("These", attachments=[one["id"] for one in files])
    assert said["message"]["attachments"] == files


async def test_a_resend_gives_the_first_message_with_its_files(vera: Visitor) -> None:
    taken = sent_by_visitor(vera)
    body = {"client_id": uuid4(), "content": "x", "attachments": [taken["id"]]}
    first, again = (vera.rest.post(vera.path("messages/"), body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["message"]["attachments"] == [taken]


async def test_a_message_with_a_file_that_cannot_be_sent_is_not_stored_at_all(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    sent = sent_by_visitor(vera)["id"]
    vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "x", "attachments": [sent]})
    other = visit(vera.stack, people_only.acme)
    other.open()
    own = sent_by_visitor(vera)["id"]
    wrong = [[str(uuid4())], [sent], [own, own], [sent_by_staff(ben, vera)["id"]], [sent_by_visitor(other)["id"]]]
    for attachments in wrong:
        body = {"client_id": uuid4(), "content": "Look", "attachments": attachments}
        answer = vera.rest.post(vera.path("messages/"), body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    async with vera.socket() as chat:
        await chat.send("chat_message", client_id=str(uuid4()), content="Look", attachments=[sent])
        assert (await chat.expect("rejected"))["code"] == "invalid"
    entries = vera.rest.get(vera.path("entries/")).json()["entries"]
    assert [entry["content"] for entry in entries] == ["x"]


# --- who may fetch it ---


async def test_nobody_else_gets_a_file_and_mallory_cannot_tell_that_it_exists(
    vera: Visitor, ben: StaffMember, mallory: StaffMember, people_only: Cast
) -> None:
    taken = sent_by_visitor(vera)
    vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "x", "attachments": [taken["id"]]})
    strangers = [mallory.rest, visit(vera.stack, people_only.acme).rest, visit(vera.stack, people_only.globex).rest]
    for rest in strangers:
        answer, missing = rest.download(taken["url"]), rest.download(f"/api/v1/attachments/{uuid4()}/")
        assert answer.status_code == 404
        assert answer.json() == missing.json()
        assert rest.upload(vera.path("attachments/"), "a.png", picture()).status_code in (403, 404)
    answer = mallory.rest.upload(f"conversations/{vera.conversation_id}/attachments/", "a.png", picture())
    assert answer.status_code == 404
    mallory.rest.token = ""
    assert mallory.rest.download(taken["url"]).status_code == 401
    assert ben.rest.download(taken["url"]).status_code == 200


async def test_the_file_of_a_note_never_reaches_the_visitor(vera: Visitor, ben: StaffMember, people_only: Cast) -> None:
    taken = sent_by_staff(ben, vera)
    cleo = log_in(vera.stack, people_only.cleo)
    assert vera.rest.download(taken["url"]).status_code == 404
    assert cleo.rest.download(taken["url"]).status_code == 404, "not before it is sent"
    async with vera.socket() as chat, ben.socket() as inbox:
        await inbox.say("See this", conversation_id=vera.conversation_id, note=True, attachments=[taken["id"]])
        await chat.round_trip()
        assert taken["id"] not in str(chat.seen)
    assert vera.rest.download(taken["url"]).status_code == 404
    assert cleo.rest.download(taken["url"]).status_code == 200


async def test_a_deleted_messages_file_is_gone_at_once(vera: Visitor, ben: StaffMember, core: None) -> None:
    taken = sent_by_staff(ben, vera)
    async with ben.socket() as inbox:
        said = await inbox.say("Wrong one", conversation_id=vera.conversation_id, attachments=[taken["id"]])
    stored = await db(place_of, taken)
    assert stored.is_file()
    gone = ben.rest.delete(f"conversations/{vera.conversation_id}/messages/{said['message']['id']}/")
    assert gone.json()["attachments"] == []
    assert vera.rest.download(taken["url"]).status_code == ben.rest.download(taken["url"]).status_code == 404
    await remove_files()
    assert not stored.exists()


# --- how it is given out ---


async def test_only_pictures_are_shown_and_nothing_can_run(vera: Visitor, ben: StaffMember) -> None:
    shown, saved = sent_by_visitor(vera, "Grün.png"), sent_by_visitor(vera, "notes.txt", b"<script>alert(1)</script>")
    for taken, start in ((shown, "inline"), (saved, "attachment")):
        headers = vera.rest.download(taken["url"]).headers
        assert headers["Content-Disposition"].startswith(start)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cache-Control"].startswith("private")
        assert headers["Content-Type"] == taken["content_type"]
    assert saved["content_type"] == "text/plain"
    assert "filename*=utf-8''Gr%C3%BCn.png" in vera.rest.download(shown["url"]).headers["Content-Disposition"]


# --- what becomes of files that belong to no message ---


async def test_a_file_that_was_never_sent_is_removed_after_a_day(vera: Visitor, core: None) -> None:
    sent, unsent, young = (sent_by_visitor(vera) for _ in range(3))
    vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "x", "attachments": [sent["id"]]})
    rows = Attachment.objects.for_system()
    await db(rows.filter(pk=unsent["id"]).update, keep_until=timezone.now() - timedelta(seconds=1))
    places = {taken["id"]: await db(place_of, taken) for taken in (sent, unsent, young)}
    assert vera.rest.download(unsent["url"]).status_code == 404
    await remove_files()
    assert {one: place.is_file() for one, place in places.items()} == {
        sent["id"]: True,
        unsent["id"]: False,
        young["id"]: True,
    }
    assert not await db(rows.filter(pk=unsent["id"]).exists)


@pytest.mark.parametrize("what", ["conversation", "website"])
async def test_a_conversations_files_go_with_it(vera: Visitor, people_only: Cast, core: None, what: str) -> None:
    taken = sent_by_visitor(vera)
    vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "x", "attachments": [taken["id"]]})
    stored = await db(place_of, taken)
    if what == "website":
        await db(people_only.acme.delete)
    else:
        await db(Conversation.objects.for_system().filter(pk=vera.conversation_id).delete)
    await remove_files()
    assert not stored.exists()
    assert not await db(Attachment.objects.for_system().filter(pk=taken["id"]).exists)


def place_of(taken: dict[str, Any]) -> Path:
    place = Attachment.objects.for_system().values_list("place", flat=True).get(pk=taken["id"])
    return Path(storages["uploads"].path(place))
