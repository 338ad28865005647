"""Canned replies: of one website by its staff, of all of an organisation's websites by its owners and admins."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.actors import Staff, may_administer
from accounts.models import Website
from conversations.errors import Forbidden, Invalid, NotFound
from conversations.models import CannedReply
from foundation.db import db

MOST = 1000  # of an organisation


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to set; None stays."""

    shortcut: str | None = None
    content: str | None = None


async def make_canned_reply(actor: Staff, website_id: int, everywhere: bool, wanted: Wanted) -> CannedReply:
    """For one website, or `everywhere` in its organisation. Raises Forbidden or Invalid."""
    return await db(_make, actor, website_id, everywhere, wanted)


async def change_canned_reply(actor: Staff, reply_id: int, wanted: Wanted) -> CannedReply:
    """Raises NotFound, Forbidden or Invalid."""
    return await db(_change, actor, reply_id, wanted)


async def remove_canned_reply(actor: Staff, reply_id: int) -> None:
    """Raises NotFound or Forbidden."""
    await db(_remove, actor, reply_id)


def _make(actor: Staff, website_id: int, everywhere: bool, wanted: Wanted) -> CannedReply:
    website = Website.objects.filter(pk=website_id, pk__in=list(actor.websites)).first()
    if website is None:
        raise Forbidden("This is none of your websites.")
    made = CannedReply(organisation_id=website.organisation_id, author_id=actor.user_id)
    made.website_id = None if everywhere else website.pk
    _require_right(actor, made)
    if CannedReply.objects.for_system().filter(organisation=made.organisation_id).count() >= MOST:
        raise Invalid(f"There are {MOST} canned replies already. Remove some first.")
    return _save(made, wanted)


def _change(actor: Staff, reply_id: int, wanted: Wanted) -> CannedReply:
    return _save(_own(actor, reply_id), wanted)


def _remove(actor: Staff, reply_id: int) -> None:
    CannedReply.objects.for_system().filter(pk=_own(actor, reply_id).pk).delete()


def _own(actor: Staff, reply_id: int) -> CannedReply:
    found = CannedReply.objects.for_actor(actor).filter(pk=reply_id).first()
    if found is None:
        raise NotFound("canned reply")
    _require_right(actor, found)
    return found


def _require_right(actor: Staff, reply: CannedReply) -> None:
    if reply.website_id is None and not may_administer(actor.user_id, reply.organisation_id):
        raise Forbidden("Canned replies for all websites are made by owners and admins.")


def _save(reply: CannedReply, wanted: Wanted) -> CannedReply:
    reply.shortcut = reply.shortcut if wanted.shortcut is None else wanted.shortcut
    reply.content = reply.content if wanted.content is None else wanted.content
    try:
        with transaction.atomic():
            reply.save()
    except IntegrityError:
        raise Invalid(f"There is a canned reply /{reply.shortcut} already.") from None
    return reply
