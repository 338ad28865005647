"""Finding the passages of a website that speak of what was asked.

Full-text search with the words or-ed chooses candidates, as measured best without a model. They are ordered by how much
of the question each speaks of, rare words counting more, other words for the same less, and titles more than text.
Where a model says what texts mean, passages are found and ordered by that alone: mixing both was measured to be worse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from accounts.models import Website
from assistant.embeddings.meaning import Meaning
from assistant.embeddings.nearest import nearest
from assistant.embeddings.vectors import Vector
from assistant.knowledge.words import terms_of
from assistant.terms import Term, terms_for

Row = tuple[int, int, str, str, str, str, float, list[str], list[str]]
CANDIDATES = 60
NEGLIGIBLE = 0.25  # of what the known words weigh: the commonest choose no candidates, they only order them
IN_BODY = 0.65  # how much a word counts that is in the text, but not in the title or heading
OF_RANK = 3  # how much Postgres' rank counts beside the coverage; it is some hundredths
SAME_WORDS = 1.0  # how much it counts that the heading is the question, stop words included: "Where is my order?"
SUMMARY = 1.05  # how much better the beginning of an article is than a part that speaks of as much
RANKED = """
    WITH asked AS MATERIALIZED (SELECT %(query)s::tsquery AS query),
    best AS MATERIALIZED (
        SELECT passage.id, ts_rank('{0.5,0.5,0.5,1.0}', passage.tsv, asked.query, 1) AS rank
        FROM asked, assistant_passage passage
        WHERE passage.website_id = %(website)s AND CONDITION
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
SEARCH = RANKED.replace("CONDITION", "passage.tsv @@ asked.query")
THESE = RANKED.replace("CONDITION", "passage.id = ANY(%(passages)s)")


@dataclass(frozen=True, slots=True)
class Found:
    """A passage. `rank` is Postgres', `coverage` says how much of the question it speaks of, `merit` orders them.

    `cosine` says how nearly it means what was asked; None where no model was asked.
    """

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
    cosine: float | None = None

    @property
    def sureness(self) -> float:
        """What decides whether it may be asserted."""
        return self.coverage if self.cosine is None else self.cosine

    @property
    def score(self) -> float:
        """What is kept of it with an answer."""
        return self.rank if self.cosine is None else self.cosine


def find_passages(website: Website, question: str, limit: int = 10, meant: Meaning | None = None) -> list[Found]:
    """The best first; by words, none for a question of stop words only."""
    terms = terms_for(website, question)
    vector = meant.vectors.get(question) if meant else None
    if meant and vector:
        return _by_meaning(website, question, terms, meant.model, vector, limit)
    return _by_words(website, question, terms)[:limit]


def _by_words(website: Website, question: str, terms: list[Term]) -> list[Found]:
    if not terms:
        return []
    found = [_found(row, terms, question) for row in _rows(SEARCH, website, terms, candidates=CANDIDATES)]
    return sorted(found, key=lambda one: one.merit, reverse=True)


def _by_meaning(
    website: Website, question: str, terms: list[Term], model: str, vector: Vector, limit: int
) -> list[Found]:
    """What they have of the words of the question is found out, too: by it the best paragraphs are quoted."""
    cosines = nearest(website.pk, model, vector, limit)
    rows = _rows(THESE, website, terms, candidates=limit, passages=list(cosines))
    found = [
        replace(one, merit=cosines[one.passage_id], cosine=cosines[one.passage_id])
        for one in (_found(row, terms, question) for row in rows)
    ]
    return sorted(found, key=lambda one: (-one.merit, one.passage_id))


def _rows(search: str, website: Website, terms: list[Term], **values: Any) -> list[Row]:
    values |= {
        "query": _any_of(sorted({lexeme for term in _telling(terms) for lexeme in term.lexemes})),
        "lexemes": sorted({lexeme for term in terms for lexeme in term.lexemes}),
        "website": website.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(search, values)
        rows: list[Row] = cursor.fetchall()
    return rows


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
