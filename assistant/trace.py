"""Why an answer is as it is: the words searched for, the passages found and how they were judged, the prompt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.providers.base import Provider, Question
from assistant.providers.builtin.zones import CLEARLY_BEST, SURE_COVERAGE, UNSURE_COVERAGE, zone_of
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
    """`zone` decides what the built-in assistant does; a model is given the passages and the prompt instead."""

    terms: Sequence[TracedTerm]
    passages: Sequence[Found]
    zone: str
    prompt: Sequence[dict[str, Any]]
    tools: str
    sure_from: float = SURE_COVERAGE
    unsure_from: float = UNSURE_COVERAGE
    clearly_best: float = CLEARLY_BEST


def trace_of(provider: Provider, question: Question) -> Trace:
    """Found out by doing again what the provider does before it answers; nobody is asked."""
    terms = _traced(terms_for(question.website, question.text))
    if isinstance(provider, Compatible):
        prompt = prompt_for(question, provider.manner)
        body = prompt.requests(provider.model)[0]
        tools = json.dumps(body["tools"], indent=2, ensure_ascii=False)
        return Trace(terms, prompt.passages, zone_of(prompt.passages).value, body["messages"], tools)
    found = find_passages(question.website, question.text)
    return Trace(terms, found, zone_of(found).value, (), "")


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
