"""Articles with their passages and words, how a website wants to be answered for, its answers, and what they cost."""

from assistant.models.budgets import Spending
from assistant.models.knowledge import Article, Passage, Word
from assistant.models.replies import Reply
from assistant.models.settings import AssistantSettings

__all__ = ["Article", "AssistantSettings", "Passage", "Reply", "Spending", "Word"]
