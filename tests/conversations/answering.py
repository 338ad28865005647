"""The AI's side of a conversation, played by a test: what a worker does, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from conversations.actions.messages import Post, post_message
from conversations.actions.replies import begin_reply, show_chunk, show_typing
from conversations.rows import EntryRow
from tests.clients.people import Visitor


@dataclass
class Answer:
    """An answer that is being written, from the epoch at which it began."""

    conversation_id: UUID
    epoch: int
    id: UUID
    chunks: int = 0

    @classmethod
    async def begin(cls, vera: Visitor, epoch: int = 0) -> Answer:
        conversation_id = UUID(vera.conversation_id)
        return cls(conversation_id, epoch, await begin_reply(conversation_id, epoch))

    async def chunk(self, content: str) -> None:
        await show_chunk(self.conversation_id, self.id, self.epoch, self.chunks, content)
        self.chunks += 1

    async def typing(self, is_typing: bool = True) -> None:
        await show_typing(self.conversation_id, self.epoch, is_typing)

    async def finish(self, content: str, sources: list[dict[str, str]] | None = None) -> EntryRow:
        """Raises Stale when it is no longer wanted."""
        post = Post(
            self.conversation_id, content, "assistant", message_id=self.id, epoch=self.epoch, sources=sources or []
        )
        return (await post_message(post)).entry
