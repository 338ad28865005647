"""Exports: asked for by owners and admins, written by the worker, fetched by who asked, deleted when they expire."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.actors import Staff, administers_organisation, memberships_of
from accounts.models import Membership, Website
from audit.recording import record
from conversations.errors import Forbidden, Invalid, NotFound
from conversations.models import Visitor
from foundation.db import db
from privacy.actions.erase import remove_export_files
from privacy.exporting import Archive, add_beginning, add_conversation, conversations_of
from privacy.models import Export

TASK = "privacy.export"
STORAGE = "exports"
SALT = "privacy.export"
LINK_SECONDS = 15 * 60  # for which a link opens it; the page makes a new one each time it is shown
STEP = 20  # conversations between two notes of progress
MOST_WAITING = 5  # of an organisation
LISTED_FOR = timedelta(days=30)
STRAY_AFTER = timedelta(hours=1)  # a file is written before its row says so
State = Export.State


class Dropped(Exception):
    """What was being exported has been erased meanwhile: there must be no file."""


@transaction.atomic
def export_visitor(actor: Staff, visitor_id: UUID) -> Export:
    """Everything about one person. Raises NotFound, Forbidden or Invalid."""
    visitor = Visitor.objects.for_actor(actor).select_related("website").filter(pk=visitor_id).first()
    if visitor is None:
        raise NotFound("visitor")
    organisation_id = visitor.website.organisation_id
    if not administers_organisation(actor, organisation_id):
        raise Forbidden("Only owners and admins may do this.")
    export = _begin(actor, organisation_id, website_id=visitor.website_id, visitor_id=visitor.pk)
    record("visitor.exported", visitor, by=actor)
    return export


@transaction.atomic
def export_organisation(actor: Staff, organisation_id: int) -> Export:
    """Everything of all its websites. Owners only. Raises NotFound, Forbidden or Invalid."""
    mine = memberships_of(actor).filter(organisation=organisation_id).first()
    if mine is None:
        raise NotFound("organisation")
    if mine.role != Membership.Role.OWNER:
        raise Forbidden("Only an owner may do this.")
    export = _begin(actor, organisation_id)
    record("organisation.exported", mine.organisation, by=actor)
    return export


def exports_for(actor: Staff) -> list[Export]:
    """Those of the organisations that the actor administers, the newest first. Index exports_of_organisation."""
    websites = Website.objects.filter(pk__in=list(actor.websites)).values_list("organisation_id", flat=True)
    mine = [one for one in set(websites) if administers_organisation(actor, one)]
    return list(Export.objects.of_organisations(mine).order_by("-requested_at")[:100])


def export_for(actor: Staff, export_id: UUID) -> Export:
    """Raises NotFound."""
    found = Export.objects.for_system().filter(pk=export_id).first()
    if found is None or not administers_organisation(actor, found.organisation_id):
        raise NotFound("export")
    return found


@transaction.atomic
def delete_export(actor: Staff, export_id: UUID) -> None:
    """Before its time. Raises NotFound."""
    found = export_for(actor, export_id)
    record("export.deleted", found, organisation=found.organisation_id, website=found.website_id, by=actor)
    Export.objects.for_system().filter(pk=found.pk).delete()
    if found.place:
        transaction.on_commit(lambda: remove_export_files([found.place]), robust=True)


def _owns(actor: Staff, organisation_id: int) -> bool:
    mine = memberships_of(actor).filter(organisation=organisation_id, role=Membership.Role.OWNER)
    return mine.exists()


def key_for(export: Export, user_id: int) -> str:
    """What opens it for this person, and for nobody else, for a quarter of an hour."""
    return signing.dumps([str(export.pk), user_id], salt=SALT)


@transaction.atomic
def opened(actor: Staff, export_id: UUID, key: str) -> Export:
    """The export to be fetched. Raises NotFound: also for a key that is old, somebody else's or made up."""
    try:
        given = signing.loads(key, salt=SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        raise NotFound("export") from None
    found = export_for(actor, export_id)
    if found.visitor_id is None and not _owns(actor, found.organisation_id):
        raise NotFound("export")
    is_theirs = given == [str(export_id), actor.user_id] and found.requested_by_id == actor.user_id
    if not is_theirs or found.state != State.READY or found.expires_at is None or found.expires_at <= timezone.now():
        raise NotFound("export")
    record("export.fetched", found, organisation=found.organisation_id, website=found.website_id, by=actor)
    return found


async def write_export(export_id: UUID) -> None:
    """The job. It begins anew after a worker that was killed over it: what that one wrote ended with it."""
    archive = await db(Archive)
    try:
        export = await db(_started, export_id)
        if export is None:
            return
        await db(add_beginning, archive, export)
        ids = await db(conversations_of, export)
        for done, conversation_id in enumerate(ids):
            if done % STEP == 0:
                await db(_note, export_id, done=done, total=len(ids))
            await db(add_conversation, archive, export, conversation_id)
        await db(_keep, archive, export, len(ids))
    except Dropped:
        return
    except Exception:
        await db(_fail, export_id)
        raise
    finally:
        await db(archive.close)


def expire_exports() -> None:
    """Files whose time is over go; a while later the line that there was one."""
    over = Export.objects.for_system().filter(state=State.READY, expires_at__lte=timezone.now())
    for one in over:
        remove_export_files([one.place])
        Export.objects.for_system().filter(pk=one.pk).update(state=State.EXPIRED, place="", moved_at=timezone.now())
    Export.objects.for_system().filter(requested_at__lt=timezone.now() - LISTED_FOR, place="").delete()


def remove_stray_files() -> int:
    """Files of exports that no row knows: their process ended between the file and the row. How many."""
    storage, gone = storages[STORAGE], 0
    for folder in _inside("", folders=True):
        for place in (f"{folder}/{name}" for name in _inside(folder)):
            try:
                is_old = storage.get_modified_time(place) < timezone.now() - STRAY_AFTER
            except FileNotFoundError:
                continue
            if is_old and not Export.objects.for_system().filter(place=place).exists():
                remove_export_files([place])
                gone += 1
    return gone


def _inside(folder: str, *, folders: bool = False) -> list[str]:
    try:
        found, files = storages[STORAGE].listdir(folder)
    except FileNotFoundError:  # nothing was ever exported
        return []
    return found if folders else files


def _begin(actor: Staff, organisation_id: int, **what: object) -> Export:
    moving = Export.objects.of_organisation(organisation_id).filter(state__in=[State.WAITING, State.RUNNING])
    same = moving.filter(**{"visitor_id": None, **what}, requested_by_id=actor.user_id).first()
    if same is not None:  # asked for twice
        return same
    if moving.count() >= MOST_WAITING:
        raise Invalid(f"{MOST_WAITING} exports are being written. Wait for one of them.")
    export = Export.objects.create(
        organisation_id=organisation_id, requested_by_id=actor.user_id, requested_by=actor.name[:160], **what
    )
    app.configure_task(TASK, queue="default").defer(export_id=str(export.pk))
    return export


def _started(export_id: UUID) -> Export | None:
    wanted = Export.objects.for_system().filter(pk=export_id, state__in=[State.WAITING, State.RUNNING, State.FAILED])
    wanted.update(state=State.RUNNING, done=0, moved_at=timezone.now())
    return wanted.first()


def _note(export_id: UUID, **now: int) -> None:
    if not Export.objects.for_system().filter(pk=export_id).update(moved_at=timezone.now(), **now):
        raise Dropped


def _keep(archive: Archive, export: Export, total: int) -> None:
    """The file first: a row that promises one must not be without it. Erasing holds the row, and one of us sees it."""
    place = f"{export.organisation_id}/{export.pk}.zip"
    storages[STORAGE].delete(place)
    size = archive.keep(STORAGE, place)
    now = timezone.now()
    ready = (
        Export.objects.for_system()
        .filter(pk=export.pk)
        .update(
            state=State.READY,
            place=place,
            size=size,
            done=total,
            total=total,
            moved_at=now,
            expires_at=now + timedelta(hours=settings.EXPORT_KEEP_HOURS),
        )
    )
    if not ready:
        storages[STORAGE].delete(place)
        raise Dropped


def _fail(export_id: UUID) -> None:
    Export.objects.for_system().filter(pk=export_id).update(state=State.FAILED, moved_at=timezone.now())
