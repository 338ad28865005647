"""Pages of a timeline. By rev: index `entry_resume`; by seq and by client_id: the unique constraints of Entry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

from django.db.models import Q

from accounts.actors import Actor, VisitorActor
from accounts.models import User
from conversations.models import Conversation, Entry
from conversations.models.entries import EntryQuerySet
from conversations.queries.states import conversation_for
from conversations.rows import ENTRY_COLUMNS, ConversationRow, EntryRow, Writer

PAGE = 250
PAGE_CHARACTERS = 100_000  # 250 of the longest messages are 10 MB: who reads slowly would never get to their end
Known = tuple[EntryRow, int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, and whether they are all there are in that direction."""

    conversation: ConversationRow
    entries: list[EntryRow]
    complete: bool


def entries_after(actor: Actor, conversation_id: UUID, after: int, limit: int = PAGE) -> Page:
    """What changed after the cursor `after`, in `rev` order. Raises NotFound."""
    row = conversation_for(actor, conversation_id)
    found = _visible(actor, row).filter(rev__gt=after).order_by("rev", "seq")[: limit + 1]
    return _page(row, found, limit)


def entries_before(actor: Actor, conversation_id: UUID, before: int | None, limit: int) -> Page:
    """The latest entries older than `before` (a seq; None: the very latest), in `seq` order. Raises NotFound."""
    row = conversation_for(actor, conversation_id)
    older = Q(seq__lt=before) if before is not None else Q()
    page = _page(row, _visible(actor, row).filter(older).order_by("-seq")[: limit + 1], limit)
    page.entries.reverse()
    return page


def entry_of_client_id(conversation_id: UUID, client_id: UUID) -> Known | None:
    """The entry stored first under this client_id, the visitors' change before it, and the conversation's epoch."""
    entries = Entry.objects.for_system().filter(conversation=conversation_id)
    entry = entries.select_related("author", "website").filter(client_id=client_id).first()
    if entry is None:
        return None
    epoch = Conversation.objects.for_system().values_list("takeover_epoch", flat=True).get(pk=conversation_id)
    return EntryRow.of(entry, Writer.of_assistant(entry.website)), entry.visitor_prev, epoch


def sent_before(actor: VisitorActor, client_id: UUID) -> EntryRow | None:
    """What this visitor has stored under this client_id, in whichever of their conversations."""
    found = Entry.objects.for_actor(actor).filter(client_id=client_id, website=actor.website_id, role=Entry.Role.USER)
    entry = found.select_related("author", "website").first()
    return None if entry is None else EntryRow.of(entry, Writer.of_assistant(entry.website))


def history_since_resolve(conversation_id: UUID, limit: int = 40) -> list[tuple[str, bool, str]]:
    """What was said since the last resolve: (role, is_manual, content), oldest first, at most the latest `limit`."""
    resolved_rev = Conversation.objects.for_system().values_list("resolved_rev", flat=True).get(pk=conversation_id)
    said = Entry.objects.for_system().filter(
        conversation=conversation_id, seq__gt=resolved_rev, kind=Entry.Kind.MESSAGE, deleted=False
    )
    return list(said.order_by("-seq").values_list("role", "is_manual", "content")[:limit])[::-1]


def _visible(actor: Actor, row: ConversationRow) -> EntryQuerySet:
    entries = Entry.objects.for_actor(actor).filter(conversation=row.id)
    if isinstance(actor, VisitorActor):
        entries = entries.filter(audience=Entry.Audience.EVERYONE)
    return entries


def _page(row: ConversationRow, found: EntryQuerySet, limit: int) -> Page:
    """Of at most `limit` + 1 entries. Models would take five times as long to make as the rows do."""
    rows = list(found.values_list(*ENTRY_COLUMNS, "author_id"))
    authors = User.objects.in_bulk({author_id for *_, author_id in rows if author_id is not None})
    writers = {author_id: Writer.of_user(author) for author_id, author in authors.items()}
    nobody = Writer.of_assistant(row.state.website)
    entries = [EntryRow.of_columns(columns, writers.get(author_id), nobody) for *columns, author_id in rows[:limit]]
    fitting = _fitting(entries)
    return Page(row, entries[:fitting], complete=len(rows) <= fitting)


def _fitting(entries: list[EntryRow]) -> int:
    """How many from the beginning make a page that is not too long; at least one."""
    lengths = accumulate(len(entry.content) for entry in entries)
    return max(1, sum(length <= PAGE_CHARACTERS for length in lengths))
