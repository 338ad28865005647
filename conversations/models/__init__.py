"""Visitors, conversations, the entries of their timelines and the files sent with them."""

from conversations.models.attachments import Attachment
from conversations.models.conversations import Conversation
from conversations.models.entries import Entry
from conversations.models.visitors import Visitor

__all__ = ["Attachment", "Conversation", "Entry", "Visitor"]
