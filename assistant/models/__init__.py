"""Articles and the passages they are searched by, the words of a website, and one row per answer that was begun."""

from assistant.models.knowledge import Article, Passage, Word
from assistant.models.replies import Reply

__all__ = ["Article", "Passage", "Reply", "Word"]
