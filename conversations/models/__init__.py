"""Visitors, conversations and the entries of their timelines."""

from conversations.models.conversations import Conversation
from conversations.models.entries import Entry
from conversations.models.visitors import Visitor

__all__ = ["Conversation", "Entry", "Visitor"]
