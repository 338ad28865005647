"""Websites and organisations that were deleted: nobody finds them from that moment on, and the worker takes them away.

A piece at a time, each its own transaction with what it counted, so that a worker that is killed is followed by one
that goes on.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.actions.websites import delete_website
from accounts.actors import Staff
from accounts.models import Membership, Organisation, Website
from audit.models import forget_organisation
from audit.recording import record
from conversations.actions.attachments import remove_files
from conversations.actions.team import lock, tell_rights
from conversations.errors import Forbidden
from conversations.events import WebsiteClosed
from conversations.models import Attachment, Conversation, Visitor
from conversations.subscribers.live import publish
from foundation.db import db
from privacy.actions.erase import drop_exports, finish
from privacy.erasing import delete, erase_conversations, erase_visitors
from privacy.models import Erasure
from privacy.models.erasures import subject_of

ERASE_ORGANISATION = "privacy.erase_organisation"
AT_ONCE = 100  # conversations, or visitors, of one transaction
PAUSE = 0.05  # seconds between two, so that whoever chats meanwhile is served first


class FilesStay(Exception):
    """The storage does not let go of them; the job is tried again later."""


async def delete_organisation(actor: Staff, organisation_id: int) -> Erasure:
    """With its websites and its team, for good. Owners only. Raises NotFound or Forbidden."""
    erasure, members, website_ids = await db(_delete_organisation, actor, organisation_id)
    await publish(*map(WebsiteClosed, website_ids))
    await tell_rights(*members)
    return erasure


async def erase_website(website_id: int, by_id: int | None, by_name: str) -> None:
    """The job after `delete_website`."""
    erasure_id = await db(_begun, website_id, by_id, by_name)
    if erasure_id is None:
        return
    await _empty(erasure_id, website_id)
    await db(_end_website, erasure_id, website_id, last=True)


async def erase_organisation(erasure_id: UUID) -> None:
    """The job after `delete_organisation`."""
    organisation_id, website_ids = await db(_left_of, erasure_id)
    if organisation_id is None:
        return
    for website_id in website_ids:
        await _empty(erasure_id, website_id)
        await db(_end_website, erasure_id, website_id, last=False)
    await db(_end_organisation, erasure_id, organisation_id)


@transaction.atomic
def _delete_organisation(actor: Staff, organisation_id: int) -> tuple[Erasure, list[int], list[int]]:
    mine = lock(actor, organisation_id)
    if mine.role != Membership.Role.OWNER:
        raise Forbidden("Only an owner may do this.")
    website_ids = list(Website.objects.filter(organisation=organisation_id).values_list("pk", flat=True))
    for website_id in website_ids:
        delete_website(website_id, erase=False)
    record("organisation.deleted", mine.organisation, by=actor)
    Organisation.objects.filter(pk=organisation_id).update(leaving_since=timezone.now())
    everybody = Membership.with_suspended.filter(organisation=organisation_id)
    members = list(everybody.values_list("user_id", flat=True))
    everybody.delete()
    erasure = Erasure.objects.create(
        kind=Erasure.Kind.ORGANISATION,
        organisation_id=organisation_id,
        subject=subject_of(organisation_id),
        requested_by_id=actor.user_id,
        requested_by=actor.name[:160],
        counts={"members": len(members)},
    )
    app.configure_task(ERASE_ORGANISATION, queue="default").defer(erasure_id=str(erasure.pk))
    return erasure, members, website_ids


@transaction.atomic
def _begun(website_id: int, by_id: int | None, by_name: str) -> UUID | None:
    """The receipt to be; that of before, if a worker was killed over it. None: it is all gone already."""
    website = Website.with_leaving.filter(pk=website_id).exclude(leaving_since=None).first()
    if website is None:
        return None
    erasure, _ = Erasure.objects.for_system().get_or_create(
        kind=Erasure.Kind.WEBSITE,
        organisation_id=website.organisation_id,
        website_id=website_id,
        defaults={
            "subject": subject_of(website_id),
            "requested_by_id": by_id,
            "requested_by": by_name[:160],
            "requested_at": website.leaving_since or timezone.now(),
        },
    )
    return erasure.pk


async def _empty(erasure_id: UUID, website_id: int) -> None:
    is_more = True
    while is_more:
        is_more = await db(_erase_some, erasure_id, website_id)
        await asyncio.sleep(PAUSE)
    left = await db(_files_left, website_id)
    while left:
        await remove_files()
        before, left = left, await db(_files_left, website_id)
        if left >= before:
            raise FilesStay(f"{left} files of website {website_id} cannot be removed")


@transaction.atomic
def _erase_some(erasure_id: UUID, website_id: int) -> bool:
    conversations = Conversation.objects.for_system().filter(website=website_id)
    ids = list(conversations.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if ids:
        _add(erasure_id, erase_conversations(ids))
        return True
    visitors = Visitor.objects.for_system().filter(website=website_id)
    ids = list(visitors.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if ids:
        _add(erasure_id, erase_visitors(ids))
    return bool(ids)


def _files_left(website_id: int) -> int:
    """Those that were uploaded and never sent are due now, too."""
    left = Attachment.objects.for_system().filter(website=website_id)
    left.filter(keep_until__gt=timezone.now()).update(keep_until=timezone.now())
    return left.count()


@transaction.atomic
def _end_website(erasure_id: UUID, website_id: int, *, last: bool) -> None:
    website = Website.with_leaving.filter(pk=website_id).first()
    if website is None:
        return
    counts = delete(Website.with_leaving.filter(pk=website_id))
    with connection.cursor() as cursor:
        waiting = "DELETE FROM procrastinate_jobs WHERE status <> 'doing' AND args ->> 'website_id' = %s"
        cursor.execute(waiting, [str(website_id)])
    LogEntry.objects.filter(object_id=str(website_id), content_type__model="website").delete()
    counts["exports"] += drop_exports(website.organisation_id)  # those of the organisation have it in them
    erasure = _add(erasure_id, counts)
    if last:
        finish(erasure, Counter(erasure.counts))


def _left_of(erasure_id: UUID) -> tuple[int | None, list[int]]:
    erasure = Erasure.objects.for_system().filter(pk=erasure_id, finished_at=None).first()
    if erasure is None:
        return None, []
    websites = Website.with_leaving.filter(organisation=erasure.organisation_id).order_by("pk")
    return erasure.organisation_id, list(websites.values_list("pk", flat=True))


@transaction.atomic
def _end_organisation(erasure_id: UUID, organisation_id: int) -> None:
    counts = delete(Organisation.objects.filter(pk=organisation_id))
    counts["audit_rows"] += forget_organisation(organisation_id)
    counts["exports"] += drop_exports(organisation_id)
    LogEntry.objects.filter(object_id=str(organisation_id), content_type__model="organisation").delete()
    erasure = _add(erasure_id, counts)
    finish(erasure, Counter(erasure.counts))


def _add(erasure_id: UUID, counts: Counter[str]) -> Erasure:
    erasure = Erasure.objects.for_system().select_for_update().get(pk=erasure_id)
    erasure.counts = dict(Counter(erasure.counts) + counts)
    erasure.save(update_fields=["counts"])
    return erasure
