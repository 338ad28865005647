"""Articles and their passages, words and sources, how a website wants to be answered for, its answers, their cost."""

from assistant.models.budgets import Allowance, Spending
from assistant.models.knowledge import Article, Passage, Word
from assistant.models.questions import Expectation, QuestionResult, QuestionRun
from assistant.models.replies import Reply
from assistant.models.settings import AssistantSettings
from assistant.models.sources import Source, SourcePage, Upload
from assistant.models.thumbs import Thumb
from assistant.models.unanswered import SettledQuestion
from assistant.models.vectors import MeaningIndex, PassageVector

__all__ = [
    "Allowance",
    "Article",
    "AssistantSettings",
    "Expectation",
    "MeaningIndex",
    "Passage",
    "PassageVector",
    "QuestionResult",
    "QuestionRun",
    "Reply",
    "SettledQuestion",
    "Source",
    "SourcePage",
    "Spending",
    "Thumb",
    "Upload",
    "Word",
]
