"""Who has left an address and does not read what the staff answered is written to: once for each answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from accounts.models import Website
from conversations.letters import Letter, is_for_good, said_of, send_letter
from conversations.mail_addresses import reply_address
from conversations.models import Conversation, Entry
from conversations.models.scope import ScopedQuerySet
from conversations.rows import EntryRow, Writer
from conversations.spoken import translator_of

NOTED = "conversations.note_reply"  # deferred in the statement that stores the answer: see chatplatform/wiring.py
TASK = "conversations.mail_replies"
MOST = 50  # answers in one mail
AWAY = (SMTPException, OSError)
SOON, LATE = 10.0, 900.0  # seconds between two tries while the mail server is away
TRIED_FOR = timedelta(days=3)


def note_reply(conversation_id: UUID) -> None:
    """Look again in a while whether it has been read, if there is an address to write to."""
    if _conversation(conversation_id, visitor__email__gt="") is not None:
        _look_in(settings.ENVIRONMENT.reply_mail_seconds, conversation_id)


def _look_in(seconds: float, conversation_id: UUID) -> None:
    """One look for all answers that come meanwhile."""
    task = app.configure_task(
        TASK,
        queue="default",
        queueing_lock=f"{TASK}:{conversation_id}",
        schedule_in={"milliseconds": round(seconds * 1000)},
    )
    try:
        task.defer(conversation_id=str(conversation_id))
    except AlreadyEnqueued:
        return


def look_again(conversation_id: UUID) -> None:
    """The mail server is away. Looks grow rarer, and end three days after the last answer.

    No retry of the job: there may wait another one by now, and two cannot.
    """
    found = _conversation(conversation_id)
    last = _written_after(found).last() if found is not None else None
    rested = timezone.now() - last.created_at if last is not None else TRIED_FOR
    if rested < TRIED_FOR:
        _look_in(min(LATE, max(SOON, rested.total_seconds() / 2)), conversation_id)


def mail_replies(conversation_id: UUID) -> str:
    """What is unread and has not been mailed, once the staff has stopped writing: in as many mails as it takes.

    The address, if there is none such; else empty. Raises as send_letter.
    """
    found = _conversation(conversation_id, visitor__is_blocked=False, website__is_active=True)
    last = _written_after(found).last() if found is not None else None
    if found is None or last is None or not found.visitor.email or found.visitor.bounced_email == found.visitor.email:
        return ""
    wait = _seconds_to_wait(last.created_at)
    if wait > 0:
        _look_in(wait, conversation_id)
        return ""
    while unread := _unread(found):
        try:
            _send(found, unread)
        except SMTPRecipientsRefused as refused:
            if not is_for_good(refused):
                raise
            return found.visitor.email
        found.mailed_rev = unread[-1].seq
        Conversation.objects.for_system().filter(pk=found.pk).update(mailed_rev=found.mailed_rev)
    return ""


def _send(found: Conversation, unread: list[EntryRow]) -> None:
    website, gettext = found.website, translator_of(found)
    letter = Letter(
        subject=gettext("{name} has answered you").format(name=website.name),
        said=said_of(unread, website.name, gettext),
        ending=gettext("You left this address in the chat with {name}.").format(name=website.name),
        link=way_back(website, found.visitor.page_url),
        link_text=gettext("Go on in the chat"),
    )
    # Other words are another letter: what was written or edited since a first try is in it.
    once = f"replies {found.pk} {' '.join(f'{one.seq}.{one.rev}' for one in unread)}"
    send_letter(letter, website, found.visitor.email, gettext, once=once, answers_to=reply_address(found.pk))


def _conversation(conversation_id: UUID, **conditions: object) -> Conversation | None:
    rows = Conversation.objects.for_system().select_related("visitor", "website")
    return rows.filter(pk=conversation_id, **conditions).first()


def _unread(conversation: Conversation) -> list[EntryRow]:
    """The first of them."""
    assistant = Writer.of_assistant(conversation.website)
    return [EntryRow.of(entry, assistant) for entry in _written_after(conversation).select_related("author")[:MOST]]


def _written_after(conversation: Conversation) -> ScopedQuerySet[Entry]:
    """What was neither read nor mailed. Index: the unique constraint (conversation, seq)."""
    after = max(conversation.visitor_read_rev, conversation.mailed_rev)
    written = Entry.objects.for_system().filter(conversation=conversation, seq__gt=after, is_manual=True, deleted=False)
    return written.filter(kind=Entry.Kind.MESSAGE, audience=Entry.Audience.EVERYONE).order_by("seq")


def _seconds_to_wait(written_at: datetime) -> float:
    due = written_at + timedelta(seconds=settings.ENVIRONMENT.reply_mail_seconds)
    return (due - timezone.now()).total_seconds()


def way_back(website: Website, page_url: str) -> str:
    """The page they came from. A visitor's browser says which, so it has to be one where the chat may be.

    Where no domains are listed it may be anywhere, and so may the page.
    """
    address = urlsplit(page_url)
    names = [_host_of(domain) for domain in website.allowed_domains]
    is_listed = not names or any(_is_of(address.hostname or "", name) for name in names)
    return page_url if address.scheme in ("http", "https") and address.hostname and is_listed else ""


def _host_of(domain: str) -> str:
    """Of `https://*.shop.example:8443/`, `*.shop.example`."""
    return domain.strip().lower().rpartition("://")[2].partition("/")[0].partition(":")[0]


def _is_of(host: str, name: str) -> bool:
    return host.endswith(name[1:]) if name.startswith("*.") else host == name
