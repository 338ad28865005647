"""Asking the built-in assistant: what it finds, and what it then says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Website
from assistant.embeddings.asking import with_meaning
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


def try_out(website: Website, questions: Sequence[Asked]) -> list[Tried]:
    slugs = dict(Article.objects.for_website(website.pk).values_list("pk", "slug"))
    return [_tried(website, asked, slugs) for asked in questions]


def _tried(website: Website, asked: Asked, slugs: dict[int, str]) -> Tried:
    began = time.perf_counter()
    question = asyncio.run(_meant(Question(website, [Turn("visitor", asked.question)])))
    outcome = answer_to(question)
    seconds = time.perf_counter() - began
    found = dict.fromkeys(
        slugs[one.article_id] for one in find_passages(website, asked.question, DEPTH, question.meant)
    )
    return Tried(asked, tuple(found), outcome, seconds)


async def _meant(question: Question) -> Question:
    try:
        return await with_meaning(question)
    finally:
        await close_http_clients()
