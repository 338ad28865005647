"""Articles and their passages, the words of a website, how it wants to be answered for, and a row per answer begun."""

from assistant.models.knowledge import Article, Passage, Word
from assistant.models.questions import Expectation, QuestionResult, QuestionRun
from assistant.models.replies import Reply
from assistant.models.settings import AssistantSettings
from assistant.models.thumbs import Thumb
from assistant.models.unanswered import SettledQuestion

__all__ = [
    "Article",
    "AssistantSettings",
    "Expectation",
    "Passage",
    "QuestionResult",
    "QuestionRun",
    "Reply",
    "SettledQuestion",
    "Thumb",
    "Word",
]
