"""Finding the passages of a website that speak of what was asked.

Full-text search with the words or-ed, as measured best without a model: `docs/decisions/answer-zones.md`. Beside its
rank each passage has a coverage: how much of the question it speaks of, rare words counting more. It tells a question
that is answered from one that merely shares a word.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import Website
from assistant.knowledge.languages import words_of_asking
from assistant.knowledge.vocabulary import articles_with, corrections_of, lexemes_of
from assistant.knowledge.words import LONGEST_WORD, terms_of
from assistant.models import Article

Row = tuple[int, int, str, str, str, str, float, list[str]]
MOST_TERMS = 60  # of a very long message the beginning decides
CANDIDATES = 30
RANK_ALONE = 0.3  # how much a passage's rank counts whatever it covers
SAME_WORDS = 1.0  # how much it counts that the heading is the question, stop words included: "Where is my order?"
SEARCH = """
    WITH asked AS MATERIALIZED (SELECT %(query)s::tsquery AS query)
    SELECT passage.id, article.id, article.title, article.url, passage.heading, passage.body,
           ts_rank('{0.5,0.5,0.5,1.0}', passage.tsv, asked.query, 1) AS rank,
           ARRAY(SELECT unnest(tsvector_to_array(passage.tsv)) INTERSECT SELECT unnest(%(lexemes)s::text[]))
    FROM asked, assistant_passage passage JOIN assistant_article article ON article.id = passage.article_id
    WHERE passage.website_id = %(website)s AND passage.tsv @@ asked.query
    ORDER BY rank DESC, passage.id LIMIT %(candidates)s
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage. `rank` is Postgres', `coverage` the share of the question it speaks of, `merit` orders them."""

    passage_id: int
    article_id: int
    title: str
    url: str
    heading: str
    body: str
    rank: float
    lexemes: frozenset[str]
    coverage: float
    merit: float


@dataclass(frozen=True, slots=True)
class Term:
    """Something the question speaks of: any of the lexemes will do. `weight` is the greater the rarer."""

    lexemes: tuple[str, ...]
    weight: float


def find_passages(website: Website, question: str, limit: int = 10) -> list[Found]:
    """The best first; none for a question of stop words only."""
    terms = _terms(website, question)
    lexemes = sorted({lexeme for term in terms for lexeme in term.lexemes})
    if not lexemes:
        return []
    values: dict[str, Any] = {
        "query": _any_of(lexemes),
        "lexemes": lexemes,
        "website": website.pk,
        "candidates": CANDIDATES,
    }
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, values)
        rows = cursor.fetchall()
    found = [_found(row, terms, question) for row in rows]
    return sorted(found, key=lambda one: one.merit, reverse=True)[:limit]


def _terms(website: Website, question: str) -> list[Term]:
    spoken = [term for term in terms_of(question) if max(map(len, term)) <= LONGEST_WORD][:MOST_TERMS]
    lexemes = lexemes_of(website.language, [word for term in spoken for word in term])
    known = articles_with(website.pk, [lexeme for found in lexemes.values() for lexeme in found])
    articles = Article.objects.for_website(website.pk).filter(published=True).count()
    asking = words_of_asking(website.language)
    terms = []
    for term in spoken:
        written = [lexeme for word in term for lexeme in lexemes[word]]
        if not written:  # stop words
            continue
        meant = [lexeme for lexeme in written if lexeme in known] or corrections_of(website.pk, term[0])
        rarity = _rarity(max((known.get(lexeme, 1) for lexeme in meant), default=0), articles)
        # What was written stays in the query though it is not known: else strangers' questions look like ours.
        terms.append(Term(tuple(dict.fromkeys([*written, *meant])), 0 if term[0] in asking else rarity))
    return terms


def _rarity(with_it: int, articles: int) -> float:
    return math.log((articles + 1) / (with_it + 0.5)) if with_it <= articles else 0.0


def _found(row: Row, terms: list[Term], question: str) -> Found:
    passage_id, article_id, title, url, heading, body, rank, lexemes = row
    coverage = _coverage(terms, lexemes)
    merit = rank * (coverage + RANK_ALONE + SAME_WORDS * _likeness(question, heading) ** 2)
    return Found(passage_id, article_id, title, url, heading, body, rank, frozenset(lexemes), coverage, merit)


def _likeness(question: str, heading: str) -> float:
    """The share of words that both have, stop words included."""
    asked, headed = set(terms_of(question)), set(terms_of(heading))
    return len(asked & headed) / len(asked | headed)


def _coverage(terms: list[Term], lexemes: Iterable[str]) -> float:
    present = set(lexemes)
    asked = sum(term.weight for term in terms)
    covered = sum(term.weight for term in terms if present.intersection(term.lexemes))
    return covered / asked if asked else 0.0


def _any_of(lexemes: list[str]) -> str:
    """A tsquery's text: each lexeme quoted, since it may hold anything a visitor can type."""
    return " | ".join("'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'" for lexeme in lexemes)
