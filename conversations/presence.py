"""Who of the staff is on, over all processes and devices: a sorted set per website, each member with its expiry.

Counting subscribers of a Redis channel would count processes, not people.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from redis.asyncio.client import Pipeline

from accounts.actors import Staff
from accounts.hours import Hours
from accounts.models import Availability
from conversations.cards import cards, cards_of, here, members
from conversations.events import PresenceChanged
from conversations.protocol import Colleague
from conversations.queries.websites import opening_hours
from conversations.subscribers.live import publish, tell_soon
from foundation.batching import Batches
from foundation.logs import log
from foundation.redis import RedisError, answers_in, ask_hosts, key

logger = log(__name__)
PATIENCE = 1.0  # seconds that a look at who is on may take
BACK_SOON = 10.0  # seconds that somebody counts whose socket was sent to another process
SETTLE = 0.2  # seconds in which changes of one website are told together


@dataclass(slots=True)
class Place:
    """One dashboard socket: who sits there, and what they look at and type in."""

    actor: Staff
    connection_id: str
    viewing: UUID | None = None
    typing: UUID | None = None
    websites: set[int] = field(default_factory=set)
    availability: Availability = field(default_factory=Availability)
    here_for: set[int] = field(default_factory=set)  # as was noted last

    def look_at_the_clock(self) -> bool:
        """Whether this person takes conversations of other websites than was noted last."""
        moment = timezone.now()
        before, self.here_for = (
            self.here_for,
            {one for one in self.websites if self.availability.is_here_for(one, moment)},
        )
        return before != self.here_for

    def card(self) -> str:
        actor = self.actor
        return json.dumps(
            {
                "id": actor.user_id,
                "name": actor.name,
                "avatar_url": actor.avatar_url or None,
                "viewing": str(self.viewing) if self.viewing else None,
                "typing": str(self.typing) if self.typing else None,
            }
        )


def lifetime() -> float:
    """Seconds after which a socket that says nothing is no longer counted."""
    return float(settings.HEARTBEAT_SECONDS) * 3


async def enter(place: Place, *, tell: bool = True) -> None:
    """Note or refresh a socket's presence on all its websites."""
    expiry = time.time() + lifetime()
    place.look_at_the_clock()

    def note(pipeline: Pipeline, website_id: int) -> None:
        pipeline.zadd(members(website_id), {place.connection_id: expiry})
        pipeline.hset(cards(website_id), place.connection_id, place.card())
        if website_id in place.here_for:
            pipeline.zadd(here(website_id), {place.connection_id: expiry})
        else:
            pipeline.zrem(here(website_id), place.connection_id)
        pipeline.expire(here(website_id), int(lifetime()) + 60)
        pipeline.expire(members(website_id), int(lifetime()) + 60)
        pipeline.expire(cards(website_id), int(lifetime()) + 60)

    await _of_each(place.websites, note, "presence not noted")
    if tell:
        _tell_soon(place.websites)


async def leave(place: Place, websites: set[int] | None = None) -> None:
    """Forget a socket, everywhere or on some websites."""
    gone = set(place.websites if websites is None else websites)

    def forget(pipeline: Pipeline, website_id: int) -> None:
        pipeline.zrem(members(website_id), place.connection_id)
        pipeline.zrem(here(website_id), place.connection_id)
        pipeline.hdel(cards(website_id), place.connection_id)

    await _of_each(gone, forget, "presence not taken back")
    _tell_soon(gone)


async def step_out(place: Place) -> None:
    """Count a socket for a moment longer, for whose person another one is on its way: nobody is told that they left."""
    place.viewing = place.typing = None
    until = time.time() + BACK_SOON

    def note(pipeline: Pipeline, website_id: int) -> None:
        pipeline.zadd(members(website_id), {place.connection_id: until}, xx=True)
        pipeline.zadd(here(website_id), {place.connection_id: until}, xx=True)
        pipeline.hset(cards(website_id), place.connection_id, place.card())

    await _of_each(place.websites, note, "presence not noted")


async def counts(website_ids: list[int]) -> dict[int, int]:
    """How many dashboards are subscribed to each website; 0 while Redis is away."""
    return await _counted(members, website_ids)


async def _counted(of: Callable[[int], str], website_ids: list[int]) -> dict[int, int]:
    now = time.time()
    found = await _of_each(website_ids, lambda pipeline, website_id: pipeline.zcount(of(website_id), now, "+inf"))
    return {website_id: found[website_id][0] if website_id in found else 0 for website_id in website_ids}


async def subscribe(place: Place, channel: str) -> None:
    """Count a socket among those that get a channel's light notices, until it leaves."""
    await _note_subscription(place, channel, time.time() + lifetime())


async def unsubscribe(place: Place, channel: str) -> None:
    await _note_subscription(place, channel, None)


