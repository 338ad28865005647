"""What the system says to a visitor, in the visitor's language."""

from __future__ import annotations

from conversations.models import Conversation
from foundation.translations import Translator, base_of, translator


def translator_of(conversation: Conversation) -> Translator:
    """Of the language that the visitor's chat speaks, else of the website's."""
    return translator(base_of(conversation.visitor.language) or conversation.website.language)
