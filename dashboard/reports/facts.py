"""Reading the facts that reports count out of the conversations: by the worker, and by a page that wants the last ones.

A conversation is read again when it has changed. What commits late, and thumbs, which are no change of a conversation,
are found by looking back a little.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F, OuterRef, Q, Subquery

from accounts.models import Website
from assistant.models import Thumb
from conversations.models import Conversation
from dashboard.models import ConversationFacts, FactsState
from foundation.db import db

SQL = (Path(__file__).parent / "facts.sql").read_text()
AT_ONCE = 1000  # conversations of one transaction
LOOK_BACK = timedelta(minutes=2)  # longer than any transaction is open
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
ROUNDS = 20  # of one call for a website: the next call goes on


async def read_facts_everywhere() -> None:
    """For the worker, every so often."""
    for website_id in await db(_websites):
        with suppress(IntegrityError):  # the website has gone meanwhile
            for _ in range(ROUNDS):
                if await db(read_facts, website_id) < AT_ONCE:
                    break


def read_all(website_ids: Iterable[int]) -> bool:
    """For who wants the last minutes as well. Whether much is waiting still, with which the worker goes on."""
    return max([read_facts(one) for one in website_ids], default=0) >= AT_ONCE


def read_facts(website_id: int) -> int:
    """Read what has changed since the last time; how many conversations. At most AT_ONCE and those just looked back at.

    Index conversation_sync. Two that read the same wait for each other at the state's row.
    """
    with transaction.atomic():
        FactsState.objects.for_website(website_id).get_or_create(
            website_id=website_id, defaults={"read_until": BEGINNING}
        )
        state = FactsState.objects.for_website(website_id).select_for_update().get()
        fresh = _changed_since(state)
        ids = {conversation_id for conversation_id, _ in fresh} | _looked_back(state)
        if ids:
            with connection.cursor() as cursor:
                cursor.execute(SQL, [list(ids)])
        if fresh:
            state.read_id, state.read_until = fresh[-1]
            state.save()
    return len(fresh)


def _websites() -> list[int]:
    return list(Website.objects.values_list("pk", flat=True))


def _changed_since(state: FactsState) -> list[tuple[UUID, datetime]]:
    later = Q(updated_at__gt=state.read_until)
    if state.read_id is not None:
        later |= Q(updated_at=state.read_until, pk__gt=state.read_id)
    found = Conversation.objects.for_system().filter(later, website=state.website_id, updated_at__gte=state.read_until)
    return list(found.order_by("updated_at", "pk").values_list("pk", "updated_at")[:AT_ONCE])


def _looked_back(state: FactsState) -> set[UUID]:
    """What became visible only after its time had been read, and what was given a thumb lately."""
    since = state.read_until - LOOK_BACK
    known = ConversationFacts.objects.for_system().filter(conversation=OuterRef("pk"))
    recent = Conversation.objects.for_system().filter(
        website=state.website_id, updated_at__gte=since, updated_at__lte=state.read_until
    )
    behind = recent.annotate(known=Subquery(known.values("rev")[:1])).exclude(known=F("rev"))
    thumbs = Thumb.objects.for_website(state.website_id).filter(given_at__gte=since)
    return {*behind.values_list("pk", flat=True), *thumbs.values_list("conversation", flat=True)}
