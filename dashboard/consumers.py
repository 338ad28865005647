"""The staff's socket: `ws/dashboard/`, subscribed to every website its person may see."""

from __future__ import annotations

import asyncio
import time
from typing import Any, ClassVar
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import DatabaseError

from accounts.actors import staff_actor
from accounts.colleagues import is_away
from accounts.connection_tokens import Grant
from conversations import audiences, presence, protocol
from conversations.actions.assignments import assign_soon, assign_soon_in
from conversations.actions.markers import mark_soon
from conversations.actions.messages import Post
from conversations.actions.notes import say_as_staff
from conversations.actions.takeovers import hand_back, stop_reply, take_over
from conversations.actions.typing import show_agent_typing
from conversations.closings import NOT_ALLOWED, Closed
from conversations.consumers import SocketConsumer
from conversations.errors import NotFound
from conversations.limits import count_message
from conversations.queries.timeline import entries_after
from conversations.queries.websites import website_of
from conversations.rows import Writer
from conversations.subscribers.frames import TYPING_SECONDS, dashboard_group, user_group
from conversations.subscribers.live import tell_soon
from dashboard.session import user_of_session
from foundation.addresses import header, is_own_origin
from foundation.db import db
from foundation.logs import log

logger = log(__name__)
CHAT_UPDATES = "chat_updates"
RIGHTS_LAST = 1.0  # seconds for which rights are taken as read when this person does something


