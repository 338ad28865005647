"""Conversations leave as a file: all that was said and nothing else, and no word of it becomes a tag."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from lxml import html
from PIL import Image

from audit.models import AuditEntry
from conversations.models import Conversation, Entry
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(1)">"\'&</p></body>'
CARD = "4111 1111 1111 1111"


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ben)


@pytest.fixture
def vera(stack: Stack, people_only: Cast, ben: StaffMember) -> Visitor:
    """With hostile words, a card's number, a note, and a picture."""
    vera = visit(stack, people_only.acme)
    vera.open(HOSTILE)
    visit(stack, people_only.globex).open("For Globex alone")
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "red").save(drawn, "PNG")
    picture = vera.rest.upload(vera.path("attachments/"), '"><b>.png', drawn.getvalue()).json()["id"]
    said = {"client_id": uuid4(), "content": f"My card is {CARD}", "attachments": [picture]}
    assert vera.rest.post(vera.path("messages/"), said).status_code == 201
    path = f"conversations/{vera.conversation_id}/messages/"
    assert ben.rest.post(path, {"client_id": uuid4(), "content": "Only for us", "note": True}).status_code == 201
    return vera


def exported(to: Path, cast: Cast, *options: str) -> str:
    call_command("export_conversations", str(to), "--website", str(cast.acme.pk), *options)
    assert to.stat().st_mode & 0o077 == 0
    assert [one.name for one in to.parent.iterdir()] == [to.name]
    return to.read_text()


def test_read_back_it_is_what_the_database_has(
    stack: Stack, people_only: Cast, vera: Visitor, ben: StaffMember, tmp_path: Path
) -> None:
    visit(stack, people_only.acme).open("Another")
    lines = [json.loads(line) for line in exported(tmp_path / "a.jsonl", people_only, "--notes").splitlines()]
    stored = Conversation.objects.for_system().filter(website=people_only.acme)
    assert [one["conversation"]["id"] for one in lines] == [str(one.pk) for one in stored.order_by("created_at", "pk")]
    for line in lines:
        rows = Entry.objects.for_system().filter(conversation=line["conversation"]["id"]).order_by("seq")
        columns: list[Any] = [(str(one.pk), one.seq, one.kind, one.content) for one in rows]
        assert [(one["id"], one["seq"], one["kind"], one["content"]) for one in line["entries"]] == columns
    over_rest = ben.rest.get(f"conversations/{vera.conversation_id}/entries/").json()["entries"]
    assert lines[0]["entries"] == over_rest
    assert "For Globex alone" not in json.dumps(lines)
    assert CARD not in json.dumps(lines)


def test_notes_only_when_asked_for_and_by_status_and_day(people_only: Cast, vera: Visitor, tmp_path: Path) -> None:
    to = tmp_path / "a.jsonl"
    assert "Only for us" not in exported(to, people_only)
    assert "Only for us" in exported(to, people_only, "--notes")
    assert exported(to, people_only, "--status", "resolved") == ""
    day = Conversation.objects.for_system().get(pk=UUID(vera.conversation_id)).created_at.date().isoformat()
    assert exported(to, people_only, "--since", day, "--status", "open") != ""
    assert exported(to, people_only, "--until", day) == ""
    with pytest.raises(CommandError, match="no website"):
        call_command("export_conversations", str(to), "--website", "999999999")


def test_nothing_said_becomes_a_part_of_the_page(people_only: Cast, vera: Visitor, tmp_path: Path) -> None:
    linked = exported(tmp_path / "a.html", people_only)
    page = html.fromstring(linked)
    assert page.xpath("//script | //b | //@onerror | //img") == []
    assert page.xpath("//article//p[@dir]/text()")[0] == HOSTILE
    assert all(link.startswith("http") and "/api/v1/attachments/" in link for link in page.xpath("//a/@href"))
    assert CARD not in linked
    assert "Only for us" not in linked
    embedded = html.fromstring(exported(tmp_path / "a.html", people_only, "--embed"))
    (source,) = embedded.xpath("//img/@src")
    kind, _, content = source.partition(";base64,")
    assert kind.startswith("data:image/")
    assert Image.open(BytesIO(b64decode(content))).size == (8, 8)


def test_a_link_that_lies_in_wait_is_not_written_through(people_only: Cast, vera: Visitor, tmp_path: Path) -> None:
    kept = tmp_path / "of-somebody-else"
    kept.write_text("untouched")
    folder = tmp_path / "shared"
    folder.mkdir()
    for name in (f".a.jsonl.{os.getpid()}", "a.jsonl"):
        (folder / name).symlink_to(kept)
    call_command("export_conversations", str(folder / "a.jsonl"), "--website", str(people_only.acme.pk))
    assert kept.read_text() == "untouched"
    assert not (folder / "a.jsonl").is_symlink()
    assert (folder / "a.jsonl").stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_conversations", str(tmp_path / "no" / "a"), "--website", str(people_only.acme.pk))


def test_the_log_says_that_conversations_were_taken_away(people_only: Cast, vera: Visitor, tmp_path: Path) -> None:
    exported(tmp_path / "a.jsonl", people_only, "--notes", "--status", "open")
    rows = AuditEntry.objects.for_system().filter(
        action="website.conversations_exported", website_id=people_only.acme.pk
    )
    detail = {"status": "open", "notes": True}
    assert [(one.via, one.actor_id, one.detail) for one in rows] == [("system", None, detail)]
    theirs = AuditEntry.objects.for_system().filter(
        action="website.conversations_exported", website_id=people_only.globex.pk
    )
    assert not theirs.exists()
