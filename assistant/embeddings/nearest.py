"""The passages of a website that mean nearly what a question means.

Postgres chooses some hundred by the signs of their numbers: where a sign differs from the question's, it counts as much
as the question's number is large, in three bits. That takes it a few milliseconds for ten thousand passages. The chosen
are compared by all their numbers. So a website with fewer is searched exactly, and no extension of Postgres is needed.
"""

from __future__ import annotations

import heapq

from django.db import connection

from assistant.embeddings.vectors import Vector

CANDIDATES = 400
PLANES = (6, 5, 4)  # bits of the question's numbers, which are at most 127
# Vectors of another dimension cannot be compared; the filter is applied before the signs are looked at.
CHOOSE = """
    SELECT passage_id, parts, length FROM (
        SELECT passage_id, parts, length, signs # %(signs)s::varbit AS apart FROM assistant_passagevector
        WHERE website_id = %(website)s AND model = %(model)s AND dimension = %(dimension)s
    ) AS compared
    ORDER BY 4 * bit_count(apart & %(plane_6)s::varbit) + 2 * bit_count(apart & %(plane_5)s::varbit)
             + bit_count(apart & %(plane_4)s::varbit), passage_id
    LIMIT %(candidates)s
"""


def nearest(website_id: int, model: str, vector: Vector, limit: int) -> dict[int, float]:
    """Ids of passages and their cosines, the best first."""
    values: dict[str, str | int] = {
        "website": website_id,
        "model": model,
        "dimension": vector.dimension,
        "signs": vector.signs,
        "candidates": CANDIDATES,
        **{f"plane_{bit}": vector.plane(bit) for bit in PLANES},
    }
    with connection.cursor() as cursor:
        cursor.execute(CHOOSE, values)
        chosen = cursor.fetchall()
    cosines = ((vector.cosine(Vector.stored(parts, length)), -passage_id) for passage_id, parts, length in chosen)
    return {-negative: cosine for cosine, negative in heapq.nlargest(limit, cosines)}
