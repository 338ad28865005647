"""Finding the passages of a website that speak of what was asked.

Full-text search with the words or-ed chooses candidates, as measured best without a model. They are ordered by how much
of the question each speaks of, rare words counting more, other words for the same less, and titles more than text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import Website
from assistant.knowledge.words import terms_of
from assistant.terms import Term, terms_for

Row = tuple[int, int, str, str, str, str, float, list[str], list[str]]
CANDIDATES = 60
NEGLIGIBLE = 0.25  # of what the known words weigh: the commonest choose no candidates, they only order them
IN_BODY = 0.65  # how much a word counts that is in the text, but not in the title or heading
OF_RANK = 3  # how much Postgres' rank counts beside the coverage; it is some hundredths
SAME_WORDS = 1.0  # how much it counts that the heading is the question, stop words included: "Where is my order?"
SUMMARY = 1.05  # how much better the beginning of an article is than a part that speaks of as much
SEARCH = """
    WITH asked AS MATERIALIZED (SELECT %(query)s::tsquery AS query),
    best AS MATERIALIZED (
        SELECT passage.id, ts_rank('{0.5,0.5,0.5,1.0}', passage.tsv, asked.query, 1) AS rank
        FROM asked, assistant_passage passage
        WHERE passage.website_id = %(website)s AND passage.tsv @@ asked.query
        ORDER BY rank DESC, passage.id LIMIT %(candidates)s
    )
    SELECT passage.id, article.id, article.title, article.url, passage.heading, passage.body, best.rank,
           ARRAY(SELECT unnest(tsvector_to_array(passage.tsv)) INTERSECT SELECT unnest(%(lexemes)s::text[])),
           ARRAY(SELECT unnest(tsvector_to_array(ts_filter(passage.tsv, '{a}')))
                 INTERSECT SELECT unnest(%(lexemes)s::text[]))
    FROM best JOIN assistant_passage passage USING (id)
    JOIN assistant_article article ON article.id = passage.article_id
    ORDER BY best.rank DESC, passage.id
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage. `rank` is Postgres', `coverage` says how much of the question it speaks of, `merit` orders them."""

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


def find_passages(website: Website, question: str, limit: int = 10) -> list[Found]:
    """The best first; none for a question of stop words only."""
    terms = terms_for(website, question)
    lexemes = sorted({lexeme for term in terms for lexeme in term.lexemes})
    if not lexemes:
        return []
    values: dict[str, Any] = {
        "query": _any_of(sorted({lexeme for term in _telling(terms) for lexeme in term.lexemes})),
        "lexemes": lexemes,
        "website": website.pk,
        "candidates": CANDIDATES,
    }
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, values)
        rows = cursor.fetchall()
    found = [_found(row, terms, question) for row in rows]
    return sorted(found, key=lambda one: one.merit, reverse=True)[:limit]


def _telling(terms: list[Term]) -> list[Term]:
    """Without the commonest words: a passage that has nothing else covers too little to be shown, and they are many."""
    known = sorted((term for term in terms if term.is_known), key=lambda term: term.weight)
    negligible = NEGLIGIBLE * sum(term.weight for term in known)
    while len(known) > 1 and known[0].weight <= negligible:
        negligible -= known.pop(0).weight
    return known + [term for term in terms if not term.is_known]


def _found(row: Row, terms: list[Term], question: str) -> Found:
    passage_id, article_id, title, url, heading, body, rank, lexemes, titled = row
    coverage = _coverage(terms, dict.fromkeys(lexemes, IN_BODY) | dict.fromkeys(titled, 1.0))
    merit = (coverage + OF_RANK * rank) * (1 + SAME_WORDS * _likeness(question, heading) ** 2)
    merit *= 1 if heading else SUMMARY
    return Found(passage_id, article_id, title, url, heading, body, rank, frozenset(lexemes), coverage, merit)


def _likeness(question: str, heading: str) -> float:
    """The share of words that both have, stop words included."""
    asked, headed = set(terms_of(question)), set(terms_of(heading))
    return len(asked & headed) / len(asked | headed)


def _coverage(terms: list[Term], worth: dict[str, float]) -> float:
    """The share of what was asked that is there, each lexeme counting as much as it is worth where it stands."""
    asked = sum(term.weight for term in terms)
    covered = sum(
        term.weight * max((says * worth.get(lexeme, 0) for lexeme, says in term.lexemes.items()), default=0)
        for term in terms
    )
    return covered / asked if asked else 0.0


def _any_of(lexemes: list[str]) -> str:
    """A tsquery's text: each lexeme quoted, since it may hold anything a visitor can type."""
    return " | ".join("'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'" for lexeme in lexemes)
