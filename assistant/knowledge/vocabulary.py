"""The words of a website's articles: how rare each is, and which one a typo may have meant."""

from __future__ import annotations

from django.db import connection

from assistant.knowledge.languages import configuration_for
from assistant.knowledge.words import SHORTEST_CORRECTED, one_edit_apart, shapes_of

MOST_CORRECTIONS = 5

# Two articles written at once change the same rows; one after the other they cannot deadlock.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('assistant_word'), %s)"
COUNT_DOWN = "UPDATE assistant_word SET articles = articles - 1 WHERE website_id = %s AND word = ANY(%s)"
FORGET = "DELETE FROM assistant_word WHERE website_id = %s AND word = ANY(%s) AND articles < 1"
COUNT_UP = """
    INSERT INTO assistant_word (website_id, word, lexeme, shapes, articles)
    SELECT %s, word, coalesce((tsvector_to_array(to_tsvector(%s::regconfig, word)))[1], ''),
           string_to_array(shapes, ' '), 1
    FROM unnest(%s::text[], %s::text[]) AS new (word, shapes)
    ON CONFLICT (website_id, word) DO UPDATE SET articles = assistant_word.articles + 1
"""
LEXEMES = "SELECT word, tsvector_to_array(to_tsvector(%s::regconfig, word)) FROM unnest(%s::text[]) AS word"
ARTICLES = """
    SELECT lexeme, max(articles) FROM assistant_word WHERE website_id = %s AND lexeme = ANY(%s) GROUP BY lexeme
"""
NEIGHBOURS = """
    SELECT word, lexeme FROM assistant_word WHERE website_id = %s AND shapes && %s::varchar[] AND lexeme <> ''
    ORDER BY articles DESC, word
"""


def lock_words(website_id: int) -> None:
    """Until the end of the transaction. For who writes many articles in one."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [website_id])


def count_words(website_id: int, language: str, before: set[str], after: set[str]) -> None:
    """An article had the words `before` and has `after`. Call inside its transaction."""
    gone, new = sorted(before - after), sorted(after - before)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [website_id])
        if gone:
            cursor.execute(COUNT_DOWN, [website_id, gone])
            cursor.execute(FORGET, [website_id, gone])
        if new:
            cursor.execute(COUNT_UP, [website_id, configuration_for(language), new, [_shapes(word) for word in new]])


def lexemes_of(language: str, words: list[str]) -> dict[str, list[str]]:
    """Each word as the index has it; a stop word has none."""
    with connection.cursor() as cursor:
        cursor.execute(LEXEMES, [configuration_for(language), words])
        return dict(cursor.fetchall())


def articles_with(website_id: int, lexemes: list[str]) -> dict[str, int]:
    """In how many of the website's articles each of the lexemes is; those in none are left out."""
    with connection.cursor() as cursor:
        cursor.execute(ARTICLES, [website_id, lexemes])
        return dict(cursor.fetchall())


def corrections_of(website_id: int, word: str) -> list[str]:
    """Lexemes of the website's words that are one letter away from a word it does not know."""
    if len(word) < SHORTEST_CORRECTED or not word.isalpha():
        return []
    with connection.cursor() as cursor:
        cursor.execute(NEIGHBOURS, [website_id, shapes_of(word)])
        near = [lexeme for known, lexeme in cursor.fetchall() if one_edit_apart(word, known)]
    return list(dict.fromkeys(near))[:MOST_CORRECTIONS]


def _shapes(word: str) -> str:
    """Joined by spaces; none for what is too short to be corrected, or a number."""
    return " ".join(shapes_of(word)) if len(word) >= SHORTEST_CORRECTED and word.isalpha() else ""
