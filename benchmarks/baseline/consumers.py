"""The tutorial's asynchronous consumer with a database behind it, for visitors and for the staff."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import transaction

from benchmarks.baseline.models import Conversation, Message

WEBSITE = 1


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        self.conversation_id = self.scope["url_route"]["kwargs"]["conversation_id"]
        self.group_name = f"chat_{self.conversation_id}"
        await self.channel_layer.group_add(self.group_name, self.channel_name)
        await self.accept()
        await self.send_json({"type": "connected"})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group_name, self.channel_name)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        frame = await self.store(content["client_id"], content["content"])
        event = {"type": "chat.message", "frame": frame}
        await self.channel_layer.group_send(self.group_name, event)
        await self.channel_layer.group_send(f"dashboard_website_{WEBSITE}", event)

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send_json(event["frame"])

    @database_sync_to_async
    def store(self, client_id: str, content: str) -> dict[str, Any]:
        with transaction.atomic():
            conversation = Conversation.objects.select_for_update().get(pk=self.conversation_id)
            conversation.rev += 1
            conversation.message_count += 1
            conversation.preview = content[:120]
            conversation.save()
            message = Message.objects.create(
                conversation=conversation, seq=conversation.rev, client_id=client_id, content=content
            )
        return frame_of(message)


class DashboardConsumer(AsyncJsonWebsocketConsumer):
    group_name = f"dashboard_website_{WEBSITE}"

    async def connect(self) -> None:
        await self.channel_layer.group_add(self.group_name, self.channel_name)
        await self.accept()
        await self.send_json({"type": "connected"})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group_name, self.channel_name)

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send_json(event["frame"])


def frame_of(message: Message) -> dict[str, Any]:
    conversation_id = str(message.conversation_id)
    return {
        "type": "new_message",
        "conversation_id": conversation_id,
        "website_id": WEBSITE,
        "rev": message.seq,
        "prev": message.seq - 1,
        "message": {
            "id": str(message.pk),
            "seq": message.seq,
            "rev": message.seq,
            "client_id": str(message.client_id),
            "kind": "message",
            "role": message.role,
            "is_manual": False,
            "content": message.content,
            "author": None,
            "timestamp": message.created_at.isoformat(),
            "conversation_id": conversation_id,
            "attachments": [],
            "sources": [],
            "deleted": False,
        },
    }
