"""A conversation has begun: who of the staff wants it is written to, once, and never more than a few times an hour.

A moment after the visitor's first words, and after it was handed over to people, is looked who wants to hear of it, and
who is there. Each gets a mail for each conversation until they have had MOST_AN_HOUR of them; what begins from then on
waits, and goes as one mail.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.actions.mail_choices import NEW
from accounts.actors import Staff, staff_actor
from accounts.colleagues import Member, availability_of, members_of
from accounts.models import MailChoices, User
from conversations.letters import Letter, Said, moment_of, written
from conversations.mail_addresses import staff_reply_address
from conversations.models import Conversation, Entry
from conversations.models.scope import ScopedQuerySet
from conversations.presence import somebody_is_on
from conversations.queries.websites import website_of
from conversations.staff_letters import CHOICES, write_to
from conversations.subscribers.following import Changed, Fact
from foundation.db import db
from foundation.translations import Translator, translator

NOTED = "conversations.note_first_words"  # deferred in the statement that stores them: see chatplatform/wiring.py
LOOK = "conversations.look_at_new_conversation"
TASK = "conversations.mail_new_conversations"
MOST_AN_HOUR = 5
HOUR = timedelta(hours=1)
MOST_TOLD = 200  # conversations that are remembered as told
MOST_SHOWN = 20  # conversations that a mail of several shows
LONGEST_TEXT = 2000  # characters of a first message
Wanted = MailChoices.NewConversations


def note(fact: Fact) -> None:
    """A follower: it was handed over. See conversations/subscribers/table.py."""
    if isinstance(fact, Changed) and (fact.before.handled_by, fact.event.row.state.handled_by) == ("ai", "human"):
        announce(fact.event.row.state.pk)


def announce(conversation_id: UUID) -> None:
    """Look at it in a while; in the caller's transaction."""
    if settings.SENDS_MAIL:
        wait = {"milliseconds": round(settings.ENVIRONMENT.new_mail_seconds * 1000)}
        app.configure_task(LOOK, queue="default", schedule_in=wait).defer(conversation_id=str(conversation_id))


async def look_at_new_conversation(conversation_id: UUID) -> None:
    """Have those written to who want to hear of it. With Redis away nobody is there."""
    website_id = await website_of(conversation_id)
    if website_id is not None:
        is_attended = await somebody_is_on(website_id)
        await db(_note, conversation_id, website_id, is_attended)


@transaction.atomic
def _note(conversation_id: UUID, website_id: int, is_attended: bool) -> None:
    """What is noted and the jobs are one transaction."""
    found = _unresolved([conversation_id]).filter(website__is_active=True).first()
    if found is None or _first_message(found) is None:
        return
    for member in sorted(members_of([website_id]), key=lambda one: one.user.pk):  # one order of the locks
        MailChoices.objects.get_or_create(pk=member.user.pk)
        theirs = MailChoices.objects.select_for_update().get(pk=member.user.pk)
        is_new = conversation_id not in (*theirs.pending, *theirs.told)
        if is_new and _is_wanted(theirs.of_website(website_id), found, member, is_attended):
            theirs.pending.append(conversation_id)
            theirs.save(update_fields=["pending"])
            app.configure_task(TASK, queue="default").defer(user_id=member.user.pk)


def _is_wanted(wanted: str, found: Conversation, member: Member, is_attended: bool) -> bool:
    """What the AI or a colleague has in hand needs nobody, unless they want to hear of all."""
    if wanted == Wanted.UNATTENDED:
        return not is_attended and found.handled_by == "human" and found.assignee_id is None
    return wanted == Wanted.ALL and found.assignee_id != member.user.pk


def mail_new_conversations(user_id: int) -> None:
    """Write to one person of what is pending. Raises an error of the mail server: then it is pending still."""
    while _send_next(user_id):
        pass


@transaction.atomic
def _send_next(user_id: int) -> bool:
    """Send one mail, if there is one to send now. Their row is locked until it is sent and noted."""
    theirs = MailChoices.objects.select_for_update().filter(pk=user_id).first()
    if theirs is None or not theirs.pending:
        return False
    now = timezone.now()
    theirs.mailed_at = [one for one in theirs.mailed_at if one > now - HOUR]
    if theirs.held_until is not None and theirs.held_until > now:
        return False  # there is a job for that moment
    if len(theirs.mailed_at) >= MOST_AN_HOUR:
        theirs.held_until = min(theirs.mailed_at) + HOUR
        theirs.save()
        wait = {"milliseconds": round((theirs.held_until - now).total_seconds() * 1000) + 100}
        app.configure_task(TASK, queue="default", schedule_in=wait).defer(user_id=user_id)
        return False
    count = len(theirs.pending) if theirs.held_until is not None else 1
    chosen, theirs.pending = theirs.pending[:count], theirs.pending[count:]
    theirs.held_until = None
    if _write(theirs, chosen):
        theirs.mailed_at.append(now)
    theirs.told = [*theirs.told, *chosen][-MOST_TOLD:]
    theirs.save()
    return True


