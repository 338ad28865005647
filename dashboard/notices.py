"""Light notices for clients that fetch messages themselves: `chat_updates`."""

from __future__ import annotations

from conversations import protocol

CHAT_UPDATES = "chat_updates"


def notice_of(conversation_id: str, role: str, moment: str) -> protocol.ChatUpdates:
    """That there is a message."""
    notice = {
        "type": "chat_message_notification",
        "chat_id": conversation_id,
        "message_role": role,
        "timestamp": moment,
    }
    return protocol.ChatUpdates(data=protocol.Notification.model_validate(notice))
