"""Conversations that wait for a person are given to one who is there and has room, the longest waiting first.

Only on websites that want it (`auto_assign`). One transaction decides about a website: it holds the availability of
everybody who might be given something, so nobody gets one in the moment they go away, nor more than they have room for,
whichever processes decide at once and for whichever websites.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.colleagues import Member, members_of
from accounts.models import Availability, Website
from conversations.actions.changes import Activity, Change, Rule, change_in_transaction
from conversations.events import Event
from conversations.models import Conversation
from conversations.presence import colleagues
from conversations.subscribers.live import publish, tell_soon
from foundation.db import db
from foundation.logs import log
from foundation.redis import RedisError

logger = log(__name__)
SETTLE = 0.25  # seconds in which whatever calls for it is answered once
ASK_AGAIN = 5.0  # seconds for which a website that does not want it is left alone
AT_ONCE = 50  # conversations of one transaction
GONE_AFTER = timedelta(minutes=2)  # somebody who closed their browser may just be reloading it


@dataclass(slots=True)
class Desk:
    """Somebody who may be given conversations, and how many more."""

    member: Member
    has: int

    @property
    def room(self) -> int:
        return self.member.availability.capacity - self.has


async def assign_waiting(website_id: int) -> int:
    """Give out what waits on a website, as far as there is room; how many changes that made."""
    if _unwanted.get(website_id, 0.0) > time.monotonic():
        return 0
    if not await db(_wants_it, website_id):
        _unwanted[website_id] = time.monotonic() + ASK_AGAIN
        return 0
    try:
        on = {one.id for one in await colleagues(website_id)}
    except (RedisError, TimeoutError):
        return 0  # nobody knows who is there; the worker's next round tries again
    happened = await db(_assign, website_id, on)
    if happened:
        await publish(*happened)
    return len(happened)


async def assign_everywhere() -> None:
    """For the worker, every so often: what was missed when somebody came, went or asked."""
    for website_id in await db(_websites_with_waiting):
        await assign_waiting(website_id)


def assign_soon(website_ids: Iterable[int]) -> None:
    """Somebody came, went, has more room or asks for a person: look again in a moment."""
    fresh = set(website_ids) - _soon
    _soon.update(fresh)
    for website_id in fresh:
        tell_soon(_assign_in_a_moment(website_id))


_soon: set[int] = set()
_unwanted: dict[int, float] = {}


async def _assign_in_a_moment(website_id: int) -> None:
    try:
        await asyncio.sleep(SETTLE)
    finally:
        _soon.discard(website_id)
    await assign_waiting(website_id)


def _wants_it(website_id: int) -> bool:
    return Website.objects.filter(pk=website_id, auto_assign=True, is_active=True).exists()


def _websites_with_waiting() -> list[int]:
    """Of each website the open ones only: index one_open_conversation_per_visitor."""
    wanting = Website.objects.filter(auto_assign=True, is_active=True).values("pk")
    unresolved = Conversation.objects.for_system().exclude(status="resolved")  # in the words of the index
    waiting = unresolved.filter(status="open", waiting_since__isnull=False, website__in=wanting)
    return list(waiting.order_by().values_list("website_id", flat=True).distinct())


@transaction.atomic
def _assign(website_id: int, on: set[int]) -> list[Event]:
    desks = _desks(website_id, on)
    if not any(desk.room > 0 for desk in desks):
        return []
    happened: list[Event] = []
    for conversation_id in _waiting(website_id, {desk.member.user.pk for desk in desks}):
        desk = max(desks, key=lambda one: (one.room, -one.has))
        if desk.room <= 0:
            break
        _, events = change_in_transaction(conversation_id, _rule(desk.member), None, None)
        happened += events
        desk.has += bool(events)
    return happened


def _desks(website_id: int, on: set[int]) -> list[Desk]:
    """Those who are on and not away, held until the end of the transaction; who has least is first."""
    on_here = sorted(one.user.pk for one in members_of([website_id]) if one.user.pk in on)
    Availability.objects.bulk_create([Availability(pk=user_id) for user_id in on_here], ignore_conflicts=True)
    list(Availability.objects.select_for_update().filter(pk__in=on_here).order_by("pk"))
    # Read again, now that nobody can change it.
    now = timezone.now()
    people = [one for one in members_of([website_id]) if one.user.pk in on_here and one.takes(now)]
    open_ones = Conversation.objects.for_system().filter(status="open", handled_by="human")
    counted = open_ones.filter(assignee__in=[one.user.pk for one in people]).values_list("assignee")
    has = dict(counted.annotate(Count("pk")).order_by())
    return sorted((Desk(one, has.get(one.user.pk, 0)) for one in people), key=lambda desk: desk.has)


def _waiting(website_id: int, here: set[int]) -> list[UUID]:
    """The longest waiting first: nobody's, those of who is away, and of who has been gone for a while.

    What somebody else is changing right now is left to the next round. Index
    one_open_conversation_per_visitor: one of its own would be written at every message.
    """
    now = timezone.now()
    away = [one.user.pk for one in members_of([website_id]) if not one.takes(now)]
    gone = ~Q(assignee__in=here) & Q(waiting_since__lte=now - GONE_AFTER)
    unresolved = Conversation.objects.for_system().exclude(status="resolved")  # in the words of the index
    waiting = unresolved.filter(
        Q(assignee=None) | Q(assignee__in=away) | gone,
        website=website_id,
        status="open",
        handled_by="human",
        waiting_since__isnull=False,
    )
    held = waiting.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("waiting_since", "id")
    return list(held.values_list("pk", flat=True)[:AT_ONCE])


def _rule(member: Member) -> Rule:
    def rule(conversation: Conversation) -> Change:
        conversation.assignee_id = member.user.pk
        return Change(Activity(f"Assigned to {member.user.shown_name} by the system."), for_visitor=True)

    return rule
