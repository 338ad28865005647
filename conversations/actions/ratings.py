"""What a visitor thought of it, at the end: stored on the conversation and told to the staff."""

from __future__ import annotations

from uuid import UUID

from accounts.actors import VisitorActor
from conversations.actions.card_numbers import mask_cards
from conversations.actions.changes import Activity, Change, change, fields
from conversations.errors import Forbidden
from conversations.models import Conversation
from conversations.rows import ConversationRow


async def rate(actor: VisitorActor, conversation_id: UUID, score: int, comment: str) -> ConversationRow:
    """1 (bad) to 5 (good); the last one counts. Raises NotFound, or Forbidden where the website asks for none."""
    comment = await mask_cards(conversation_id, comment)

    def rule(conversation: Conversation) -> Change | None:
        if not conversation.website.widget_settings.rating.enabled:
            raise Forbidden("This website does not ask for ratings.")
        if not fields(conversation, rating_score=score, rating_comment=comment):
            return None
        said = f"The visitor rated the conversation {score} of 5"
        return Change(Activity(f"{said}: {comment}" if comment else f"{said}."), for_visitor=True)

    return await change(conversation_id, rule, actor=actor, author=None)
