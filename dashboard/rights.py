"""What a staff socket's person may see, from opening to end: a change of rights holds once it is told.

Asked again before a command that comes more than a second after the last answer, with every heartbeat, and when a
change is told. An answer that was read before such a telling is thrown away, so that it cannot bring back what is gone.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
from django.db import DatabaseError

from accounts.actors import Staff
from accounts.api_keys import actor_again
from accounts.connection_tokens import Grant
from accounts.second_factor import lacks_second_factor
from accounts.sessions import is_open
from conversations import presence
from conversations.closings import LOGGED_OUT, NO_SECOND_FACTOR, NOT_ALLOWED, Closed
from conversations.consumers import SocketConsumer
from conversations.errors import NotFound
from conversations.queries.websites import website_of
from conversations.subscribers.frames import dashboard_group
from conversations.subscribers.live import tell_soon
from foundation.db import db
from foundation.logs import log

logger = log(__name__)
RIGHTS_LAST = 1.0  # seconds for which rights are taken as read when this person does something


class StaffSocket(SocketConsumer):
    """A socket of the staff's, held against its person's rights and log-in. It ends with them."""

    actor: Staff
    place: presence.Place | None = None
    session_id: int | None = None  # of the browser's log-in by which it was opened
    rights_seen_at = 0.0
    tellings = 0  # of rights that have changed

    def begin_as(self, actor: Staff, grant: Grant | None) -> None:
        self.actor, self.rights_seen_at = actor, time.monotonic()
        self.session_id = grant.session_id if grant else None
        self.follows = asyncio.Lock()

    async def why_not(self, user_id: int | None) -> tuple[int, str, str]:
        """The closing of who may see nothing."""
        return NO_SECOND_FACTOR if user_id is not None and await db(lacks_second_factor, user_id) else NOT_ALLOWED

    async def website(self, conversation_id: UUID) -> int:
        """The conversation's website, if this person may see it. Raises NotFound."""
        if time.monotonic() - self.rights_seen_at > RIGHTS_LAST:
            await self.follow_rights()
        website_id = await website_of(conversation_id)
        if website_id is None or website_id not in self.actor.websites:
            raise NotFound
        return website_id

    def hear_of_rights(self, websites: set[int]) -> None:
        """They are these from now on: what is not among them is gone at once, what is new comes when it was read."""
        self.tellings += 1
        self.rights_seen_at = 0.0
        left = {website_id: name for website_id, name in self.actor.websites.items() if website_id in websites}
        self.actor = replace(self.actor, websites=left)
        tell_soon(self._keep_to(websites))

    async def dispatch(self, message: dict[str, Any]) -> None:
        if message["type"] != "dashboard.sessions_ended":
            await super().dispatch(message)
        elif self.session_id in message["session_ids"]:
            raise Closed(*LOGGED_OUT)

    async def follow_log_in(self) -> None:
        """Its end is told at once; this finds what was not told, and a new password. Raises Closed."""
        try:
            has_ended = self.session_id is not None and not await db(is_open, self.session_id)
        except (psycopg.Error, DatabaseError) as error:
            logger.warning("log-in from memory", error=repr(error))
            return
        if has_ended:
            raise Closed(*LOGGED_OUT)

    async def follow_rights(self) -> None:
        """Which websites this person may see, now. Raises Closed when there is none left."""
        async with self.follows:
            try:
                actor = await self._read_rights()
            except (psycopg.Error, DatabaseError) as error:
                logger.warning("rights from memory", error=repr(error))
                return
            if actor is None:
                raise Closed(*await self.why_not(self.actor.user_id))
            before, self.actor = self.actor, actor
            if self.place is not None:
                await self._appear(self.place, before)

    async def _read_rights(self) -> Staff | None:
        while True:
            asked = self.tellings
            actor = await db(actor_again, self.actor)
            if asked == self.tellings:
                self.rights_seen_at = time.monotonic()
                return actor

    async def _appear(self, place: presence.Place, before: Staff) -> None:
        """Where this person may be now, and as whom."""
        actor = place.actor = self.actor
        if place.websites and not actor.websites:
            raise Closed(*NOT_ALLOWED)
        if place.websites != set(actor.websites):
            await self._move_to(set(actor.websites), place)
        elif (actor.name, actor.avatar_url) != (before.name, before.avatar_url):
            await presence.enter(place)

    async def _move_to(self, websites: set[int], place: presence.Place) -> None:
        gone = place.websites - websites
        for website_id in gone:
            await self.quit(dashboard_group(website_id))
        for website_id in websites - place.websites:
            await self.join(dashboard_group(website_id))
        await presence.leave(place, gone)
        place.websites = websites
        await presence.enter(place)

    async def _keep_to(self, websites: set[int]) -> None:
        """Out of the groups first, then the rest: nothing more is to be heard of a website that is gone."""
        try:
            gone = self.place.websites - websites if self.place is not None else set()
            await asyncio.gather(*[self.quit(dashboard_group(one)) for one in gone])
            await self.follow_rights()
        except Exception as error:
            self.end(error)
