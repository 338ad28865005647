"""Who above the core hears what happens in it: the one place that fills the table of durable listeners."""

from __future__ import annotations

from conversations.subscribers.table import DURABLE, JobOnMessage

LISTENERS = [
    JobOnMessage(role="user", handled_by="ai", queue="ai", task="assistant.reply"),
]


def wire() -> None:
    DURABLE[:] = LISTENERS
