"""What happened yesterday, or last week, as a mail for who wants it: once, in the morning of their time zone.

Whoever may see a website can count its conversations; what reports say of it is for its owners and admins, here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.actions.mail_choices import DIGEST, next_digest
from accounts.actors import Staff, administered_websites, staff_actor
from accounts.colleagues import availability_of
from accounts.hours import known_zone
from accounts.models import MailChoices, User
from assistant.unanswered.gathering import unanswered_of
from conversations.models import Conversation
from conversations.staff_letters import CHOICES, write_to
from dashboard.reports.facts import read_all
from dashboard.reports.figures import report_of
from dashboard.reports.periods import Period
from foundation.db import db
from foundation.translations import Translator, translator

TASK = "dashboard.mail_digest"
AT_ONCE = 200  # people of one round
Digest = MailChoices.Digest


@dataclass(frozen=True, slots=True)
class Line:
    """A figure with its name, and where it is looked at more closely; empty for nowhere."""

    name: str
    value: str
    link: str = ""


async def send_digests() -> None:
    """For the worker, every so often."""
    if settings.SENDS_MAIL:
        await db(_defer_due, timezone.now())


@transaction.atomic
def _defer_due(now: datetime) -> int:
    """The next date and the job are one transaction: however many workers look, each digest is sent once."""
    due = MailChoices.objects.filter(digest_due_at__lte=now).exclude(digest=Digest.NONE).order_by("digest_due_at")
    found = list(due.select_for_update(skip_locked=True)[:AT_ONCE])
    for theirs in found:
        zone = known_zone(theirs.time_zone)
        period = period_before(theirs.digest, ZoneInfo(zone), now)
        days = {"first": str(period.first), "last": str(period.last), "zone": zone}
        app.configure_task(TASK, queue="default").defer(user_id=theirs.pk, **days)
        theirs.digest_due_at = next_digest(theirs.digest, zone, now)
        theirs.save(update_fields=["digest_due_at"])
    return len(found)


def period_before(digest: str, zone: ZoneInfo, now: datetime) -> Period:
    """Yesterday, or the last whole week; after a worker's long rest that of now, not each that was missed."""
    today = now.astimezone(zone).date()
    if digest == Digest.DAILY:
        return Period(today - timedelta(days=1), today - timedelta(days=1), zone)
    monday = today - timedelta(days=today.weekday())
    return Period(monday - timedelta(days=7), monday - timedelta(days=1), zone)


def mail_digest(user_id: int, period: Period) -> None:
    """Unless nothing happened, or they want none any more. Raises an error of the mail server."""
    actor = staff_actor(user_id)
    is_wanted = MailChoices.objects.filter(pk=user_id).exclude(digest=Digest.NONE).exists()
    if actor is None or not is_wanted or not actor.websites:
        return
    person = User.objects.get(pk=user_id)
    gettext = translator(availability_of(user_id).mail_language)
    lines = lines_of(actor, person, period, gettext)
    if not lines:
        return
    websites = ", ".join(sorted(actor.websites.values()))
    subject = _subject(period, gettext)
    words = {
        "subject": subject,
        "websites": websites,
        "lines": lines,
        "inbox": f"{settings.PUBLIC_URL}/live-chat/",
        "inbox_text": gettext("Open the inbox"),
        "ending": gettext("You asked for this. Which mails you get you choose here: {link}").format(
            link=f"{settings.PUBLIC_URL}{CHOICES}"
        ),
        "language": gettext.language,
        "direction": "rtl" if gettext.is_from_right_to_left else "ltr",
    }
    text, html = (render_to_string(f"dashboard/digest.{kind}", words) for kind in ("txt", "html"))
    write_to(person, subject, text, once=f"digest {period.first} {period.last}", html=html, kind=DIGEST)


def lines_of(actor: Staff, person: User, period: Period, gettext: Translator) -> list[Line]:
    """Empty where nothing happened."""
    mine = [one for one in administered_websites(person).values_list("pk", flat=True) if one in actor.websites]
    read_all(actor.websites)
    seen = report_of(actor, list(actor.websites), period, timezone.now()).totals
    waiting = _unclaimed(actor)
    unanswered = sum(_unanswered(one, period) for one in mine)
    if not (seen["conversations"] or waiting or unanswered):
        return []
    inbox = f"{settings.PUBLIC_URL}/live-chat/?view=unassigned" if waiting else ""
    lines = [
        Line(gettext("New conversations"), str(seen["conversations"])),
        Line(gettext("Answered by a person"), str(seen["answered"])),
        Line(gettext("Waiting now, claimed by nobody"), str(waiting), inbox),
    ]
    if mine:
        lines += _of_owners(report_of(actor, mine, period, timezone.now()).totals, mine[0], unanswered, gettext)
    return lines


def _of_owners(totals: dict[str, Any], website_id: int, unanswered: int, gettext: Translator) -> list[Line]:
    manage = f"{settings.PUBLIC_URL}/manage/{website_id}"
    response, mean = totals["first_response"], totals["mean_rating"]
    rated = gettext("{mean} of 5 ({count})").format(mean=f"{mean:.1f}", count=totals["rated"]) if mean else "–"
    return [
        Line(gettext("First response (median)"), _span(response, gettext), f"{manage}/reports/"),
        Line(gettext("Ratings"), rated),
        Line(gettext("Questions the assistant could not answer"), str(unanswered), f"{manage}/unanswered/"),
    ]


def _span(time: timedelta | None, gettext: Translator) -> str:
    if time is None:
        return "–"
    seconds = round(time.total_seconds())
    if seconds < 3600:
        return gettext("{minutes} min {seconds} s").format(minutes=seconds // 60, seconds=seconds % 60)
    return gettext("{hours} h {minutes} min").format(hours=seconds // 3600, minutes=seconds % 3600 // 60)


def _subject(period: Period, gettext: Translator) -> str:
    first, last = _said(period.first, gettext), _said(period.last, gettext)
    if period.first == period.last:
        return gettext("Your chat on {day}").format(day=first)
    return gettext("Your chat from {first} to {last}").format(first=first, last=last)


def _said(day: date, gettext: Translator) -> str:
    return format_date(day, "medium", locale=gettext.language.replace("-", "_"))


def _unclaimed(actor: Staff) -> int:
    """Of each website the unresolved ones only: index one_open_conversation_per_visitor."""
    unresolved = Conversation.objects.for_actor(actor).exclude(status="resolved")
    return unresolved.filter(status="open", handled_by="human", assignee=None, waiting_since__isnull=False).count()


def _unanswered(website_id: int, period: Period) -> int:
    return sum(period.begins <= one.asked_at < period.ends for one in unanswered_of(website_id))
