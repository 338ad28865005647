"""Conversations as a file: a line of JSON for each, or one page that needs nothing else. One entry in memory at a time.

In the forms that staff sees over REST. What was masked when it was said is masked here: nothing else is stored.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import Website
from conversations import audiences
from conversations.actions.attachments import STORAGE
from conversations.models import Attachment, Conversation, Entry
from conversations.models.scope import ScopedQuerySet
from conversations.protocol import Attachment as Shown
from conversations.protocol import Message
from conversations.queries.states import with_relations
from conversations.rows import ConversationRow, EntryRow, Writer

AT_ONCE = 200  # rows that the database hands over together
PAGE_BEGINS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Conversations</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 15px/1.5 system-ui, sans-serif }
section { margin: 0 0 3rem } h2 { font-size: 1.1rem } header p, footer { margin: 0; opacity: .75; font-size: .85rem }
article { margin: 0 0 .75rem; padding: .5rem .75rem; border: 1px solid #8888; border-radius: .5rem }
article.note { border-style: dashed } article p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
img { max-width: 100%; height: auto }
</style></head><body>
<h1>Conversations</h1>
"""
PAGE_ENDS = "</body></html>\n"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`since` and `until` (not included): days, in UTC, on which conversations began. `embed`: pictures, on a page."""

    websites: list[int] = field(default_factory=list)
    since: date | None = None
    until: date | None = None
    status: str = ""
    notes: bool = False
    embed: bool = False


def as_lines(wanted: Wanted) -> Iterator[str]:
    """JSON Lines in pieces: `{"conversation": …, "entries": […]}`."""
    for row in _conversations(wanted):
        yield f'{{"conversation": {_json(audiences.state_for_staff(row).model_dump(mode="json"))}, "entries": ['
        for number, message in enumerate(_messages(row, wanted)):
            yield (", " if number else "") + _json(message.model_dump(mode="json"))
        yield "]}\n"


def as_page(wanted: Wanted) -> Iterator[str]:
    """HTML in pieces."""
    yield PAGE_BEGINS
    for row in _conversations(wanted):
        yield _heading(row)
        for message in _messages(row, wanted):
            yield _said(message, row, wanted)
        yield "</section>\n"
    yield PAGE_ENDS


def _conversations(wanted: Wanted) -> Iterator[ConversationRow]:
    found: ScopedQuerySet[Conversation] = with_relations(Conversation.objects.for_system())
    found = found.filter(website__in=wanted.websites)
    given = {
        "created_at__date__gte": wanted.since,
        "created_at__date__lt": wanted.until,
        "status": wanted.status,
    }
    found = found.filter(**{name: value for name, value in given.items() if value})
    for state in found.order_by("created_at", "pk").iterator(AT_ONCE):
        yield ConversationRow(state)


def _messages(row: ConversationRow, wanted: Wanted) -> Iterator[Message]:
    """Without what is for staff only, unless it was asked for."""
    entries = Entry.objects.for_system().filter(conversation=row.id).select_related("author").order_by("seq")
    if not wanted.notes:
        entries = entries.filter(audience=Entry.Audience.EVERYONE)
    assistant = Writer.of_assistant(row.state.website)
    for entry in entries.iterator(AT_ONCE):
        yield audiences.message_for_staff(EntryRow.of(entry, assistant))


def _heading(row: ConversationRow) -> SafeString:
    website: Website = row.state.website
    return format_html(
        '<section id="{}"><header><h2>{}</h2><p>{} · {} · {} UTC</p></header>\n',
        row.id,
        row.state.visitor.name or row.state.visitor.email or "Visitor",
        website.name,
        row.state.status,
        _moment(row.state.created_at),
    )


def _said(message: Message, row: ConversationRow, wanted: Wanted) -> SafeString:
    who = message.author.name if message.author else (row.state.visitor.name or "Visitor")
    return format_html(
        '<article class="{}"><header><p>{} · {} UTC</p></header><p dir="auto">{}</p>{}</article>\n',
        message.kind,
        "" if message.role == "system" else who,
        _moment(message.timestamp),
        "(deleted)" if message.deleted else message.content,
        format_html_join("", "<footer>{}</footer>", ((_file(one, wanted),) for one in message.attachments)),
    )


def _file(shown: Shown, wanted: Wanted) -> SafeString:
    if wanted.embed and shown.width is not None and (content := _content(shown)):
        source = f"data:{shown.content_type};base64,{base64.b64encode(content).decode()}"
        return format_html('<img src="{}" alt="{}">', source, shown.name)
    return format_html('<a href="{}{}">{}</a>', settings.PUBLIC_URL, shown.url, shown.name)


def _content(shown: Shown) -> bytes | None:
    """None when the file is gone."""
    stored = Attachment.objects.for_system().filter(pk=shown.id).first()
    if stored is None:
        return None
    try:
        with storages[STORAGE].open(stored.place) as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError:
        return None


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