def _write(theirs: MailChoices, conversation_ids: list[UUID]) -> bool:
    """Of those that are still open and still theirs to see."""
    actor = staff_actor(theirs.pk)
    if actor is None:
        return False
    wanted = [one for one in actor.websites if theirs.of_website(one) != Wanted.NONE]
    begun = _unresolved(conversation_ids).filter(website__in=wanted).order_by("created_at", "id")
    found = [(one, first) for one in begun if (first := _first_message(one)) is not None]
    if not found:
        return False
    gettext = translator(availability_of(theirs.pk).mail_language)
    person = User.objects.get(pk=theirs.pk)
    if len(found) == 1:
        return _write_of_one(person, actor, *found[0], gettext)
    return _write_of_several(person, actor, found, gettext)


def _write_of_one(person: User, actor: Staff, one: Conversation, first: Entry, gettext: Translator) -> bool:
    website = actor.websites[one.website_id]
    said = _said(one, first, gettext)
    if one.visitor.page_url:
        said.files.append(gettext("Page: {address}").format(address=one.visitor.page_url[:500]))
    letter = Letter(
        subject=gettext("New conversation with {name} at {website}").format(name=said.name, website=website),
        said=[said],
        ending=_ending(gettext),
        link=_link(one),
        link_text=gettext("Open the conversation"),
    )
    answers_to = staff_reply_address(one.pk, person.pk)
    text, html = written(letter, gettext, takes_answers=bool(answers_to))
    return write_to(person, letter.subject, text, once=_once([one]), html=html, answers_to=answers_to, kind=NEW)


def _write_of_several(person: User, actor: Staff, found: list[tuple[Conversation, Entry]], gettext: Translator) -> bool:
    websites = ", ".join(sorted({actor.websites[one.website_id] for one, _ in found}))
    ngettext = gettext.of_count
    subject = ngettext("{count} new conversation at {websites}", "{count} new conversations at {websites}", len(found))
    said = [_said(one, first, gettext) for one, first in found[:MOST_SHOWN]]
    for shown, (one, _) in zip(said, found, strict=False):
        shown.files.append(_link(one))
    letter = Letter(
        subject=subject.replace("{websites}", websites),
        said=said,
        ending=_ending(gettext),
        link=f"{settings.PUBLIC_URL}/live-chat/",
        link_text=gettext("Open the inbox"),
    )
    text, html = written(letter, gettext)
    return write_to(person, letter.subject, text, once=_once([one for one, _ in found]), html=html, kind=NEW)


def _once(told: list[Conversation]) -> str:
    return f"new {' '.join(str(one.pk) for one in told)}"


def _said(one: Conversation, first: Entry, gettext: Translator) -> Said:
    who = " ".join(str(one.visitor).split())
    text = first.content if len(first.content) <= LONGEST_TEXT else f"{first.content[:LONGEST_TEXT]}…"
    files = [gettext("File: {name}").format(name=file["name"]) for file in first.attachments]
    name = f"{who} <{one.visitor.email}>" if one.visitor.email else who
    return Said(name, moment_of(first.created_at, gettext), text, "", files)


def _ending(gettext: Translator) -> str:
    said = gettext("You get this because you may answer there. Which mails you get you choose here: {link}")
    return said.format(link=f"{settings.PUBLIC_URL}{CHOICES}")


def _link(one: Conversation) -> str:
    return f"{settings.PUBLIC_URL}/live-chat/{one.pk}/"


def _unresolved(conversation_ids: list[UUID]) -> ScopedQuerySet[Conversation]:
    rows = Conversation.objects.for_system().filter(pk__in=conversation_ids)
    return rows.exclude(status=Conversation.Status.RESOLVED).select_related("visitor", "website")


def _first_message(one: Conversation) -> Entry | None:
    """Index: the unique constraint (conversation, seq)."""
    said = Entry.objects.for_system().filter(conversation=one.pk, kind=Entry.Kind.MESSAGE, role=Entry.Role.USER)
    return said.filter(deleted=False).order_by("seq").first()