async def _note_subscription(place: Place, channel: str, expiry: float | None) -> None:
    def note(pipeline: Pipeline, website_id: int) -> None:
        name = _subscribers(website_id, channel)
        if expiry is None:
            pipeline.zrem(name, place.connection_id)
        else:
            pipeline.zadd(name, {place.connection_id: expiry})
            pipeline.expire(name, int(lifetime()) + 60)

    await _of_each(place.websites, note, "subscription not noted")


async def subscribers(place: Place, channel: str) -> int:
    """How many sockets get the channel's notices of any of this one's websites; 0 while Redis is away."""
    now = time.time()
    found = await _of_each(
        place.websites,
        lambda pipeline, website_id: pipeline.zrangebyscore(_subscribers(website_id, channel), now, "+inf"),
    )
    return len({connection for (connections,) in found.values() for connection in connections})


async def _of_each(
    website_ids: Iterable[int], question: Callable[[Pipeline, int], object], complaint: str = ""
) -> dict[int, list[Any]]:
    """What Redis answers for each website; those whose host is away are left out, and `complaint` is logged."""
    asked = list(website_ids)
    answers = await ask_hosts([(members(one), partial(_asked_of, question, one)) for one in asked], PATIENCE)
    found, errors = {}, dict[str, None]()
    for website_id, answer in zip(asked, answers, strict=True):
        try:
            found[website_id] = answers_in(answer)
        except (RedisError, TimeoutError, OSError) as error:
            errors[repr(error)] = None
    if errors and complaint:
        logger.warning(complaint, error="; ".join(errors))
    return found


def _asked_of(question: Callable[[Pipeline, int], object], website_id: int, pipeline: Pipeline) -> None:
    question(pipeline, website_id)


async def somebody_is_on(website_id: int) -> bool:
    """Whether any of the website's staff has a dashboard open and is not away. Who ask at once are one question."""
    return await _questions.call(website_id) > 0


async def is_available(website_id: int, hours: Hours | None = None) -> bool:
    """Whether somebody is on, within the website's hours: those given, else as they were a minute ago at most."""
    hours = hours or await opening_hours(website_id)
    return hours.are_open(timezone.now()) and await somebody_is_on(website_id)


async def _count(website_ids: list[int]) -> Sequence[int]:
    found = await _counted(here, list(set(website_ids)))
    return [found[one] for one in website_ids]


_questions: Batches[int, int] = Batches(_count)


async def colleagues(website_id: int) -> list[Colleague]:
    """Who is on, each person once, with all that their devices look at. Raises RedisError."""
    people: dict[int, list[dict[str, str]]] = {}
    for card in await cards_of(website_id):
        people.setdefault(card["id"], []).append(card)
    return [
        Colleague(
            id=user_id,
            name=places[0]["name"],
            avatar_url=places[0]["avatar_url"],
            viewing=[UUID(one) for one in sorted({place["viewing"] for place in places if place["viewing"]})],
            typing=[UUID(one) for one in sorted({place["typing"] for place in places if place["typing"]})],
        )
        for user_id, places in sorted(people.items())
    ]


def sweep_soon(website_ids: Iterable[int]) -> None:
    """Called with every heartbeat: when somebody's presence has run out, as after a crash, everybody is told."""
    now = time.monotonic()
    due = {website_id for website_id in website_ids if _swept_until.get(website_id, 0.0) <= now}
    _swept_until.update(dict.fromkeys(due, now + float(settings.HEARTBEAT_SECONDS) / 2))
    if due:
        tell_soon(_sweep(due))


async def _sweep(website_ids: set[int]) -> None:
    now = time.time()
    expired = await _of_each(
        website_ids, lambda pipeline, website_id: pipeline.zcount(members(website_id), "-inf", now)
    )
    _tell_soon({website_id for website_id, (count,) in expired.items() if count})


_swept_until: dict[int, float] = {}  # websites by when they are due again in this process
_unsettled: set[int] = set()


def _tell_soon(website_ids: set[int]) -> None:
    """Many dashboards that come at once make one frame, not one each."""
    fresh = website_ids - _unsettled
    _unsettled.update(fresh)
    for website_id in fresh:
        tell_soon(_tell(website_id))


async def _tell(website_id: int) -> None:
    try:
        await asyncio.sleep(SETTLE)
    finally:
        _unsettled.discard(website_id)
    try:
        staff = await colleagues(website_id)
        available = (await _counted(here, [website_id]))[website_id] > 0
    except RedisError as error:
        logger.warning("presence not told", website=website_id, error=repr(error))
        return
    is_open = (await opening_hours(website_id)).are_open(timezone.now())
    await publish(PresenceChanged(website_id, staff, available and is_open))


def _subscribers(website_id: int, channel: str) -> str:
    return key("presence", website_id, channel)
