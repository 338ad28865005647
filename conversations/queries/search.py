"""Finding words in what was said and in who said it: each word from its beginning, whatever its place.

What the worker has not indexed yet (actions/indexing.py) is searched as it is, so that the newest is found at once.
Indexes `entry_words`, `entry_created` and `visitor_search`; words are made by `conversations_words` (migration 0017).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from accounts.actors import Staff
from conversations.models import Conversation, Entry, SearchProgress, Visitor
from conversations.models.scope import ScopedQuerySet

BETWEEN = "@./:_+#=&?%~-"  # stands between words, though Postgres would take "a.b" for one
UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # Chinese and Japanese: each sign is a word
MOST_WORDS = 8
MOST_FOUND = 2000  # conversations in which something was found; who finds more asks for more
BEFORE, EXCERPT = 40, 160  # characters
THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

_ENTRIES = """
    SELECT entry_id FROM conversations_entrywords WHERE words @@ to_tsquery('simple', %s)
    UNION ALL
    SELECT id FROM conversations_entry
    WHERE created_at > %s AND website_id = ANY (%s) AND kind <> 'activity'
          AND conversations_words(website_id, content) @@ to_tsquery('simple', %s)
"""
_VISITOR = """
    conversations_words(
        conversations_visitor.website_id,
        conversations_visitor.name || ' ' || conversations_visitor.email || ' ' ||
        coalesce(conversations_visitor.external_id, '')
    ) @@ to_tsquery('simple', %s)
"""


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
    found = re.findall(rf"[{UNSPACED}]+|[^\W_{UNSPACED}]+", spaced)
    return [word for word in found if "ꙮ" not in word][:MOST_WORDS]


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
    # The moment as a value, which the planner can judge. What was indexed since is found twice, which does not matter.
    progress = SearchProgress.objects.for_system().first()
    indexed_until = progress.indexed_until if progress else THE_BEGINNING
    query = query_of(actor, words)
    among = RawSQL(_ENTRIES, [query, indexed_until, list(actor.websites), query])
    found: ScopedQuerySet[Entry] = Entry.objects.for_actor(actor).filter(pk__in=among)
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
    return " & ".join([f"({sites})", *(_condition(word) for word in words)])


def _condition(word: str) -> str:
    return f"({' <-> '.join(word)})" if _is_unspaced(word) else f"{word}:*"


def _is_unspaced(word: str) -> bool:
    return re.match(f"[{UNSPACED}]", word) is not None


def excerpt(content: str, words: Iterable[str]) -> str:
    """A line of the text around the first of the words."""
    line = " ".join(content.split())
    places = [found.start() for word in words if (found := re.search(_place(word), line, re.IGNORECASE))]
    start = max(0, min(places, default=0) - BEFORE)
    if start:
        start = line.find(" ", start) + 1 or start
    cut = line[start : start + EXCERPT]
    return f"{'… ' if start else ''}{cut}{'…' if start + EXCERPT < len(line) else ''}"


def _place(word: str) -> str:
    return word if _is_unspaced(word) else rf"(?:(?<![^\W_])|(?<=[{UNSPACED}])){word}"
