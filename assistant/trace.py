"""Why an answer is as it is: how passages were looked for, those found and how they were judged, the prompt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.embeddings.meaning import NOTHING_MEANT
from assistant.providers.base import Provider, Question
from assistant.providers.builtin.zones import CLEARLY_BEST, limits_for, zone_of
from assistant.providers.compatible import Compatible
from assistant.providers.compatible.prompt import prompt_for
from assistant.retrieval import Found, find_passages
from assistant.terms import CORRECTED, Term, terms_for

How = Literal["written", "typo", "synonym"]


@dataclass(frozen=True, slots=True)
class TracedWord:
    """A word as the index has it, and why it is searched for."""

    word: str
    worth: float
    how: How


@dataclass(frozen=True, slots=True)
class TracedTerm:
    """Any of the words will do. `share` is how much of the question the term is, between 0 and 1."""

    words: Sequence[TracedWord]
    share: float
    is_known: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """`zone` decides what the built-in assistant does; a model is given the passages and the prompt instead.

    `by_model` is that by which the passages were found; without one it was full-text search, and `why_words` says why
    if there is a model.
    """

    terms: Sequence[TracedTerm]
    passages: Sequence[Found]
    zone: str
    prompt: Sequence[dict[str, Any]]
    tools: str
    by_model: str
    why_words: str
    sure_from: float
    unsure_from: float
    clearly_best: float = CLEARLY_BEST


def trace_of(provider: Provider, question: Question) -> Trace:
    """Found out by doing again what the provider does before it answers; nobody is asked.

    `question` is to be one with its meaning, if there is a model for it.
    """
    terms, prompt, tools = _traced(terms_for(question.website, question.text)), list[dict[str, Any]](), ""
    if isinstance(provider, Compatible):
        asked = prompt_for(question, provider.manner)
        body = asked.requests(provider.model)[0]
        found, prompt = asked.passages, body["messages"]
        tools = json.dumps(body["tools"], indent=2, ensure_ascii=False)
    else:
        found = find_passages(question.website, question.text, meant=question.meant)
    meant = question.meant or NOTHING_MEANT
    limits, zone = limits_for(found, meant), zone_of(found, meant).value
    return Trace(terms, found, zone, prompt, tools, meant.model, meant.why, limits.sure, limits.unsure)


def _traced(terms: Sequence[Term]) -> list[TracedTerm]:
    asked = sum(term.weight for term in terms)
    return [
        TracedTerm(
            [TracedWord(word, worth, _how(worth)) for word, worth in _by_worth(term)],
            term.weight / asked if asked else 0.0,
            term.is_known,
        )
        for term in terms
    ]


def _by_worth(term: Term) -> list[tuple[str, float]]:
    return sorted(term.lexemes.items(), key=lambda pair: -pair[1])


def _how(worth: float) -> How:
    if worth == 1:
        return "written"
    return "typo" if worth == CORRECTED else "synonym"
