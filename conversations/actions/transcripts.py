"""A conversation by e-mail, as its visitor sees it: text and HTML, sent by the worker."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.actors import VisitorActor
from conversations.actions.contacts import email_in
from conversations.errors import Forbidden, Invalid
from conversations.models import Entry
from conversations.queries.states import conversation_for
from conversations.rows import EntryRow
from foundation.db import db
from foundation.markdown import as_prose

TASK = "conversations.mail_transcript"
LONGEST = 2000  # entries


@dataclass(frozen=True, slots=True)
class Said:
    """An entry in the words of a mail."""

    name: str
    moment: str
    text: str
    html: str
    files: list[str]


async def ask_for_transcript(actor: VisitorActor, conversation_id: UUID, email: str) -> None:
    """Have it sent. Raises NotFound, Invalid, or Forbidden where it is switched off or no e-mail can be sent."""
    row = await db(conversation_for, actor, conversation_id)
    if email_in(email) != email or not email:
        raise Invalid("email: an address such as vera@example.com")
    if not settings.SENDS_MAIL or not row.state.website.widget_settings.transcript:
        raise Forbidden("Transcripts are not sent here.")
    await db(_defer, actor, conversation_id, email)


def _defer(actor: VisitorActor, conversation_id: UUID, email: str) -> None:
    app.configure_task(TASK, queue="default").defer(
        conversation_id=str(conversation_id),
        visitor_id=str(actor.visitor_id),
        website_id=actor.website_id,
        email=email,
    )


def mail_transcript(actor: VisitorActor, conversation_id: UUID, email: str) -> None:
    """Send it, with what the visitor may see by now. Raises NotFound, or an error of the mail server."""
    row = conversation_for(actor, conversation_id)
    website = row.state.website
    words = {
        "website": website.name,
        "said": [_said(one, website.name) for one in _visible(actor, conversation_id, website.assistant_name)],
        "now": timezone.now(),
    }
    mail = EmailMultiAlternatives(
        subject=f"Your chat with {website.name}".replace("\n", " "),
        body=render_to_string("conversations/transcript.txt", words),
        to=[email],
        reply_to=[website.support_email] if website.support_email else None,
    )
    mail.attach_alternative(render_to_string("conversations/transcript.html", words), "text/html")
    mail.send()


def _visible(actor: VisitorActor, conversation_id: UUID, assistant_name: str) -> list[EntryRow]:
    """Index: the unique constraint (conversation, seq)."""
    entries = Entry.objects.for_actor(actor).filter(conversation=conversation_id, deleted=False)
    shown = entries.filter(audience=Entry.Audience.EVERYONE).select_related("author").order_by("seq")
    return [EntryRow.of(entry, assistant_name) for entry in shown[:LONGEST]]


def _said(entry: EntryRow, website: str) -> Said:
    name = "You" if entry.role == "user" else entry.author.name if entry.author else website
    if entry.role == "assistant" and not entry.is_manual:
        name += " (AI)"
    is_plain = entry.role != "assistant"
    html = "" if is_plain else as_prose(entry.content)
    moment = f"{entry.created_at:%Y-%m-%d %H:%M} UTC"
    return Said(name, moment, entry.content, html, [one["name"] for one in entry.attachments])
