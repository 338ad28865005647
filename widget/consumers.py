"""A visitor's socket: `ws/chat/<conversation_id>/`."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings

from accounts.actors import VisitorActor
from accounts.connection_tokens import Grant
from conversations import audiences, protocol
from conversations.actions.contacts import say_as_visitor
from conversations.actions.markers import mark_soon
from conversations.actions.messages import Post
from conversations.actions.takeovers import request_human, stop_reply
from conversations.actions.typing import show_visitor_typing
from conversations.closings import NOT_ALLOWED, Closed
from conversations.consumers import SocketConsumer
from conversations.decoding import conversation_id_of
from conversations.errors import NotFound
from conversations.limits import count_message
from conversations.presence import is_available, sweep_soon
from conversations.queries.arrivals import conversation_of_visitor
from conversations.queries.pulses import visitor_pulse
from conversations.queries.timeline import entries_after
from conversations.subscribers.frames import chat_group, widget_group
from foundation.card_numbers import without_growing_cards
from foundation.db import db
from foundation.logs import log
from foundation.metrics import RESUMED

logger = log(__name__)


class ChatConsumer(SocketConsumer):
    """Everything concerns the one conversation in the path, which must be the visitor's own."""

    kind = "visitor"
    commands = protocol.visitor_commands

    async def enter(self, grant: Grant | None) -> None:
        if grant is None or grant.visitor_id is None or grant.website_id is None:
            raise Closed(*NOT_ALLOWED)
        self.actor = VisitorActor(grant.visitor_id, grant.website_id)
        self.conversation_id = conversation_id_of(self.scope)
        self.conversation_key = str(self.conversation_id)
        # Joined first, so that it is read as it is when we hear of changes. Until it is known whose it is, what we hear
        # stays in the inbox, which ends with the socket.
        await self.join(chat_group(self.conversation_id))
        await self.join(widget_group(self.actor.website_id))
        try:
            row = await conversation_of_visitor(self.actor, self.conversation_id)
        except NotFound:
            raise Closed(*NOT_ALLOWED) from None
        website = row.state.website
        if not website.is_active or row.state.visitor.is_blocked:
            raise Closed(*NOT_ALLOWED)
        self.shows_drafts, self.masks_cards = website.visitor_drafts, website.mask_cards
        self.late_writes.reached(str(row.id), row.state.takeover_epoch)
        state = audiences.state_for_visitor(row)
        self.pulse = protocol.VisitorHeartbeat(
            rev=state.rev,
            visitor_read_rev=state.visitor_read_rev,
            staff_delivered_rev=state.staff_delivered_rev,
            staff_read_rev=state.staff_read_rev,
        )
        is_there = await is_available(self.actor.website_id, website.opening_hours)
        await self.send_frame(
            protocol.VisitorConnected(
                connection_id=self.connection_id,
                heartbeat_seconds=settings.HEARTBEAT_SECONDS,
                conversation=state,
                rev=state.rev,
            )
        )
        await self.send_frame(protocol.VisitorPresence(available=is_there))

    async def heartbeat(self) -> protocol.Wire:
        sweep_soon([self.actor.website_id])
        try:
            pulse = await visitor_pulse(self.conversation_id)
        except (psycopg.Error, OSError) as error:
            logger.warning("heartbeat from memory", error=repr(error))
            return self.pulse
        if pulse is None:  # the website was switched off
            raise Closed(*NOT_ALLOWED)
        self.pulse = pulse
        return pulse

    def told(self, event: dict[str, Any]) -> None:
        if event["name"] in ("blocked", "website_closed"):
            self.end(Closed(*NOT_ALLOWED))
        if event["name"] == "new_message" and event["role"] != "user":
            mark_soon(self.conversation_key, "visitor", delivered=event["rev"])

    async def do_chat_message(self, command: protocol.ChatMessage) -> None:
        count_message(self.actor)
        posted = await say_as_visitor(
            self.actor,
            Post(
                self.conversation_id,
                command.content,
                "user",
                client_id=command.client_id,
                origin=self.channel_name,
                attachments=command.attachments,
            ),
        )
        self.late_writes.reached(self.conversation_key, posted.event.epoch)
        await self.send_text(posted.event.for_visitor())

    async def do_typing(self, command: protocol.Typing) -> None:
        await show_visitor_typing(
            self.conversation_id,
            self.actor.website_id,
            command.is_typing,
            self._draft(command.draft) if self.shows_drafts and command.draft is not None else None,
            self.channel_name,
        )

    def _draft(self, text: str) -> str:
        return without_growing_cards(text) if self.masks_cards else text

    async def do_read(self, command: protocol.Read) -> None:
        mark_soon(self.conversation_key, "visitor", read=command.rev)

    async def do_resume(self, command: protocol.Resume) -> None:
        page = await db(entries_after, self.actor, self.conversation_id, command.after)
        self.late_writes.reached(str(self.conversation_id), page.conversation.state.takeover_epoch)
        state = audiences.state_for_visitor(page.conversation)
        await self.send_frame(
            protocol.VisitorResumed(
                conversation_id=self.conversation_id,
                rev=state.rev,
                conversation=state,
                entries=[audiences.message_for_visitor(entry) for entry in page.entries],
                complete=page.complete,
            )
        )
        RESUMED.labels(kind=self.kind).observe(len(page.entries))
        heard = max((entry.rev for entry in page.entries if entry.role != "user"), default=0)
        if heard:
            mark_soon(self.conversation_key, "visitor", delivered=heard)

    async def do_request_human(self, command: protocol.RequestHuman) -> None:
        await request_human(self.conversation_id, "the visitor asked for a person", actor=self.actor)

    async def do_stop_reply(self, command: protocol.StopReply) -> None:
        await stop_reply(self.actor, self.conversation_id)
