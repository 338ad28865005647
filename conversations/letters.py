"""What was said, in the words of an e-mail: in the language of whom it goes to, as text and as HTML."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused

from babel.dates import format_datetime
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext_noop

from accounts.models import Website
from conversations.rows import EntryRow
from foundation.markdown import as_prose
from foundation.translations import Translator

MARKER = gettext_noop("Write above this line to answer by e-mail.")
NO_SUCH_ADDRESS = (550, 551, 553)  # of SMTP
OURS = "X-ChatPlatform"  # a header of every letter, by which one that comes back is known


@dataclass(frozen=True, slots=True)
class Said:
    """An entry."""

    name: str
    moment: str
    text: str
    html: str
    files: list[str]


@dataclass(frozen=True, slots=True)
class Letter:
    """`link` leads back to the page where the chat is; empty for none."""

    subject: str
    said: list[Said]
    ending: str
    link: str = ""
    link_text: str = ""


def said_of(entries: Iterable[EntryRow], website: str, gettext: Translator) -> list[Said]:
    return [_said(entry, website, gettext) for entry in entries]


def moment_of(at: datetime, gettext: Translator) -> str:
    """Visitors may live anywhere, so the zone is named."""
    return f"{format_datetime(at, 'medium', locale=gettext.language.replace('-', '_'))} UTC"


def send_letter(
    letter: Letter, website: Website, email: str, gettext: Translator, *, once: str, answers_to: str = ""
) -> None:
    """`once`: see letter_id. `answers_to`: an address of our own that takes answers, and what cannot be delivered.

    Raises an error of the mail server.
    """
    text, html = written(letter, gettext, takes_answers=bool(answers_to))
    back = answers_to or website.support_email
    mail = EmailMultiAlternatives(
        subject=" ".join(letter.subject.split()),
        body=text,
        from_email=answers_to or None,  # on the envelope alone
        to=[email],
        reply_to=[back] if back else None,
        headers={OURS: "letter", "Auto-Submitted": "auto-generated", "Message-ID": letter_id(once, email)}
        | ({"From": settings.DEFAULT_FROM_EMAIL} if answers_to else {}),
    )
    mail.attach_alternative(html, "text/html")
    mail.send()


def written(letter: Letter, gettext: Translator, *, takes_answers: bool = False) -> tuple[str, str]:
    """As text and as HTML."""
    direction = "rtl" if gettext.is_from_right_to_left else "ltr"
    marker = gettext(MARKER) if takes_answers else ""
    words = {"letter": letter, "language": gettext.language, "direction": direction, "marker": marker}
    text, html = "conversations/letter.txt", "conversations/letter.html"
    return render_to_string(text, words), render_to_string(html, words)


def letter_id(once: str, email: str) -> str:
    """A Message-ID that is the same each time the same is sent to the same address: `once` names what it tells.

    A worker that is killed between sending and noting it sends it again; mailboxes show it once.
    """
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    told = "\n".join((settings.PUBLIC_URL, once, email.lower()))
    return f"<{hashlib.sha256(told.encode()).hexdigest()[:40]}@{host}>"


def is_for_good(refused: SMTPRecipientsRefused) -> bool:
    """Whether the server says that there is no such address; other refusals may be over tomorrow."""
    return all(code in NO_SUCH_ADDRESS for code, _ in refused.recipients.values())


def _said(entry: EntryRow, website: str, gettext: Translator) -> Said:
    name = gettext("You") if entry.role == "user" else entry.author.name if entry.author else website
    if entry.role == "assistant" and not entry.is_manual:
        name = gettext("{name} (AI)").format(name=name)
    html = as_prose(entry.content) if entry.role == "assistant" else ""
    files = [gettext("File: {name}").format(name=one["name"]) for one in entry.attachments]
    return Said(name, moment_of(entry.created_at, gettext), entry.content, html, files)
