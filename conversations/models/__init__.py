"""Visitors, conversations, entries and their files; and what the staff keeps at hand for them."""

from conversations.models.attachments import Attachment
from conversations.models.canned_replies import CannedReply
from conversations.models.conversations import Conversation
from conversations.models.entries import Entry
from conversations.models.labels import Label
from conversations.models.mentions import Mention
from conversations.models.search import EntryWords, SearchProgress
from conversations.models.visitors import Visitor

__all__ = [
    "Attachment",
    "CannedReply",
    "Conversation",
    "Entry",
    "EntryWords",
    "Label",
    "Mention",
    "SearchProgress",
    "Visitor",
]
