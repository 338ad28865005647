"""Finding words in what was said and in who said it: each word from its beginning, whatever its place.

Indexes `entry_search` and `visitor_search` (migration 0011); the expressions here must read as they do there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from accounts.actors import Staff
from conversations.models import Conversation, Entry, Visitor
from conversations.models.scope import ScopedQuerySet

BETWEEN = "@./:_+#=&?%~-"  # stands between words, though Postgres would take "a.b" for one
MOST_WORDS = 8
MOST_FOUND = 2000  # conversations in which something was found; who finds more asks for more
BEFORE, EXCERPT = 40, 160  # characters

_CLEAN = f"translate({{}}, '{BETWEEN}', '{' ' * len(BETWEEN)}')".replace("%", "%%")
_ENTRY = (
    "to_tsvector('simple'::regconfig, 'ꙮ' || conversations_entry.website_id::text || ' ' || "
    + _CLEAN.format("conversations_entry.content")
    + ") @@ to_tsquery('simple', %s)"
)
_VISITOR = (
    "to_tsvector('simple'::regconfig, 'ꙮ' || conversations_visitor.website_id::text || ' ' || "
    + _CLEAN.format(
        "conversations_visitor.name || ' ' || conversations_visitor.email || ' ' || "
        "coalesce(conversations_visitor.external_id, '')"
    )
    + ") @@ to_tsquery('simple', %s)"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """The latest entry of a conversation with all the words, and the place where they stand."""

    conversation_id: UUID
    entry_id: UUID
    seq: int
    kind: str
    excerpt: str
    created_at: datetime


def words_of(text: str) -> list[str]:
    """What is looked for: letters and digits only, so that nothing of it means anything to `to_tsquery`.

    `ꙮ` begins the words of our own that stand for websites.
    """
    spaced = text.translate(str.maketrans(BETWEEN, " " * len(BETWEEN)))
    return [word for word in re.findall(r"[^\W_]+", spaced) if "ꙮ" not in word][:MOST_WORDS]


def conversations_with(actor: Staff, text: str) -> Q:
    """A condition for conversations: the words stand in an entry, or in the visitor's name, address or id."""
    words = words_of(text)
    if not words or not actor.websites:
        return Q(pk__in=[])
    said = entries_with(actor, words).order_by("-created_at").values_list("conversation_id", flat=True)
    found = set(said[: MOST_FOUND * 2])
    # As ids: one statement with both conditions would walk all conversations instead of the two indexes.
    visitors = list(visitors_with(actor, words).order_by("-last_seen_at").values_list("pk", flat=True)[:MOST_FOUND])
    theirs = Conversation.objects.for_actor(actor).filter(visitor__in=visitors)
    found.update(theirs.order_by("-last_message_at").values_list("pk", flat=True)[:MOST_FOUND])
    return Q(pk__in=found)


def entries_with(actor: Staff, words: Iterable[str]) -> ScopedQuerySet[Entry]:
    condition = RawSQL(_ENTRY, [query_of(actor, words)], output_field=BooleanField())
    found: ScopedQuerySet[Entry] = Entry.objects.for_actor(actor).filter(condition).exclude(kind="activity")
    return found


def visitors_with(actor: Staff, words: Iterable[str]) -> ScopedQuerySet[Visitor]:
    condition = RawSQL(_VISITOR, [query_of(actor, words)], output_field=BooleanField())
    found: ScopedQuerySet[Visitor] = Visitor.objects.for_actor(actor).filter(condition)
    return found


def hits_in(actor: Staff, text: str, conversation_ids: Collection[UUID]) -> list[Hit]:
    """Where the words stand in these conversations, for the list that shows them."""
    words = words_of(text)
    if not words or not conversation_ids:
        return []
    entries = entries_with(actor, words).filter(conversation__in=list(conversation_ids))
    latest = entries.order_by("conversation_id", "-seq").distinct("conversation_id")
    columns = latest.values_list("conversation_id", "pk", "seq", "kind", "content", "created_at")
    return [
        Hit(conversation, entry, seq, kind, excerpt(content, words), moment)
        for conversation, entry, seq, kind, content, moment in columns
    ]


def query_of(actor: Staff, words: Iterable[str]) -> str:
    """For `to_tsquery`: one of the actor's websites, and every word as the beginning of one."""
    sites = " | ".join(f"ꙮ{website_id}" for website_id in sorted(actor.websites))
    return " & ".join([f"({sites})", *(f"{word}:*" for word in words)])


def excerpt(content: str, words: Iterable[str]) -> str:
    """A line of the text around the first of the words."""
    line = " ".join(content.split())
    places = [found.start() for word in words if (found := re.search(rf"(?<![^\W_]){re.escape(word)}", line, re.I))]
    start = max(0, min(places, default=0) - BEFORE)
    if start:
        start = line.find(" ", start) + 1 or start
    cut = line[start : start + EXCERPT]
    return f"{'… ' if start else ''}{cut}{'…' if start + EXCERPT < len(line) else ''}"
