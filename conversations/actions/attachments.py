"""Files: taken in before they are sent, sent with one message, removed when they belong to none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from accounts.actors import Actor, Staff
from conversations.errors import Invalid, NotFound, RateLimited, TooLong
from conversations.files.images import made_anew
from conversations.files.kinds import kind_of
from conversations.files.names import safe_name
from conversations.models import Attachment, Entry
from conversations.queries.states import conversation_for
from foundation.db import db
from foundation.ids import new_id
from foundation.logs import log

logger = log(__name__)
MEGABYTE = 1024 * 1024
STORAGE = "uploads"
AT_ONCE = 100  # files removed in one round
NOT_YOURS = "attachments: there is no such file that could be sent here"


def take_file(actor: Actor, conversation_id: UUID, name: str, file: IO[bytes], size: int) -> Attachment:
    """Keep a file until it is sent in this conversation. Raises NotFound, Invalid, TooLong or RateLimited."""
    row = conversation_for(actor, conversation_id)
    refuse_size(size)
    _refuse_flood(conversation_id, size)
    kind, extension = kind_of(file, name)
    attachment = Attachment(
        website_id=row.website_id,
        conversation_id=conversation_id,
        author_id=actor.user_id if isinstance(actor, Staff) else None,
        by_visitor=not isinstance(actor, Staff),
        name=safe_name(name, extension),
        content_type=kind.content_type,
        size=size,
        keep_until=timezone.now() + timedelta(hours=settings.UPLOAD_KEEP_HOURS),
    )
    content = file
    if kind.picture:
        picture = made_anew(file, kind)
        content, attachment.size = picture.content, picture.content.getbuffer().nbytes
        attachment.width, attachment.height = picture.width, picture.height
    attachment.place = f"{row.website_id}/{new_id()}"
    attachment.save(force_insert=True)  # first, so that no file is ever without a row that knows of it
    storages[STORAGE].save(attachment.place, File(content))
    if not Attachment.objects.for_system().filter(pk=attachment.pk, conversation=conversation_id).exists():
        storages[STORAGE].delete(attachment.place)  # the visitor was erased meanwhile
        raise NotFound
    return attachment


def refuse_size(size: int) -> None:
    if size > settings.UPLOAD_MEGABYTES * MEGABYTE:
        raise TooLong(f"file: at most {settings.UPLOAD_MEGABYTES:g} MB.")
    if size == 0:
        raise Invalid("file: This file is empty.")


def _refuse_flood(conversation_id: UUID, size: int) -> None:
    """Index of the foreign key `conversation`."""
    today = Attachment.objects.for_system().filter(
        conversation=conversation_id, created_at__gt=timezone.now() - timedelta(days=1)
    )
    taken = today.aggregate(bytes=Sum("size"))["bytes"] or 0
    if taken + size > settings.UPLOAD_DAY_MEGABYTES * MEGABYTE:
        raise RateLimited(3600)


def send_files(wanted: list[UUID], entry_id: UUID, author_id: int | None) -> list[dict[str, Any]]:
    """Make them the entry's own, in the caller's transaction; what the entry then says of them, in the order wanted.

    Raises Invalid unless each was uploaded in the entry's conversation by its author (None: the visitor), and not sent.
    """
    entry = Entry.objects.for_system().get(pk=entry_id)
    mine = Attachment.objects.for_system().filter(
        conversation=entry.conversation_id, author=author_id, by_visitor=author_id is None, entry=None
    )
    found = {one.pk: one for one in mine.filter(pk__in=wanted, keep_until__gt=timezone.now()).select_for_update()}
    if set(wanted) != found.keys() or len(wanted) != len(found):
        raise Invalid(NOT_YOURS)
    Attachment.objects.for_system().filter(pk__in=wanted).update(entry=entry_id, keep_until=None)
    described = [found[one].described() for one in wanted]
    Entry.objects.for_system().filter(pk=entry_id).update(attachments=described)
    return described


def drop_files_of(entry: Entry) -> None:
    """Of an entry that is deleted, in its transaction: nobody gets them any more, the worker removes them soon."""
    Attachment.objects.for_system().filter(entry=entry.pk).update(entry=None, keep_until=timezone.now())


async def remove_files() -> None:
    """Those that were never sent, or whose message or conversation was deleted. Index attachment_removal."""
    await db(_remove)


@transaction.atomic
def _remove() -> None:
    orphans = Attachment.objects.for_system().filter(Q(keep_until__lte=timezone.now()) | Q(conversation=None))
    gone = orphans.filter(entry=None).select_for_update(skip_locked=True)[:AT_ONCE]
    _remove_each(gone)


def _remove_each(attachments: Iterable[Attachment]) -> None:
    """A file that cannot be removed keeps its row, and is tried again."""
    removed = []
    for one in attachments:
        try:
            storages[STORAGE].delete(one.place)
        except OSError as error:
            logger.warning("file not removed", attachment=str(one.pk), error=repr(error))
        else:
            removed.append(one.pk)
    if removed:
        Attachment.objects.for_system().filter(pk__in=removed).delete()
        logger.info("files removed", count=len(removed))
