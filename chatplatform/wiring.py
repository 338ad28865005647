"""Who hears in a job of its own what happens in the core: the one place that fills the table of durable listeners."""

from __future__ import annotations

from django.conf import settings

from conversations.actions import new_conversations, reply_mails
from conversations.subscribers.table import DURABLE, FOLLOWERS, JobOnMessage
from integrations.webhooks import noting

LISTENERS = [
    JobOnMessage(role="user", handled_by="ai", queue="ai", task="assistant.reply"),
    *(
        JobOnMessage(role=role, handled_by=None, queue=noting.QUEUE, task=noting.NOTE_MESSAGE, where_followed=True)
        for role in ("user", "assistant", "system")
    ),
]
# Only people answer where people are in charge.
WHERE_MAIL_IS_SENT = [
    JobOnMessage(role="assistant", handled_by="human", queue="default", task=reply_mails.NOTED),
    JobOnMessage(role="user", handled_by=None, queue="default", task=new_conversations.NOTED, where_begun=True),
]


def wire() -> None:
    FOLLOWERS[:] = [noting.note, new_conversations.note]
    DURABLE[:] = [*LISTENERS, *(WHERE_MAIL_IS_SENT if settings.SENDS_MAIL else [])]