class DashboardConsumer(SocketConsumer):
    """Commands name their conversation; each is held against the websites of this socket's person."""

    commands = protocol.dashboard_commands
    marked: ClassVar[dict[str, Any] | None] = None
    place: presence.Place | None = None
    light_notices = False
    typing_timer: asyncio.TimerHandle | None = None

    async def grant_without_token(self) -> Grant | None:
        """A log-in of the browser is enough, if it is surely a page of our own that asks."""
        origin = header(self.scope["headers"], b"origin")
        cookies = header(self.scope["headers"], b"cookie")
        if origin is None or cookies is None or not is_own_origin(origin):
            return None
        user_id = await db(user_of_session, cookies)
        return Grant(user_id=user_id) if user_id is not None else None

    async def enter(self, grant: Grant | None) -> None:
        actor = await db(staff_actor, grant.user_id) if grant and grant.user_id is not None else None
        if actor is None:
            raise Closed(*NOT_ALLOWED)
        self.actor, self.rights_seen_at = actor, time.monotonic()
        self.place = presence.Place(actor, self.connection_id, websites=set(actor.websites))
        self.place.is_away = await db(is_away, actor.user_id)
        await asyncio.gather(*[self.join(dashboard_group(website_id)) for website_id in actor.websites])
        await self.join(user_group(actor.user_id))
        await presence.enter(self.place)
        assign_soon(actor.websites)
        counts = await presence.counts(list(actor.websites))
        await self.send_frame(
            protocol.DashboardConnected(
                connection_id=self.connection_id,
                heartbeat_seconds=settings.HEARTBEAT_SECONDS,
                websites=[
                    protocol.SubscribedWebsite(id=website_id, name=name, subscribers=counts[website_id])
                    for website_id, name in actor.websites.items()
                ],
                user=protocol.DashboardUser(id=actor.user_id, name=actor.name, avatar_url=actor.avatar_url or None),
            )
        )

    async def left(self) -> None:
        self._typing_ends(None)
        if self.place is not None:
            await presence.leave(self.place)
            assign_soon(self.place.websites)
            if self.light_notices:
                await presence.unsubscribe(self.place, CHAT_UPDATES)

    async def heartbeat(self) -> protocol.Wire:
        await self._follow_rights()
        if self.place is not None:
            await presence.enter(self.place, tell=False)
            presence.sweep_soon(self.place.websites)
            if self.light_notices:
                await presence.subscribe(self.place, CHAT_UPDATES)
        return protocol.DashboardHeartbeat()

    async def _follow_rights(self) -> None:
        """Which websites this person may see, now. Raises Closed when there is none left."""
        try:
            actor = await db(staff_actor, self.actor.user_id)
        except (psycopg.Error, DatabaseError) as error:
            logger.warning("rights from memory", error=repr(error))
            return
        self.rights_seen_at = time.monotonic()
        before = set(self.actor.websites)
        if actor is None or (before and not actor.websites):
            raise Closed(*NOT_ALLOWED)
        if self.place is not None and before != set(actor.websites):
            await self._move_to(set(actor.websites), self.place)
        self.actor = actor

    async def _move_to(self, websites: set[int], place: presence.Place) -> None:
        gone = place.websites - websites
        for website_id in gone:
            await self.quit(dashboard_group(website_id))
        for website_id in websites - place.websites:
            await self.join(dashboard_group(website_id))
        await presence.leave(place, gone)
        place.websites = websites
        await presence.enter(place)

    def told(self, event: dict[str, Any]) -> protocol.Wire | None:
        if event["name"] == "availability":
            self._be_away(event["is_away"])
        if event["name"] != "new_message":
            return None
        if event["role"] == "user" and event is not DashboardConsumer.marked:
            DashboardConsumer.marked = event  # for all dashboards of this process, which get it one after the other
            mark_soon(event["conversation_id"], "staff", delivered=event["rev"])
            assign_soon_in(UUID(event["conversation_id"]))
        if self.light_notices and event["notice"]:
            return notice_of(event["conversation_id"], event["role"], event["notice"])
        return None

    def _be_away(self, is_away: bool) -> None:
        if self.place is not None:
            self.place.is_away = is_away
            tell_soon(presence.enter(self.place))

    async def _website(self, conversation_id: UUID) -> int:
        """The conversation's website, if this person may see it. Raises NotFound."""
        if time.monotonic() - self.rights_seen_at > RIGHTS_LAST:
            await self._follow_rights()
        website_id = await website_of(conversation_id)
        if website_id is None or website_id not in self.actor.websites:
            raise NotFound
        return website_id

    async def do_chat_message(self, command: protocol.DashboardChatMessage) -> None:
        await self._website(command.conversation_id)
        count_message(self.actor)
        posted = await say_as_staff(
            self.actor,
            Post(
                command.conversation_id,
                command.content,
                "assistant",
                client_id=command.client_id,
                kind="note" if command.note else "message",
                is_manual=True,
                author=Writer.of_staff(self.actor),
                origin=self.channel_name,
                attachments=command.attachments,
            ),
        )
        self.late_writes.reached(str(command.conversation_id), posted.event.epoch)
        await self.send_text(posted.event.for_staff())
        if self.light_notices and not posted.known and posted.entry.kind == "message":
            moment = posted.entry.created_at.isoformat()
            await self.send_frame(notice_of(str(command.conversation_id), "assistant", moment))

    async def do_typing(self, command: protocol.DashboardTyping) -> None:
        website_id = await self._website(command.conversation_id)
        await show_agent_typing(self.actor, command.conversation_id, website_id, command.is_typing, self.channel_name)
        await self._move(typing=command.conversation_id if command.is_typing else None)
        self._typing_ends(TYPING_SECONDS if command.is_typing else None)

    def _typing_ends(self, seconds: float | None) -> None:
        """By itself, unless the client says again that its person types: a browser may vanish in the middle."""
        if self.typing_timer is not None:
            self.typing_timer.cancel()
        self.typing_timer = None
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self.typing_timer = loop.call_later(seconds, lambda: tell_soon(self._move(typing=None)))

    async def do_view(self, command: protocol.View) -> None:
        if command.conversation_id is not None:
            await self._website(command.conversation_id)
        await self._move(viewing=command.conversation_id, typing=None)

    async def _move(self, **where: UUID | None) -> None:
        """Note where this person is, if that is news."""
        place = self.place
        if place is None or all(getattr(place, name) == value for name, value in where.items()):
            return
        for name, value in where.items():
            setattr(place, name, value)
        await presence.enter(place)

    async def do_read(self, command: protocol.DashboardRead) -> None:
        await self._website(command.conversation_id)
        mark_soon(command.conversation_id, "staff", read=command.rev)

    async def do_resume(self, command: protocol.DashboardResume) -> None:
        await self._website(command.conversation_id)
        page = await db(entries_after, self.actor, command.conversation_id, command.after)
        self.late_writes.reached(str(command.conversation_id), page.conversation.state.takeover_epoch)
        state = audiences.state_for_staff(page.conversation)
        await self.send_frame(
            protocol.DashboardResumed(
                conversation_id=command.conversation_id,
                rev=state.rev,
                conversation=state,
                entries=[audiences.message_for_staff(entry) for entry in page.entries],
                complete=page.complete,
            )
        )
        asked = max((entry.rev for entry in page.entries if entry.role == "user"), default=0)
        if asked:
            mark_soon(command.conversation_id, "staff", delivered=asked)

    async def do_stop_reply(self, command: protocol.DashboardStopReply) -> None:
        await self._website(command.conversation_id)
        await stop_reply(self.actor, command.conversation_id)

    async def do_take_over(self, command: protocol.TakeOver) -> None:
        await self._website(command.conversation_id)
        await take_over(self.actor, command.conversation_id)

    async def do_hand_back(self, command: protocol.HandBack) -> None:
        await self._website(command.conversation_id)
        await hand_back(self.actor, command.conversation_id)

    async def do_subscribe(self, command: protocol.Subscribe) -> None:
        assert self.place is not None
        self.light_notices = True
        await presence.subscribe(self.place, command.channel)
        count = await presence.subscribers(self.place, command.channel)
        await self.send_frame(protocol.Subscribed(channel=command.channel, subscribers=count))

    async def do_unsubscribe(self, command: protocol.Unsubscribe) -> None:
        assert self.place is not None
        self.light_notices = False
        await presence.unsubscribe(self.place, command.channel)
        count = await presence.subscribers(self.place, command.channel)
        await self.send_frame(protocol.Unsubscribed(channel=command.channel, subscribers=count))


def notice_of(conversation_id: str, role: str, moment: str) -> protocol.ChatUpdates:
    """That there is a message, for clients that fetch it themselves."""
    notice = {
        "type": "chat_message_notification",
        "chat_id": conversation_id,
        "message_role": role,
        "timestamp": moment,
    }
    return protocol.ChatUpdates(data=protocol.Notification.model_validate(notice))
