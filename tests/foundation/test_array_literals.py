"""Arrays as Postgres reads them: whatever a text holds, it comes back as it was."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.array_literals import array_literal

TEXTS = st.lists(st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=8)


def read_back(values: list[str | UUID | int | None], kind: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [array_literal(values)])
        found: list[object] = cursor.fetchone()[0]
    return found


@pytest.mark.django_db
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TEXTS)
def test_any_text_comes_back_as_it_was(texts: list[str | None]) -> None:
    assert read_back([*texts], "text") == texts


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["", "NULL", "null", "{}", "{a,b}", '"', "\\", '\\"', "a,b", " a ", "\n", "'; DROP TABLE x; --", "[]"]
)
def test_what_has_a_meaning_in_arrays_has_none_in_a_text(text: str) -> None:
    assert read_back([text, None, text], "text") == [text, None, text]


@pytest.mark.django_db
def test_ids_numbers_and_truths_come_back_as_they_were() -> None:
    one, other = uuid4(), uuid4()
    assert read_back([one, None, other], "uuid") == [one, None, other]
    assert read_back([1, None, -2], "bigint") == [1, None, -2]
    assert read_back([True, False, None], "bool") == [True, False, None]
    assert read_back([], "text") == []
