"""The passages of a website that mean nearly what a question means.

Postgres chooses a thousand by the signs of their numbers, which takes it a few milliseconds for ten thousand; these are
compared by all their numbers. So a website with fewer is searched exactly, and no extension of Postgres is needed.
"""

from __future__ import annotations

import heapq

from django.db import connection

from assistant.embeddings.vectors import Vector

CANDIDATES = 1000
# Vectors of another dimension cannot be compared; the filter is applied before the signs are looked at.
CHOOSE = """
    SELECT passage_id, parts, length FROM assistant_passagevector
    WHERE website_id = %(website)s AND model = %(model)s AND dimension = %(dimension)s
    ORDER BY bit_count(signs # %(signs)s::varbit), passage_id LIMIT %(candidates)s
"""


def nearest(website_id: int, model: str, vector: Vector, limit: int) -> dict[int, float]:
    """Ids of passages and their cosines, the best first."""
    values: dict[str, str | int] = {
        "website": website_id,
        "model": model,
        "dimension": vector.dimension,
        "signs": vector.signs,
        "candidates": CANDIDATES,
    }
    with connection.cursor() as cursor:
        cursor.execute(CHOOSE, values)
        chosen = cursor.fetchall()
    cosines = ((vector.cosine(Vector.stored(parts, length)), -passage_id) for passage_id, parts, length in chosen)
    return {-negative: cosine for cosine, negative in heapq.nlargest(limit, cosines)}
