"""Asking the built-in assistant: what it finds, by words or by meaning, and what it then says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Website
from assistant.embeddings.asking import with_meaning
from assistant.embeddings.meaning import NOTHING_MEANT
from assistant.evaluation.questions import Asked
from assistant.models import Article
from assistant.providers.base import Outcome, Question, Turn
from assistant.providers.builtin.provider import answer_to
from assistant.retrieval import find_passages
from foundation.outgoing import close_http_clients

DEPTH = 30  # passages; an article counts once


@dataclass(frozen=True, slots=True)
class Tried:
    """`place` is that of the first right article, from 1; 0 when there is none."""

    asked: Asked
    found: tuple[str, ...]
    outcome: Outcome
    seconds: float

    @property
    def place(self) -> int:
        return next((place for place, slug in enumerate(self.found, 1) if slug in self.asked.articles), 0)

    @property
    def zone(self) -> str:
        """`sure` asserts; `unsure` shows links; `nothing` says so; `person` hands over without having looked."""
        return {"answer": "sure", "ask": "unsure", "no_answer": "nothing", "hand_off": "person"}[self.outcome.kind]

    @property
    def quotes_it(self) -> bool:
        return self.asked.must_contain in self.outcome.text.replace("*", "")


class NotByMeaning(Exception):
    """The model did not say what a question means."""


def try_out(website: Website, questions: Sequence[Asked], *, by_meaning: bool = False) -> list[Tried]:
    """Raises NotByMeaning where full-text search would have taken the model's place."""
    slugs = dict(Article.objects.for_website(website.pk).values_list("pk", "slug"))
    return [_tried(website, asked, slugs, by_meaning) for asked in questions]


def _tried(website: Website, asked: Asked, slugs: dict[int, str], by_meaning: bool) -> Tried:
    began = time.perf_counter()
    question = Question(website, [Turn("visitor", asked.question)], meant=None if by_meaning else NOTHING_MEANT)
    if by_meaning:
        question = asyncio.run(_meant(question))
    outcome = answer_to(question)
    seconds = time.perf_counter() - began
    found = dict.fromkeys(
        slugs[one.article_id] for one in find_passages(website, asked.question, DEPTH, question.meant)
    )
    return Tried(asked, tuple(found), outcome, seconds)


async def _meant(question: Question) -> Question:
    try:
        meant = await with_meaning(question)
    finally:
        await close_http_clients()
    if not meant.meant or not meant.meant.vectors:
        raise NotByMeaning(meant.meant.why if meant.meant else "no model is set")
    return meant
