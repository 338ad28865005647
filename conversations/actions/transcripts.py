"""A conversation by e-mail, as its visitor sees it, sent by the worker."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.actors import VisitorActor
from conversations.actions.contacts import email_in
from conversations.errors import Forbidden, Invalid
from conversations.letters import Letter, moment_of, said_of, send_letter
from conversations.models import Entry
from conversations.queries.states import conversation_for
from conversations.rows import EntryRow, Writer
from conversations.spoken import translator_of
from foundation.db import db

TASK = "conversations.mail_transcript"
LONGEST = 2000  # entries


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


def mail_transcript(actor: VisitorActor, conversation_id: UUID, email: str, job_id: int | None) -> None:
    """Send it, with what the visitor may see by now. Raises NotFound, or an error of the mail server."""
    row = conversation_for(actor, conversation_id)
    website, gettext = row.state.website, translator_of(row.state)
    letter = Letter(
        subject=gettext("Your chat with {name}").format(name=website.name),
        said=said_of(_visible(actor, conversation_id, Writer.of_assistant(website)), website.name, gettext),
        ending=gettext("This is what was said until {moment}. You asked for this copy in the chat.").format(
            moment=moment_of(timezone.now(), gettext)
        ),
    )
    if email != row.state.visitor.bounced_email:
        send_letter(letter, website, email, gettext, once=f"transcript {job_id}")


def _visible(actor: VisitorActor, conversation_id: UUID, assistant: Writer) -> list[EntryRow]:
    """Index: the unique constraint (conversation, seq)."""
    entries = Entry.objects.for_actor(actor).filter(conversation=conversation_id, deleted=False)
    shown = entries.filter(audience=Entry.Audience.EVERYONE).select_related("author").order_by("seq")
    return [EntryRow.of(entry, assistant) for entry in shown[:LONGEST]]
