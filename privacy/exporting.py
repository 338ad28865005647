"""A ZIP file of JSON and files, written a piece at a time: nothing is in memory that is larger than one message.

It grows in a temporary file without a name, which ends with its process; only a whole one gets into the storage.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import ApiKey, Availability, Invitation, Membership, Organisation, Picture, Website
from assistant.models import (
    Article,
    AssistantSettings,
    Expectation,
    QuestionResult,
    QuestionRun,
    SettledQuestion,
    Source,
    SourcePage,
    Spending,
    Upload,
)
from audit.models import AuditEntry
from conversations.actions.attachments import STORAGE
from conversations.models import Attachment, CannedReply, Conversation, Entry, Label, Visitor
from integrations.models import Webhook
from privacy.export_rows import AT_ONCE, hanging_on, listed, row_of, text_of
from privacy.models import Erasure, Export

PIECE = 64 * 1024
DELIVERIES = "integrations.delivery"  # the same again, with what servers of the owner's answered
SEPARATE = (
    *("conversations.entry", "conversations.entrywords", "conversations.attachment"),
    DELIVERIES,
)
README = """What this installation holds, as of {moment} (UTC).

*.json are UTF-8. Times are ISO 8601. Files that were sent lie in files/, named by their id and their name.
Passwords, tokens and keys are left out, and so is what exists for searching only.
"""


class Archive:
    """One export being written. Call `close` whatever happens."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # it lives as long as the export is written
        self.zip = ZipFile(self.file, "w", ZIP_DEFLATED)

    def add(self, name: str, pieces: Iterable[str]) -> None:
        with self.zip.open(ZipInfo(name, _now()), "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece.encode())

    def add_file(self, name: str, content: File[bytes]) -> None:
        """As it is: pictures and documents are compressed already."""
        info = ZipInfo(name, _now())
        info.compress_type = ZIP_STORED
        with self.zip.open(info, "w", force_zip64=True) as member:
            while piece := content.read(PIECE):
                member.write(piece)

    def keep(self, storage: str, place: str) -> int:
        """Into the storage; its size in bytes."""
        self.zip.close()
        size = self.file.seek(0, 2)
        self.file.seek(0)
        storages[storage].save(place, File(self.file))
        return size

    def close(self) -> None:
        self.zip.close()
        self.file.close()


def add_beginning(archive: Archive, export: Export) -> None:
    """Everything that is not in a conversation."""
    archive.add("README.txt", [README.format(moment=timezone.now().isoformat(timespec="seconds"))])
    if export.visitor_id is not None:
        for visitor in Visitor.objects.for_system().filter(pk=export.visitor_id):
            archive.add("visitor.json", [text_of(_visitor(visitor))])
        return
    organisation = Organisation.objects.get(pk=export.organisation_id)
    archive.add("organisation.json", [text_of(_organisation(organisation))])
    log = AuditEntry.objects.of([organisation.pk]).order_by("id")
    archive.add("audit.json", listed(row_of(one) for one in log.iterator(AT_ONCE)))
    _add_pictures(archive, organisation)
    for website in Website.objects.filter(organisation=organisation).order_by("pk"):
        _add_website(archive, website)


def conversations_of(export: Export) -> list[UUID]:
    """In the order of their beginning: the ids only."""
    found = Conversation.objects.for_system()
    if export.visitor_id is not None:
        found = found.filter(visitor=export.visitor_id)
    else:
        websites = Website.objects.filter(organisation=export.organisation_id)
        found = found.filter(website__in=list(websites.values_list("pk", flat=True)))
    return list(found.order_by("created_at", "pk").values_list("pk", flat=True))


def add_conversation(archive: Archive, export: Export, conversation_id: UUID) -> None:
    """With its entries and files; nothing when it was deleted meanwhile."""
    conversation = Conversation.objects.for_system().filter(pk=conversation_id).first()
    if conversation is None:
        return
    before = "" if export.visitor_id is not None else f"websites/{conversation.website_id}/"
    name = f"{before}conversations/{conversation.created_at:%Y-%m-%d}-{conversation.pk}"
    archive.add(f"{name}.json", _conversation(conversation))
    for sent in Attachment.objects.for_system().filter(conversation=conversation).exclude(entry=None):
        try:
            content = storages[STORAGE].open(sent.place)
        except FileNotFoundError:
            continue
        with content:
            archive.add_file(f"{before}files/{sent.pk}-{sent.name}", content)


def _conversation(conversation: Conversation) -> Iterator[str]:
    about = row_of(conversation) | {"about": hanging_on(conversation, SEPARATE)}
    text = text_of(about)
    yield text[: text.rindex("}")] + ',\n "entries": '
    entries = Entry.objects.for_system().filter(conversation=conversation).order_by("seq")
    yield from listed(row_of(one) for one in entries.iterator(AT_ONCE))
    yield "}\n"


def _visitor(visitor: Visitor) -> dict[str, Any]:
    return row_of(visitor) | {"about": hanging_on(visitor, ("conversations.conversation", DELIVERIES))}


def _organisation(organisation: Organisation) -> dict[str, Any]:
    members = Membership.with_suspended.filter(organisation=organisation).select_related("user").order_by("pk")
    return row_of(organisation) | {
        "members": [_member(one) for one in members],
        "invitations": [row_of(one) for one in Invitation.objects.for_organisations([organisation.pk])],
        "api_keys": [row_of(one) for one in ApiKey.objects.for_organisations([organisation.pk]).order_by("pk")],
        "labels": [row_of(one) for one in Label.objects.for_system().filter(organisation=organisation)],
        "exports": [row_of(one) for one in Export.objects.of_organisation(organisation.pk)],
        "erasures": [row_of(one) for one in Erasure.objects.of_organisation(organisation.pk)],
        "canned_replies": [row_of(one) for one in CannedReply.objects.for_system().filter(organisation=organisation)],
    }


def _member(member: Membership) -> dict[str, Any]:
    """With what belongs to the person: when they are there."""
    person = {"name": member.user.name, "email": member.user.email}
    hours = Availability.objects.filter(user=member.user_id).first()
    return row_of(member) | person | {"availability": hours and row_of(hours)}


def _add_pictures(archive: Archive, organisation: Organisation) -> None:
    """Of the websites, and of the people: what visitors are shown."""
    of_people = Q(user__memberships__organisation=organisation)
    for picture in Picture.objects.filter(Q(website__organisation=organisation) | of_people).distinct():
        whose = f"website-{picture.website_id}" if picture.website_id else f"person-{picture.user_id}"
        archive.add(f"pictures/{whose}.json", [text_of(row_of(picture))])
        archive.add_file(f"pictures/{whose}.webp", ContentFile(bytes(picture.content)))


def _add_website(archive: Archive, website: Website) -> None:
    before = f"websites/{website.pk}/"
    for name, rows in _settings_of(website.pk).items():
        archive.add(f"{before}{name}.json", listed(row_of(one) for one in rows.iterator(AT_ONCE)))
    for upload in Upload.objects.for_website(website.pk).iterator(1):
        archive.add_file(f"{before}sources/{upload.source_id}", ContentFile(bytes(upload.content)))
    settings = AssistantSettings.objects.for_website(website.pk).first()
    archive.add(f"{before}website.json", [text_of(row_of(website) | {"assistant": settings and row_of(settings)})])
    articles = Article.objects.for_website(website.pk).order_by("pk")
    archive.add(f"{before}articles.json", listed(row_of(one) for one in articles.iterator(AT_ONCE)))
    visitors = Visitor.objects.for_system().filter(website=website).order_by("pk")
    archive.add(f"{before}visitors.json", listed(_visitor(one) for one in visitors.iterator(AT_ONCE)))


def _settings_of(website_id: int) -> dict[str, QuerySet[Any]]:
    """What its owners have set up and asked for, by the names of the files."""
    return {
        "questions": Expectation.objects.for_website(website_id).order_by("pk"),
        "question_runs": QuestionRun.objects.for_website(website_id).order_by("pk"),
        "question_results": QuestionResult.objects.for_website(website_id).order_by("pk"),
        "settled_questions": SettledQuestion.objects.for_website(website_id).order_by("pk"),
        "sources": Source.objects.for_website(website_id).order_by("pk"),
        "source_pages": SourcePage.objects.for_website(website_id).order_by("pk"),
        "spending": Spending.objects.for_website(website_id).order_by("pk"),
        "webhooks": Webhook.objects.for_system().filter(website=website_id).order_by("pk"),
    }


def _now() -> tuple[int, int, int, int, int, int]:
    moment = timezone.now()
    return moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second
