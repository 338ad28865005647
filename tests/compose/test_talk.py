"""The judge of the proof's talks sees what is lost or doubled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compose.talk import only

SENT = {"a": "conversation", "b": "conversation"}


def entries(*client_ids: str) -> list[dict[str, Any]]:
    return [{"client_id": one} for one in client_ids]


def test_what_was_sent_is_found_in_its_order_among_what_others_said() -> None:
    assert only(SENT, entries("", "b", "another", "a"), "stored") == ["b", "a"]


@pytest.mark.parametrize(
    ("found", "told"),
    [(entries("a"), "1 of 2 are not stored"), (entries("a", "b", "a"), "1 of 2 are stored more than once")],
)
def test_what_is_lost_or_doubled_is_told(found: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        only(SENT, found, "stored")
