"""Canned replies: of one website by its staff, of all of an organisation's websites by its owners and admins."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from accounts.actors import Staff, administers_organisation
from accounts.models import Website
from audit.recording import record
from conversations.errors import Forbidden, Invalid, NotFound
from conversations.models import CannedReply
from foundation.db import db
from foundation.meanwhile import require_unchanged

MOST = 1000  # of an organisation


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to set; None stays."""

    shortcut: str | None = None
    content: str | None = None


async def make_canned_reply(actor: Staff, website_id: int, everywhere: bool, wanted: Wanted) -> CannedReply:
    """For one website, or `everywhere` in its organisation. Raises Forbidden or Invalid."""
    return await db(_make, actor, website_id, everywhere, wanted)


async def change_canned_reply(actor: Staff, reply_id: int, wanted: Wanted, *, seen: str = "") -> CannedReply:
    """`seen`: the digest of what it was. Raises NotFound, Forbidden, Invalid or ChangedMeanwhile."""
    return await db(_change, actor, reply_id, wanted, seen)


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
    return _save(actor, made, wanted)


@transaction.atomic
def _change(actor: Staff, reply_id: int, wanted: Wanted, seen: str) -> CannedReply:
    reply = _own(actor, reply_id)
    before = {"shortcut": reply.shortcut, "content": reply.content}
    require_unchanged(seen, before, {name: value for name, value in asdict(wanted).items() if value is not None})
    return _save(actor, reply, wanted)


@transaction.atomic
def _remove(actor: Staff, reply_id: int) -> None:
    reply = _own(actor, reply_id)
    record("canned_reply.deleted", reply, by=actor)
    CannedReply.objects.for_system().filter(pk=reply.pk).delete()


def _own(actor: Staff, reply_id: int) -> CannedReply:
    """Locked."""
    found = CannedReply.objects.for_actor(actor).select_for_update().filter(pk=reply_id).first()
    if found is None:
        raise NotFound("canned reply")
    _require_right(actor, found)
    return found


def _require_right(actor: Staff, reply: CannedReply) -> None:
    if reply.website_id is None and not administers_organisation(actor, reply.organisation_id):
        raise Forbidden("Canned replies for all websites are made by owners and admins.")


def _save(actor: Staff, reply: CannedReply, wanted: Wanted) -> CannedReply:
    reply.shortcut = reply.shortcut if wanted.shortcut is None else wanted.shortcut
    reply.content = reply.content if wanted.content is None else wanted.content
    try:
        with transaction.atomic():
            is_new = reply.pk is None
            reply.save()
            record("canned_reply.made" if is_new else "canned_reply.changed", reply, by=actor)
    except IntegrityError:
        raise Invalid(f"There is a canned reply /{reply.shortcut} already.") from None
    return reply
