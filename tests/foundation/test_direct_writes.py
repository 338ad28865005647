"""Frames made by hand are those of the WebSocket library, whatever their size."""

from __future__ import annotations

import pytest
from websockets.frames import Frame, Opcode

from foundation.direct_writes import text_frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_made_by_hand_is_what_the_library_would_write(size: int) -> None:
    text = "a" * size
    assert text_frame(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


def test_the_frame_kept_for_the_next_socket_is_that_of_its_own_text() -> None:
    first, second = "grüße 🙂", "other"
    frames = [text_frame(first), text_frame(first), text_frame(second), text_frame(first)]
    expected = [Frame(Opcode.TEXT, text.encode()).serialize(mask=False) for text in (first, first, second, first)]
    assert frames == expected
