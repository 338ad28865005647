"""The picture beside a name: a person's own, which they set themselves, and a website's, which its owners set."""

from __future__ import annotations

from typing import IO, Any

from django.db import transaction

from accounts.actors import Staff
from accounts.models import Picture, User, Website
from audit.recording import record
from conversations.actions.attachments import refuse_size
from conversations.actions.team import tell_rights
from conversations.errors import Invalid
from conversations.files.images import portrait
from conversations.files.kinds import kind_of
from foundation.db import db

Shown = User | Website
NO_PICTURE = "file: A picture in JPEG, PNG, GIF or WebP."


async def set_own_picture(actor: Staff, content: bytes | None) -> str:
    """Its address, or "" when `content` (of `made_small`) is None; their open dashboards are told."""
    address = await db(put_picture, User(pk=actor.user_id), content)
    await tell_rights(actor.user_id)
    return address


@transaction.atomic
def put_picture(shown: Shown, content: bytes | None) -> str:
    """In place of the one there was, whose address is empty from now on."""
    whose: dict[str, Any] = {"user": shown} if isinstance(shown, User) else {"website": shown}
    list(type(shown)._default_manager.select_for_update().filter(pk=shown.pk))
    Picture.objects.filter(**whose).delete()
    if isinstance(shown, Website):
        record("website.picture_changed", shown, is_there=content is not None)
    address = Picture.objects.create(**whose, content=content).address if content is not None else ""
    type(shown)._default_manager.filter(pk=shown.pk).update(avatar_url=address)
    return address


def made_small(name: str, file: IO[bytes], size: int) -> bytes:
    """What is kept of an upload. Raises Invalid for what is no picture of a kind we know, and TooLong."""
    refuse_size(size)
    kind, _ = kind_of(file, name)
    if not kind.picture:
        raise Invalid(NO_PICTURE)
    return portrait(file, kind)
