"""The one door by which anything is said: visitor, staff, AI, system and, later, mail.

Messages that arrive while one statement runs go together in the next. The statement is the SQL function `post_messages`
(migrations/sql/), which judges each row on its own; see docs/messages.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import psycopg
from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg_pool import PoolTimeout

from conversations.actions.attachments import send_files
from conversations.actions.card_numbers import mask_cards
from conversations.errors import Conflict, Forbidden, NotFound, Refusal, Stale, Unavailable
from conversations.events import Event, MessagePosted, ReplyDropped
from conversations.queries.states import changed_conversation
from conversations.queries.timeline import entry_of_client_id
from conversations.queries.websites import assistant_of
from conversations.rows import EntryRow, Writer
from conversations.subscribers.live import publish, publish_soon, tell_soon
from conversations.subscribers.table import DURABLE
from foundation.array_literals import array_literal
from foundation.batching import Batches
from foundation.card_numbers import may_hold_card
from foundation.db import db, hot_pool
from foundation.ids import new_id
from foundation.logs import Ids, current_ids, log
from foundation.metrics import messages_of

logger = log(__name__)
LISTENER = ("role", "handled_by", "queue", "task", "where_followed", "where_begun")  # the columns of one


@dataclass(slots=True)  # a frozen one takes three times as long to make, and there is one for each message
class Post:
    """Something to be said. `epoch` is given by the AI alone: its write is refused when it is no longer current.

    `content` has been checked by protocol.clean_text. `origin` is the channel of the socket it came from.
    """

    conversation_id: UUID
    content: str
    role: Literal["user", "assistant", "system"]
    client_id: UUID | None = None
    message_id: UUID = field(default_factory=new_id)
    kind: Literal["message", "note", "activity"] = "message"
    is_manual: bool = False
    author: Writer | None = None
    epoch: int | None = None
    sources: list[dict[str, str]] = field(default_factory=list)
    origin: str = ""
    attachments: list[UUID] = field(default_factory=list)
    beside: Callable[[Outcome], None] | None = None  # stores what belongs to it, in the same transaction
    asked_by: Ids = field(default_factory=current_ids)

    @property
    def audience(self) -> str:
        return "staff" if self.kind == "note" else "everyone"


@dataclass(slots=True)
class Posted:
    """What became of a post: its event, and whether it had been stored before (`known`)."""

    event: MessagePosted
    known: bool

    @property
    def entry(self) -> EntryRow:
        return self.event.entry


async def post_message(post: Post) -> Posted:
    """Store it, defer its jobs, tell everybody. A resend with a known `client_id` gives the first result, untold.

    Raises NotFound, Conflict, Forbidden, Stale or Unavailable; and Invalid for files that cannot be sent.
    """
    if may_hold_card(post.content) and (post.role == "user" or post.author is not None):
        post.content = await mask_cards(post.conversation_id, post.content)
    return await (_post_alone(post) if post.attachments or post.beside else _batches.call(post))


def say_in_transaction(post: Post) -> MessagePosted:
    """Store what the system says in the caller's transaction, which holds the row; the caller tells it afterwards."""
    outcome = _call(post)
    assert outcome.outcome == "stored", outcome.outcome
    return _event_of(post, outcome, None)


def _call(post: Post) -> Outcome:
    with connection.cursor() as cursor:
        cursor.execute(CALL, columns_of([post]))
        return Outcome(*cursor.fetchone())


CALL = """
SELECT n, outcome, entry_id, website_id, visitor_id, seq, visitor_prev, created_at, epoch, cancelled, state_changed,
       other
FROM post_messages(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::bigint[],
                   %s::text[], %s::int[], %s::text[]::jsonb[], %s::text[], %s::text[], %s::text[], %s::text[],
                   %s::bool[], %s::bool[])
"""


class Outcome(NamedTuple):
    """One row of the answer of the SQL function."""

    n: int
    outcome: str
    entry_id: UUID
    website_id: int
    visitor_id: UUID
    seq: int
    visitor_prev: int
    created_at: datetime
    epoch: int
    cancelled: UUID | None
    state_changed: bool
    other: UUID | None


async def _post_batch(posts: list[Post]) -> Sequence[Posted | Exception]:
    try:
        outcomes = await _store_or_see_why_not(posts)
    except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled, psycopg.errors.DeadlockDetected):
        if len(posts) == 1:
            return [Unavailable()]
        raise  # then each is tried alone
    except (psycopg.OperationalError, PoolTimeout, OSError) as error:
        logger.error("messages not stored", count=len(posts), error=repr(error))
        return [Unavailable() for _ in posts]
    results = [await _result(post, outcome) for post, outcome in zip(posts, outcomes, strict=True)]
    _tell(outcomes, results)
    return results


async def _post_alone(post: Post) -> Posted:
    """What it says and what belongs to it are one transaction, so that no message is without its files."""
    try:
        try:
            outcome, files = await db(_store_alone, post)
        except IntegrityError:  # as in _store_or_see_why_not
            outcome, files = await db(_store_alone, post)
    except (OperationalError, PoolTimeout) as error:
        logger.error("message not stored alone", error=repr(error))
        raise Unavailable from None
    result = await _result(post, outcome, files)
    if isinstance(result, Exception):
        raise result
    _tell([outcome], [result])
    return result


