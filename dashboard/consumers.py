"""The staff's socket: `ws/dashboard/`, subscribed to every website its person may see."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings

from accounts.api_keys import actor_of_grant
from accounts.colleagues import availability_of, note_seen
from accounts.connection_tokens import Grant
from conversations import audiences, presence, protocol
from conversations.actions.assignments import assign_soon
from conversations.actions.markers import mark_soon
from conversations.actions.messages import Post
from conversations.actions.notes import say_as_staff
from conversations.actions.takeovers import hand_back, stop_reply, take_over
from conversations.actions.typing import show_agent_typing
from conversations.closings import Closed
from conversations.limits import count_message
from conversations.queries.timeline import entries_after
from conversations.rows import Writer
from conversations.subscribers.frames import TYPING_SECONDS, dashboard_group, user_group
from conversations.subscribers.live import tell_soon
from dashboard.notices import CHAT_UPDATES, notice_of
from dashboard.rights import StaffSocket
from dashboard.session import grant_of_cookies
from foundation.addresses import header, is_own_origin
from foundation.db import db
from foundation.metrics import RESUMED


class DashboardConsumer(StaffSocket):
    """Commands name their conversation; each is held against the websites of this socket's person."""

    kind = "staff"
    commands = protocol.dashboard_commands
    marked: ClassVar[dict[str, Any] | None] = None
    light_notices = False
    typing_timer: asyncio.TimerHandle | None = None

    async def grant_without_token(self) -> Grant | None:
        """A log-in of the browser is enough, if it is surely a page of our own that asks."""
        origin = header(self.scope["headers"], b"origin")
        cookies = header(self.scope["headers"], b"cookie")
        if origin is None or cookies is None or not is_own_origin(origin):
            return None
        return await db(grant_of_cookies, cookies, self.address, header(self.scope["headers"], b"user-agent") or "")

    async def enter(self, grant: Grant | None) -> None:
        user_id = grant.user_id if grant else None
        if user_id is not None:
            await self.join(user_group(user_id))  # first: a change of rights that comes now is heard after this
        actor = await db(actor_of_grant, grant) if grant is not None else None
        if actor is None:
            raise Closed(*await self.why_not(user_id))
        self.begin_as(actor, grant)
        self.place = presence.Place(actor, self.connection_id, websites=set(actor.websites))
        self.place.availability = await db(availability_of, actor.user_id)
        await asyncio.gather(*[self.join(dashboard_group(website_id)) for website_id in actor.websites])
        await db(note_seen, actor.user_id)
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

    async def _was_here(self) -> None:
        await db(note_seen, self.actor.user_id)

    async def left(self) -> None:
        self._typing_ends(None)
        if self.place is not None:
            tell_soon(self._was_here())
            if self.parting is not None:
                await presence.step_out(self.place)
            else:
                await presence.leave(self.place)
                assign_soon(self.place.websites)
            if self.light_notices:
                await presence.unsubscribe(self.place, CHAT_UPDATES)

    async def heartbeat(self) -> protocol.Wire:
        await self.follow_log_in()
        await self.follow_rights()
        if self.place is not None:
            their_hours_began_or_ended = self.place.look_at_the_clock()
            await presence.enter(self.place, tell=their_hours_began_or_ended)
            if their_hours_began_or_ended:
                assign_soon(self.place.websites)
            presence.sweep_soon(self.place.websites)
            if self.light_notices:
                await presence.subscribe(self.place, CHAT_UPDATES)
        return protocol.DashboardHeartbeat()

    def told(self, event: dict[str, Any]) -> protocol.Wire | None:
        if event["name"] == "availability":
            tell_soon(self._follow_availability())
        if event["name"] == "websites":
            self.hear_of_rights(set(event["websites"]))
        if event["name"] != "new_message":
            return None
        if event["role"] == "user" and event is not DashboardConsumer.marked:
            DashboardConsumer.marked = event  # for all dashboards of this process, which get it one after the other
            mark_soon(event["conversation_id"], "staff", delivered=event["rev"])
            assign_soon([event["website_id"]])
        if self.light_notices and event["notice"]:
            return notice_of(event["conversation_id"], event["role"], event["notice"])
        return None

    async def _follow_availability(self) -> None:
        if self.place is not None:
            self.place.availability = await db(availability_of, self.actor.user_id)
            await presence.enter(self.place)

    async def do_chat_message(self, command: protocol.DashboardChatMessage) -> None:
        await self.website(command.conversation_id)
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
        website_id = await self.website(command.conversation_id)
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
            await self.website(command.conversation_id)
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
        await self.website(command.conversation_id)
        mark_soon(command.conversation_id, "staff", read=command.rev)

    async def do_resume(self, command: protocol.DashboardResume) -> None:
        await self.website(command.conversation_id)
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
        RESUMED.labels(kind=self.kind).observe(len(page.entries))
        asked = max((entry.rev for entry in page.entries if entry.role == "user"), default=0)
        if asked:
            mark_soon(command.conversation_id, "staff", delivered=asked)

    async def do_stop_reply(self, command: protocol.DashboardStopReply) -> None:
        await self.website(command.conversation_id)
        await stop_reply(self.actor, command.conversation_id)

    async def do_take_over(self, command: protocol.TakeOver) -> None:
        await self.website(command.conversation_id)
        await take_over(self.actor, command.conversation_id)

    async def do_hand_back(self, command: protocol.HandBack) -> None:
        await self.website(command.conversation_id)
        await hand_back(self.actor, command.conversation_id)

    async def do_subscribe(self, command: protocol.Subscribe) -> None:
        await self._follow(presence.subscribe, command.channel, protocol.Subscribed)

    async def do_unsubscribe(self, command: protocol.Unsubscribe) -> None:
        await self._follow(presence.unsubscribe, command.channel, protocol.Unsubscribed)

    async def _follow(self, change: Any, channel: Any, told: type[protocol.Subscribed | protocol.Unsubscribed]) -> None:
        assert self.place is not None
        self.light_notices = told is protocol.Subscribed
        await change(self.place, channel)
        await self.send_frame(told(channel=channel, subscribers=await presence.subscribers(self.place, channel)))
