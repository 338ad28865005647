"""The mailbox to which answers by e-mail go, looked into by the worker: what is new since last time, in order.

What was looked at is known by its number (UID), not by a flag that a person or a program could take away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from foundation.db import db
from foundation.logs import log
from integrations.mail.taking import refuse_unread, take_mail
from integrations.models import Mailbox

logger = log(__name__)
PATIENCE = 20  # seconds for each answer of the server
AT_ONCE = 100  # mails in one look
MEGABYTE = 1024 * 1024


class NoFolder(Exception):
    """The server has let us in, and does not open the folder."""


TROUBLE = (IMAPClientError, NoFolder, OSError)


@dataclass(frozen=True, slots=True)
class Fetched:
    """`content` None: too large. `size` in bytes."""

    uid: int
    content: bytes | None
    size: int


async def look_into_mailbox() -> int:
    """How many mails were looked at. Raises what the database raises, and nothing of the mail server."""
    if not settings.ENVIRONMENT.mail_in_url.get_secret_value():
        return 0
    looked_at = 0
    while looked_at < AT_ONCE and (fetched := await db(_fetch)):
        for one in fetched:
            if one.content is None:
                await refuse_unread(hashlib.sha256(f"{_place()}{one.uid}".encode()).hexdigest(), one.size)
            else:
                await take_mail(one.content)
            await db(_note_looked_at, one.uid)
            looked_at += 1
    return looked_at


def _fetch() -> list[Fetched]:
    """The next ones, none where there is nothing new or no server."""
    fetched: list[Fetched] = []
    try:
        with _opened() as (server, mailbox):
            fresh = sorted(uid for uid in server.search(["UID", f"{mailbox.last_uid + 1}:*"]) if uid > mailbox.last_uid)
            most = settings.ENVIRONMENT.mail_in_megabytes * MEGABYTE
            for uid in fresh[:AT_ONCE]:
                size = int(server.fetch([uid], ["RFC822.SIZE"])[uid][b"RFC822.SIZE"])
                content = server.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"] if size <= most else None
                fetched.append(Fetched(uid, content, size))
                if sum(len(one.content or b"") for one in fetched) > most:
                    break  # the others another time: all of these are in memory
    except TROUBLE as error:
        logger.warning("[MAIL] the mailbox cannot be read", reason=type(error).__name__)
    return fetched


@contextmanager
def _opened() -> Iterator[tuple[IMAPClient, Mailbox]]:
    with opened_mailbox(PATIENCE) as (server, uid_validity):
        yield server, _mailbox(uid_validity)


@contextmanager
def opened_mailbox(patience: float) -> Iterator[tuple[IMAPClient, int]]:
    """For reading alone, with its UIDVALIDITY. Raises NoFolder, other errors of IMAPClient, or OSError."""
    parts = urlsplit(settings.ENVIRONMENT.mail_in_url.get_secret_value())
    with IMAPClient(parts.hostname or "localhost", parts.port, ssl=parts.scheme == "imaps", timeout=patience) as server:
        if parse_qs(parts.query).get("tls") == ["1"]:
            server.starttls()
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        try:
            chosen = server.select_folder(unquote(parts.path.strip("/")) or "INBOX", readonly=True)
        except IMAPClientError as error:
            raise NoFolder(str(error)) from None
        yield server, int(chosen[b"UIDVALIDITY"])


def mailbox_host() -> str:
    parts = urlsplit(settings.ENVIRONMENT.mail_in_url.get_secret_value())
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _mailbox(uid_validity: int) -> Mailbox:
    """What was noted of it. One that was made anew counts from the beginning, and knows its mails by their key."""
    found, _ = Mailbox.objects.get_or_create(place=_place(), defaults={"uid_validity": uid_validity})
    if found.uid_validity != uid_validity:
        found.uid_validity, found.last_uid = uid_validity, 0
        found.save(update_fields=["uid_validity", "last_uid"])
    return found


def _note_looked_at(uid: int) -> None:
    Mailbox.objects.filter(place=_place(), last_uid__lt=uid).update(last_uid=uid)


def _place() -> str:
    """Of which mailbox, without its password."""
    parts = urlsplit(settings.ENVIRONMENT.mail_in_url.get_secret_value())
    return hashlib.sha256(f"{parts.hostname}:{parts.port}/{parts.username}{parts.path}".encode()).hexdigest()