@transaction.atomic
def _store_alone(post: Post) -> tuple[Outcome, list[dict[str, Any]]]:
    outcome = _call(post)
    if outcome.outcome != "stored":
        return outcome, []
    if post.beside is not None:
        post.beside(outcome)
    if not post.attachments:
        return outcome, []
    return outcome, send_files(post.attachments, outcome.entry_id, post.author.user_id if post.author else None)


async def _store_or_see_why_not(posts: list[Post]) -> list[Outcome]:
    """A visitor's other conversation may be opened in the very moment in which a message reopens this one.

    Then the unique index refuses the whole batch; alone and once more, that message sees the other one: a conflict.
    """
    try:
        return await _store(posts)
    except psycopg.errors.UniqueViolation:
        if len(posts) > 1:
            raise
        return await _store(posts)


async def _store(posts: list[Post]) -> list[Outcome]:
    pool = await hot_pool()
    async with pool.connection() as hot:
        cursor = await hot.execute(CALL, columns_of(posts))
        return [Outcome(*row) for row in await cursor.fetchall()]


def columns_of(posts: list[Post]) -> list[Any]:
    """What `CALL` is called with."""
    return [
        array_literal([post.conversation_id for post in posts]),
        array_literal([post.message_id for post in posts]),
        array_literal([post.client_id for post in posts]),
        array_literal([post.kind for post in posts]),
        array_literal([post.role for post in posts]),
        array_literal([post.audience for post in posts]),
        array_literal([post.is_manual for post in posts]),
        array_literal([post.author.user_id if post.author else None for post in posts]),
        array_literal([post.content for post in posts]),
        array_literal([post.epoch for post in posts]),
        array_literal([json.dumps(post.sources) if post.sources else "[]" for post in posts]),
        *(array_literal([getattr(listener, name) for listener in DURABLE]) for name in LISTENER),
    ]


async def _result(post: Post, outcome: Outcome, files: Sequence[dict[str, Any]] = ()) -> Posted | Exception:
    if outcome.outcome == "stored":
        event = await _event(post, outcome)
        event.entry.attachments.extend(files)
        return Posted(event, known=False)
    if outcome.outcome == "known":
        return await _first_result(post)
    return _refusal(outcome)


async def _event(post: Post, outcome: Outcome) -> MessagePosted:
    author = post.author
    if author is None and post.role == "assistant":
        author = await assistant_of(outcome.website_id)
    return _event_of(post, outcome, author)


def _event_of(post: Post, outcome: Outcome, author: Writer | None) -> MessagePosted:
    entry = EntryRow(
        id=outcome.entry_id,
        conversation_id=post.conversation_id,
        website_id=outcome.website_id,
        seq=outcome.seq,
        rev=outcome.seq,
        kind=post.kind,
        role=post.role,
        audience=post.audience,
        content=post.content,
        created_at=outcome.created_at,
        client_id=post.client_id,
        is_manual=post.is_manual,
        author=author,
        sources=post.sources,
    )
    messages_of(post.kind, post.role, post.is_manual).inc()
    return MessagePosted(entry, outcome.visitor_prev, outcome.epoch, post.origin, post.asked_by)


async def _first_result(post: Post) -> Posted | Exception:
    """What the first message with this client_id became; to a visitor only if they may see it."""
    assert post.client_id is not None
    found = await db(entry_of_client_id, post.conversation_id, post.client_id)
    if found is None or (post.role == "user" and not found[0].for_everyone):
        return Conflict(None)
    entry, visitor_prev, epoch = found
    return Posted(MessagePosted(entry, visitor_prev, epoch), known=True)


def _refusal(outcome: Outcome) -> Refusal:
    match outcome.outcome:
        case "stale":
            return Stale()
        case "conflict":
            return Conflict(outcome.other)
        case "forbidden":
            return Forbidden("This chat has been switched off.")
    return NotFound()


def _tell(outcomes: list[Outcome], results: Sequence[Posted | Exception]) -> None:
    happened: list[Event] = []
    for outcome, result in zip(outcomes, results, strict=True):
        if not isinstance(result, Posted) or result.known:
            continue
        if outcome.cancelled is not None:
            why: Any = "superseded" if result.entry.role == "user" else "takeover"
            happened.append(ReplyDropped(result.entry.conversation_id, result.entry.website_id, outcome.cancelled, why))
        happened.append(result.event)
    if happened:
        publish_soon(happened)
    for outcome, result in zip(outcomes, results, strict=True):
        if outcome.state_changed and isinstance(result, Posted):
            _tell_state_soon(result)


def _tell_state_soon(posted: Posted) -> None:
    """A take-over or a reopening shows in the conversation's state: told with the number of the message that did it."""

    async def tell() -> None:
        entry = posted.entry
        changed = await db(changed_conversation, entry.conversation_id, entry.rev)
        if changed is not None:
            await publish(changed)

    tell_soon(tell())


# One batch in flight: measured 13 to 27 % faster than two on two cores, since batches are twice as large.
_batches: Batches[Post, Posted] = Batches(_post_batch)
