"""Card numbers that somebody writes are masked before they are stored: so nobody has to think of them later.

Not the staff, a preview, the words of search, a mail, an export, a backup, nor an AI endpoint ever sees them.
"""

from __future__ import annotations

from uuid import UUID

from conversations.models import Conversation
from foundation.card_numbers import may_hold_card, without_cards
from foundation.db import db


async def mask_cards(conversation_id: UUID, text: str) -> str:
    """What may be stored of it. The website is asked only where there is a number; off the loop, which takes time."""
    return await db(masked_in, conversation_id, text) if may_hold_card(text) else text


def masked_in(conversation_id: UUID, text: str) -> str:
    masked = without_cards(text)
    if masked == text:
        return text
    wanting = Conversation.objects.for_system().filter(pk=conversation_id, website__mask_cards=True)
    return masked if wanting.exists() else text
