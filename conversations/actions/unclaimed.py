"""Nobody claims a conversation in time: those who may see it are written to, once until it is resolved.

What was due at the same time is one mail for each person. A mail's job looks again: what was claimed meanwhile is not
in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Value
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from accounts.actions.mail_choices import UNCLAIMED
from accounts.actors import Staff, staff_actor
from accounts.colleagues import Member, availability_of, members_of
from accounts.models import User
from conversations.models import Conversation
from conversations.models.scope import ScopedQuerySet
from conversations.staff_letters import write_to
from foundation.db import db
from foundation.translations import Translator, translator

TASK = "conversations.mail_unclaimed"
AT_ONCE = 200  # conversations of one round
MOST_SHOWN = 20  # conversations that a mail names


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A conversation in the words of a mail."""

    waits: str  # whose name, and how long
    preview: str
    link: str


async def tell_of_unclaimed() -> None:
    """For the worker, every so often: have mails sent about what nobody has claimed in its website's time."""
    if settings.SENDS_MAIL:
        await db(_tell)


@transaction.atomic
def _tell() -> None:
    """The mark and the jobs are one transaction, so that nothing is told twice and nothing is forgotten."""
    due: dict[int, list[JSONValue]] = {}
    found = list(_due().select_for_update(no_key=True, skip_locked=True, of=("self",))[:AT_ONCE])
    for one in found:
        due.setdefault(one.website_id, []).append(str(one.pk))
    marked = Conversation.objects.for_system().filter(pk__in=[one.pk for one in found])
    marked.update(unclaimed_told_at=timezone.now())
    task = app.configure_task(TASK, queue="default")
    for website_id, conversation_ids in due.items():
        for member in _to_write_to(website_id):
            task.defer(user_id=member.user.pk, conversation_ids=conversation_ids)


def _due() -> ScopedQuerySet[Conversation]:
    """Of each website the unresolved ones only: index one_open_conversation_per_visitor."""
    minutes = Value(timedelta(minutes=1)) * F("website__unclaimed_minutes")
    then = ExpressionWrapper(Value(timezone.now()) - minutes, output_field=DateTimeField())
    wanted = _unclaimed().filter(unclaimed_told_at=None, website__is_active=True, website__unclaimed_minutes__gt=0)
    return wanted.filter(waiting_since__lte=then).order_by("waiting_since", "id")


def _unclaimed() -> ScopedQuerySet[Conversation]:
    unresolved = Conversation.objects.for_system().exclude(status="resolved")  # in the words of the index
    return unresolved.filter(status="open", handled_by="human", assignee=None, waiting_since__isnull=False)


def _to_write_to(website_id: int) -> list[Member]:
    """Who may see it and wants such mail; those who are away only where nobody else is."""
    everybody = [one for one in members_of([website_id]) if one.availability.unclaimed_mail]
    return [one for one in everybody if not _is_away(one, website_id)] or everybody


def _is_away(member: Member, website_id: int) -> bool:
    return member.availability.is_away or website_id in member.availability.away_from


def mail_unclaimed(user_id: int, conversation_ids: Iterable[UUID], job_id: int | None) -> None:
    """Write to one person of what is still unclaimed and still theirs to see. Raises what the mail server does."""
    actor = staff_actor(user_id)
    waiting = _still_waiting(actor, conversation_ids) if actor else []
    if actor is None or not waiting:
        return
    gettext = translator(availability_of(user_id).mail_language)
    more, inbox = len(waiting) - MOST_SHOWN, f"{settings.PUBLIC_URL}/live-chat/?view=unassigned"
    words = {
        "hello": gettext("Hello {name},").format(name=actor.name),
        "lead": gettext("nobody has claimed this yet:"),
        "waiting": [_worded(one, gettext) for one in waiting[:MOST_SHOWN]],
        "more": gettext("And {count} more: {link}").format(count=more, link=inbox) if more > 0 else "",
        "ending": gettext(
            "You get this because you may answer there. To get no such mail: your menu in the inbox, “Alerts”."
        ),
    }
    websites = sorted({actor.websites[one.website_id] for one in waiting})
    text = render_to_string("conversations/unclaimed.txt", words)
    subject = _subject(len(waiting), ", ".join(websites), gettext)
    write_to(User.objects.get(pk=user_id), subject, text, once=f"unclaimed {job_id}", kind=UNCLAIMED)


def _still_waiting(actor: Staff, conversation_ids: Iterable[UUID]) -> list[Conversation]:
    theirs = _unclaimed().filter(pk__in=list(conversation_ids), website__in=list(actor.websites))
    return list(theirs.select_related("visitor").order_by("waiting_since", "id"))


def _worded(one: Conversation, gettext: Translator) -> Unclaimed:
    ngettext = gettext.of_count
    assert one.waiting_since is not None
    minutes = max(1, int((timezone.now() - one.waiting_since).total_seconds() // 60))
    link = f"{settings.PUBLIC_URL}/live-chat/{one.pk}/"
    waits = ngettext("{name}, waiting for {count} minute", "{name}, waiting for {count} minutes", minutes)
    name = " ".join(str(one.visitor).split())
    return Unclaimed(waits.replace("{name}", name), " ".join(one.preview.split()), link)


def _subject(count: int, websites: str, gettext: Translator) -> str:
    ngettext = gettext.of_count
    said = ngettext(
        "A visitor waits at {websites}, and nobody has claimed it",
        "{count} visitors wait at {websites}, and nobody has claimed it",
        count,
    )
    return " ".join(said.replace("{websites}", websites).split())
